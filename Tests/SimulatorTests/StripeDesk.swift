import HTTPClient
import Simulators
import Support
import Testing
import Wire

/// A simulated Stripe with somebody who calls it.
struct StripeDesk: Sendable {
    let stripe: StripeSimulator
    let caller = Caller()
    private let authorization: HTTPHeaders = ["Authorization": "Bearer sk_test_of_the_tests"]

    /// Runs a test against a new simulator.
    static func open(
        webhookURL: String? = nil,
        clock: BusinessClock = BusinessClock(),
        _ body: (StripeDesk) async throws -> Void
    ) async throws {
        let stripe = try StripeSimulator(
            webhookURL: webhookURL,
            webhookRetrySeconds: [0.05, 0.05, 0.05],
            settings: quickSettings(clock)
        ).start()
        let result: Result<Void, any Error>
        do {
            try await body(StripeDesk(stripe: stripe))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await stripe.stop()
        try result.get()
    }

    func get(_ path: String) async throws -> IncomingAnswer {
        try await caller.get(stripe.host.baseURL + path, headers: authorization)
    }

    func post(
        _ path: String,
        _ fields: [(String, String)] = [],
        key: String? = nil,
        deadlineSeconds: Double = 10
    ) async throws -> IncomingAnswer {
        var headers = authorization
        headers["Idempotency-Key"] = key
        return try await caller.post(
            stripe.host.baseURL + path,
            fields,
            headers: headers,
            deadlineSeconds: deadlineSeconds
        )
    }

    /// A new object's id.
    func make(_ path: String, _ fields: [(String, String)] = []) async throws -> String {
        let answer = try await post(path, fields)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.json["id"]?.string)
    }

    func customer() async throws -> String {
        try await make("/v1/customers", [("email", "ada@example.com")])
    }

    /// A payment that is confirmed at once with a test method.
    func pay(
        _ method: String,
        _ more: [(String, String)] = [],
        key: String? = nil
    ) async throws -> IncomingAnswer {
        try await post(
            "/v1/payment_intents",
            [
                ("amount", "9900"), ("currency", "usd"), ("payment_method", method),
                ("confirm", "true"), ("automatic_payment_methods[enabled]", "true"),
                ("automatic_payment_methods[allow_redirects]", "never"),
            ] + more,
            key: key
        )
    }

    /// A page on which 99 dollars are asked for.
    func session(_ more: [(String, String)] = []) async throws -> String {
        try await make(
            "/v1/checkout/sessions",
            [
                ("mode", "payment"),
                ("success_url", "https://shop.example/done?s={CHECKOUT_SESSION_ID}"),
                ("cancel_url", "https://shop.example/cart"),
                ("line_items[0][price_data][currency]", "usd"),
                ("line_items[0][price_data][unit_amount]", "9900"),
                ("line_items[0][price_data][product_data][name]", "Professional"),
                ("line_items[0][quantity]", "1"),
            ] + more
        )
    }

    /// The types of the events so far, oldest first.
    func events() async throws -> [String] {
        let list = try await get("/v1/events?limit=100")
        return (list.json["data"]?.array ?? []).reversed().compactMap { $0["type"]?.string }
    }
}
