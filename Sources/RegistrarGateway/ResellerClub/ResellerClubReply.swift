import Core
import Wire

/// What came back: an object, in which nearly every value is a text, or a single bare value.
enum ResellerClubReply: Equatable {
    case number(Int64)
    case flag(Bool)
    /// A bare text that begins with `Success`.
    case done
    case object(JSON)

    /// Reads a body; nil when it is nothing that ResellerClub says.
    init?(_ body: String) {
        let text = String(body.drop(while: \.isWhitespace))
        if let json = try? JSON(reading: text) {
            self.init(json)
        } else if text.hasPrefix("Success") {
            self = .done
        } else {
            return nil
        }
    }

    private init?(_ json: JSON) {
        switch json {
        case .integer(let number): self = .number(number)
        case .bool(let flag): self = .flag(flag)
        case .object: self = .object(json)
        case .string(let text): self.init(text)
        case .null, .number, .array: return nil
        }
    }

    /// The text of a member, however its value is written.
    subscript(name: String) -> String? {
        guard case .object(let json) = self else { return nil }
        switch json[name] {
        case .string(let text)?: return text
        case .integer(let number)?: return String(number)
        case .bool(let flag)?: return String(flag)
        default: return nil
        }
    }

    /// What was said against the call; nil when it was accepted.
    ///
    /// An action that waits in a queue may carry an `error` too: its status tells the difference.
    var refusal: String? {
        let status = self["status"]?.lowercased()
        guard status == "error" || status == "failed" else { return nil }
        return self["message"] ?? self["error"] ?? self["actionstatusdesc"] ?? "no reason given"
    }

    /// An identifier, which comes bare or as a member of an object.
    func identifier(_ name: String) -> String? {
        if case .number(let number) = self { String(number) } else { self[name] }
    }
}

extension ResellerClub {
    /// Parts of messages, in lower case, with what they tell. The first that fits counts.
    private static let messages: [(part: String, code: String)] = [
        ("exist for", "domain_not_found"),
        ("no entity found", "entity_not_found"),
        ("not allowed to perform", "not_allowed"),
        ("invalid customer-id", "invalid_customer"),
        ("invalid contact-id", "invalid_contact"),
        ("contactid is invalid", "invalid_contact"),
        ("not a valid nameserver", "invalid_nameserver"),
        ("cannot be extended beyond", "too_long"),
        ("currently available for registration", "not_registered"),
        ("not available for registration", "not_available"),
        ("already a customer", "customer_exists"),
    ]

    /// Parts of messages that tell of a fault on the other side, after which anything may be true.
    private static let faults = [
        "unexpected error", "internal error", "timed out", "timeout", "try again",
        "cannot be reached",
    ]

    /// Parts of messages against us, which have nothing to do with what was asked for: the key is
    /// wrong, or the reseller's account has no money left. An order must not fail for them.
    private static let ours = [
        "invalid credentials", "authentication", "unauthorized access", "api key", "api-key",
        "insufficient",
    ]

    /// What a message of refusal tells about the effect.
    static func failure(saying message: String) -> RemoteFailure {
        let text = message.lowercased()
        if faults.contains(where: text.contains) { return .unknown(message: message) }
        if ours.contains(where: text.contains) { return .unauthorized(message: message) }
        if text.contains("customer"), text.contains("not found") {
            return .refused(code: "customer_not_found", message: message)
        }
        let code = messages.first { text.contains($0.part) }?.code ?? "refused"
        return .refused(code: code, message: message)
    }
}
