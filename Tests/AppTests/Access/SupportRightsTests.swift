import App
import Core
import Testing
import Web
import Wire

/// What support may do, written by hand: the routes themselves are no witness of what they should
/// be.
@Suite struct SupportRightsTests {
    /// All that support may send besides questions: about itself, or without an effect.
    private static let harmless: Set = [
        "POST /api/v1/auth/logout", "PUT /api/v1/auth/me",
        "POST /api/v1/subscriptions/:id/preview", "POST /account/profile", "POST /account/password",
        "POST /account/email", "POST /account/verification", "POST /account/sessions/:id/end",
        "POST /views", "POST /views/:id/removal",
    ]

    /// What support may not even see.
    private static let closed: Set = [
        "/api/v1/admin/settings", "/api/v1/admin/settings/documents", "/api/v1/admin/tax-rules",
        "/api/v1/admin/tax-rules/:id", "/api/v1/admin/api-keys", "/api/v1/admin/audit-log",
        "/console/settings", "/console/settings/tax", "/console/api-keys", "/console/audit",
    ]

    @Test func `support changes nothing, and sees neither settings nor keys nor the audit log`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let routes = try Door.api(app).router.routes + Door.portal(app).router.routes
            let open = routes.filter { Caller.support.mayUse($0.access) == true }
            let changing = open.filter { !$0.method.isSafe && $0.access != .anyone }
            #expect(Set(changing.map(\.name)).sorted() == Self.harmless.sorted())
            #expect(Self.closed.subtracting(routes.map(\.pattern)) == [])
            #expect(Self.closed.intersection(open.map(\.pattern)) == [])
        }
    }

    @Test func `support neither settles a payment nor reveals a key`() async throws {
        try await TestApp.run { app in
            let customer = try await app.logIn("customer")
            let order = try await app.placeOrder(by: customer)
            let id = try #require(order["id"]?.string)
            _ = try await app.openCheckout(id, by: customer)
            let opened = try await app.payment(of: id, by: customer)
            let license = try await app.makeLicense()
            let payment = try #require(opened["id"]?.string)
            for path in [
                "/api/v1/payments/\(payment)/confirm", "/api/v1/licenses/\(license.id.text)/reveal",
            ] {
                let statuses = try await app.statuses("POST", path)
                #expect(statuses == [401, 200, 403, 200, 200], "\(path)")
            }
        }
    }
}
