import Support
import Testing
import Wire

extension TestApp {
    /// Logs the demo customer in to the portal, as a browser does.
    func logInToPortal(_ client: TestClient? = nil) async throws {
        let answer = try await (client ?? portal).submit(
            "/login",
            [("email", "customer@example.com"), ("password", "sandbox-password")]
        )
        try #require(answer.status == 303, "\(answer.text)")
    }

    /// Puts a plan into the cart, with a name to register when given.
    func fillCart(domain: String? = nil) async throws {
        let answer = try await portal.submit(
            "/cart/items",
            from: "/cart/new",
            [
                ("plan_id", try await plan("starter")), ("billing_cycle", "monthly"),
                ("domain_action", domain == nil ? "none" : "register"),
                ("domain_name", domain ?? ""), ("domain_years", "1"),
            ]
        )
        try #require(answer.status == 303, "\(answer.text)")
    }

    /// Orders on the portal's pages, up to the payment page; the order's and the page's identifiers.
    func orderOnPages(domain: String? = nil) async throws -> (id: String, session: String) {
        try await fillCart(domain: domain)
        let key = OpaqueKey.make()
        let answer = try await portal.submit("/checkout", [("key", key)])
        try #require(answer.status == 303, "\(answer.text)")
        let address = try #require(answer.headers["Location"])
        let session = try #require(address.split(separator: "/").last)
        let list = try await portal.get("/orders")
        let order = try #require(list.text.firstMatch(of: /\/orders\/(ord_[0-9a-z]+)/))
        return (String(order.output.1), String(session))
    }
}

/// The hidden key of a checkout form.
private enum OpaqueKey {
    static func make() -> String { Hex.encode(randomBytes(16)) }
}
