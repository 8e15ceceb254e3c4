package import struct Foundation.Date
package import Wire

/// Something that happened at Stripe, as a webhook or the list of events tells it.
///
/// It is a hint that an object changed, never a proof: whoever gets it reads the object anew.
package struct StripeEvent: Sendable, Equatable {
    package let id: String
    /// Such as `payment_intent.succeeded`; new ones appear without notice.
    package let type: String
    package let isLive: Bool
    /// The version in which the object is written, which the webhook's settings decide.
    package let apiVersion: String?
    package let created: Date?
    /// The connected account it happened on; nil for our own.
    package let account: String?
    package let objectID: String?
    /// What the object is, such as `payment_intent`.
    package let objectType: String?
    /// The object's metadata, in which ours is recognised.
    package let metadata: [String: String]

    /// Reads a webhook's body; nil when it is no event of Stripe's.
    package init?(reading body: [UInt8]) {
        guard let json = try? JSON(reading: body) else { return nil }
        self.init(json)
    }

    /// Reads an event object; nil when it is none.
    package init?(_ json: JSON) {
        guard json["object"]?.string == "event", let id = json["id"]?.string,
            let type = json["type"]?.string
        else { return nil }
        let object = json["data"]?["object"]
        self.id = id
        self.type = type
        isLive = json["livemode"]?.bool ?? false
        apiVersion = json["api_version"]?.string
        created = json["created"]?.integer.map { Date(timeIntervalSince1970: Double($0)) }
        account = json["account"]?.string
        objectID = object?["id"]?.string
        objectType = object?["object"]?.string
        metadata = object?.texts("metadata") ?? [:]
    }
}
