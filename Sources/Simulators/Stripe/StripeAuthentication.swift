import Cryptography
import HTTPServer
import Support
import Wire

// Who may call what.
extension StripeService {
    /// Lets a secret key in, and a publishable one for what browsers do; says which it was.
    func authenticate(_ request: HTTPRequest) throws(StripeError) -> Bool {
        guard let key = request.stripeKey else {
            throw .unauthorized(
                "You did not provide an API key. You need to provide your API key in the "
                    + "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
                    + "YOUR_SECRET_KEY')."
            )
        }
        if key.hasPrefix("pk_test_") { return true }
        let isRight = secretKey.map { constantTimeEqual(key, $0) } ?? key.hasPrefix("sk_test_")
        guard isRight else {
            let masked = key.count > 12 ? "\(key.prefix(8))****\(key.suffix(4))" : "****"
            throw .unauthorized("Invalid API Key provided: \(masked)")
        }
        return false
    }

    /// Refuses what is no version's name, such as `2026-10-28.endive`.
    func check(version: String) throws(StripeError) {
        guard version.wholeMatch(of: /\d{4}-\d\d-\d\d(\.[a-z]+)?/) == nil else { return }
        throw .invalid("Invalid Stripe API version: \(version)")
    }

    /// Keeps a publishable key to reading and confirming the payment whose secret it has.
    func checkBrowser(_ route: StripeRoute, _ call: StripeCall) throws(StripeError) {
        let isRead = route.method == "GET" && route.pattern == ["v1", "payment_intents", ":"]
        let isConfirmation = route.pattern == ["v1", "payment_intents", ":", "confirm"]
        guard isRead || isConfirmation else {
            throw .unauthorized(
                "This API call cannot be made with a publishable API key. Please use a secret "
                    + "API key. You can find a list of your API keys at "
                    + "https://dashboard.stripe.com/account/apikeys."
            )
        }
        guard let secret = call.parameters.text("client_secret") else {
            throw .missing("client_secret")
        }
        let real = act { books, _ in books.intents[call.id]?.clientSecret }
        guard let real, constantTimeEqual(secret, real) else {
            throw .invalid(
                "The client_secret provided does not match any associated PaymentIntent on this "
                    + "account. Ensure the publishable key used belongs to the same account that "
                    + "created the PaymentIntent.",
                code: "payment_intent_invalid_parameter",
                param: "client_secret"
            )
        }
    }
}

extension StripeError {
    fileprivate static func unauthorized(_ message: String) -> StripeError {
        invalid(message, status: 401)
    }
}

extension HTTPRequest {
    /// The key, as a bearer token or as the user name of Basic authentication.
    fileprivate var stripeKey: String? {
        guard let header = headers["Authorization"] else { return nil }
        if header.hasPrefix("Bearer ") { return String(header.dropFirst(7)) }
        guard header.hasPrefix("Basic ") else { return nil }
        let standard = header.dropFirst(6).replacing("+", with: "-").replacing("/", with: "_")
        let bytes = Base64URL.decode(String(standard.replacing("=", with: ""))) ?? []
        return String(decoding: bytes, as: UTF8.self)
            .split(separator: ":", omittingEmptySubsequences: false).first.map(String.init)
    }
}
