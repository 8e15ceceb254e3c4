import Core
import HTTPServer
import Web
import Wire

/// What a panel asks.
struct LicenseQuestion: APIModel {
    /// As it was sent, whatever it is.
    let typedKey: String
    let feature: String
    let quantity: Int64?
    // What the first panels sent along; nothing is made of it.
    let timestamp: Int64?
    let signature: String?
    let additionalData: [String: JSON]?

    static let model = Model(
        "license_question",
        "Whether a licence allows something.",
        LicenseQuestion.init,
        Field(
            "license_key",
            \.typedKey,
            "The licence's key, in either case.",
            .length(1...64),
            .example("NP-ABCD-EFGH-JKLM-NPQR")
        ),
        Field(
            "feature",
            \.feature,
            "create_account, create_domain, create_database or create_email.",
            .length(1...64)
        ),
        Field("quantity", \.quantity, "How many; 1 unless told.", .range(1...1_000_000)),
        Field("timestamp", \.timestamp, "Ignored; see X-Signature."),
        Field("signature", \.signature, "Ignored; see X-Signature.", .length(0...512)),
        Field("additional_data", \.additionalData, "Ignored."),
    )

    /// The key, if it can be one.
    var licenseKey: LicenseKey? { LicenseKey(typedKey) }
}

extension LicenseQuestion {
    /// Reads a question as panels send it, many times a second; nil leaves it to the model, which
    /// also says what is wrong. A test compares the two.
    init?(usual json: JSON) {
        guard let members = json.members, members.count <= 3,
            let key = json["license_key"]?.string, (1...64).contains(key.utf8.count),
            let feature = json["feature"]?.string, (1...64).contains(feature.utf8.count)
        else { return nil }
        let quantity = json["quantity"]
        guard members.count == (quantity == nil ? 2 : 3) else { return nil }
        if let quantity {
            guard let number = quantity.integer, (1...1_000_000).contains(number) else {
                return nil
            }
        }
        typedKey = key
        self.feature = feature
        self.quantity = quantity?.integer
        timestamp = nil
        signature = nil
        additionalData = nil
    }
}

/// Why a panel may or may not do what it asked about.
enum LicenseAnswerCode: String, APIEnum {
    case ok = "OK"
    case notFound = "LICENSE_NOT_FOUND"
    case suspended = "LICENSE_SUSPENDED"
    case expired = "LICENSE_EXPIRED"
    case cancelled = "LICENSE_CANCELLED"
    case quotaExceeded = "QUOTA_EXCEEDED"
    case unknownFeature = "UNKNOWN_FEATURE"
}

/// What a panel is told.
///
/// The model is for the reference; the bytes are written by hand, for the speed of it, and a test
/// compares the two.
struct LicenseAnswer: APIModel, Equatable {
    let isValid: Bool
    let remainingQuota: Int64?
    let remaining: Int64?
    let code: LicenseAnswerCode
    let error: String?

    static let model = Model(
        "license_answer",
        "Whether it is allowed.",
        LicenseAnswer.init,
        Field("valid", \.isValid, "Whether it is allowed."),
        Field(
            "remaining_quota",
            \.remainingQuota,
            "How many are left before the action; -1 is unlimited."
        ),
        Field("remaining", \.remaining, "The same, by the name that older panels read."),
        Field("code", \.code, "Why."),
        Field("error", \.error, "For people; null when it is allowed."),
    )

    /// The answer to a decision.
    static func response(_ decision: LicenseDecision) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: ["Content-Type": "application/json"],
            body: .bytes(bytes(decision))
        )
    }

    /// The answer as it is sent.
    static func bytes(_ decision: LicenseDecision) -> [UInt8] {
        let (code, remaining, error) = parts(decision)
        let number = remaining.map(String.init) ?? "null"
        let text = error.map { "\"\($0)\"" } ?? "null"
        var json: [UInt8] = []
        json.reserveCapacity(192)
        for part in [
            #"{"valid":"#, error == nil ? "true" : "false", #","remaining_quota":"#, number,
            #","remaining":"#, number, #","code":""#, code.rawValue, #"","error":"#, text, "}",
        ] {
            json += part.utf8
        }
        return json
    }

    /// The texts have nothing in them that JSON would want escaped.
    private static func parts(
        _ decision: LicenseDecision
    ) -> (code: LicenseAnswerCode, remaining: Int64?, error: String?) {
        switch decision {
        case .allowed(let remaining): (.ok, remaining ?? -1, nil)
        case .notFound: (.notFound, nil, "There is no licence with this key.")
        case .suspended: (.suspended, nil, "The licence is suspended.")
        case .expired: (.expired, nil, "The licence has expired.")
        case .cancelled: (.cancelled, nil, "The licence was cancelled.")
        case .quotaExceeded(let remaining):
            (.quotaExceeded, remaining, "The licence allows only \(remaining) more.")
        case .unknownFeature: (.unknownFeature, nil, "The feature is not known.")
        }
    }
}
