import HTTPServer
import Wire

/// A refusal in Stripe's words.
struct StripeError: Error {
    enum Kind: String {
        case api = "api_error"
        case card = "card_error"
        case idempotency = "idempotency_error"
        case invalidRequest = "invalid_request_error"
    }

    var status: Int
    var kind: Kind
    var code: String?
    var message: String
    var param: String?
    var declineCode: String?
    var adviceCode: String?
    var charge: String?
    /// The object the error is about, as `payment_intent` or `setup_intent`.
    var attached: [JSON.Member] = []
    /// Refused before the call began to act, so that its idempotency key stays free.
    var isValidation = false

    var body: JSON {
        var error: JSON = [:]
        if let adviceCode { error = error.setting("advice_code", .string(adviceCode)) }
        if let charge { error = error.setting("charge", .string(charge)) }
        if let code {
            error = error.setting("code", .string(code))
            let page = code.map { $0 == "_" ? "-" : $0 }
            error = error.setting(
                "doc_url",
                .string("https://stripe.com/docs/error-codes/" + String(page))
            )
        }
        if let declineCode { error = error.setting("decline_code", .string(declineCode)) }
        error = error.setting("message", .string(message))
        if let param { error = error.setting("param", .string(param)) }
        for member in attached { error = error.setting(member.name, member.value) }
        return ["error": error.setting("type", .string(kind.rawValue))]
    }

    static func invalid(
        _ message: String,
        code: String? = nil,
        param: String? = nil,
        status: Int = 400
    ) -> StripeError {
        StripeError(
            status: status,
            kind: .invalidRequest,
            code: code,
            message: message,
            param: param
        )
    }

    /// A parameter that is wrong by itself, found before anything is done.
    static func parameter(
        _ message: String,
        code: String? = nil,
        param: String
    ) -> StripeError {
        var error = invalid(message, code: code, param: param)
        error.isValidation = true
        return error
    }

    static func missing(_ param: String) -> StripeError {
        parameter("Missing required param: \(param).", code: "parameter_missing", param: param)
    }

    /// An object that does not exist: 404 when the path names it, 400 when a parameter does.
    static func noSuch(_ what: String, _ id: String, param: String, inPath: Bool) -> StripeError {
        invalid(
            "No such \(what): '\(id)'",
            code: "resource_missing",
            param: param,
            status: inPath ? 404 : 400
        )
    }
}
