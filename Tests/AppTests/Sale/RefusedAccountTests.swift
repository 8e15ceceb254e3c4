import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Panels that refuse accounts: another is asked, staff are told why, and it comes to an end.
@Suite struct RefusedAccountTests {
    private static let accounts = "POST /api/v1/billing/accounts$"
    private static let panelsWords = "The sandbox was told to refuse this."

    @Test func `when every server refuses, staff read why and try again at once`() async throws {
        try await TestApp.run { app in
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault(Self.accounts, .reject, times: 1_000))
            }
            let ann = try await app.register()
            let id = try await app.payOrder(by: ann)
            let stuck = try await app.order(id, by: ann, reaching: "attention")
            #expect(!"\(stuck.text)".contains("told to refuse"))
            let token = try await app.token(of: "support")
            let detail = try await app.accountStep(of: id, token: token)
            #expect(detail?.hasPrefix("Every server refused the account. The last was ") == true)
            #expect(detail?.hasSuffix(Self.panelsWords) == true)
            try await Task.sleep(for: .seconds(3))
            #expect(app.creations == 3, "each server is asked once")
            for panel in app.simulators.panels { panel.host.faults.clear() }
            try await Fulfilment(app.services).retry(try #require(ID<Order>(id)), actor: .system)
            _ = try await app.order(id, by: ann, reaching: "completed", seconds: 10)
            #expect(try await app.brokenCounters() == [])
        }
    }

    @Test func `a panel that takes no user name is left after a few`() async throws {
        try await TestApp.run { app in
            for panel in app.simulators.panels { panel.behave { $0.refusesUsernames = true } }
            let ann = try await app.register()
            let id = try await app.payOrder(by: ann)
            _ = try await app.order(id, by: ann, reaching: "attention", seconds: 60)
            let made = app.creations
            #expect(made == 15, "five names on each of three servers")
            try await Task.sleep(for: .seconds(2))
            #expect(app.creations == made)
            let detail = try await app.accountStep(of: id, token: app.token(of: "support"))
            #expect(detail?.contains("5 user names were refused") == true)
        }
    }

    @Test func `a server that does not accept our key gets no further accounts`() async throws {
        try await TestApp.run { app in
            // The key of a reader: the list answers, and nothing can be made with it.
            let panel = app.simulators.panels[0]
            try await app.changeServer(0, ["api_key": .string(panel.apiKey + "_readonly")])
            try await app.changeServer(0, ["capacity": 1_000])
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let server = try await app.servers()[0]
            #expect(!server.isHealthy)
            #expect(server.healthProblem?.contains("super admin privileges") == true)
            let admin = try await StaffBrowser("admin", app)
            let page = try await admin.get("/console/servers/\(server.id)")
            #expect(page.text.contains("super admin privileges"))
            let tries = panel.creations
            #expect(tries == 1)
            _ = try await app.buy(by: try await app.register())
            #expect(panel.creations == tries)
            #expect(try await app.brokenCounters() == [])
        }
    }

    @Test func `customers read our own words of a step, staff the registrar's too`() async throws {
        try await TestApp.run { app in
            app.simulators.resellerClub.host.faults.add(
                Fault("POST /api/domains/register", .reject, times: 100)
            )
            try await app.logInToPortal()
            let ann = try await app.logIn("customer")
            let id = try await app.payOrder(by: ann, domain: "example.com")
            let seen = try await app.order(id, by: ann, reaching: "attention")
            let list = try await app.api.get("/api/v1/orders", token: ann.token)
            let page = try await app.portal.get("/orders/\(id)")
            let timeline = try await app.portal.get("/orders/\(id)/timeline")
            for text in [seen.text, list.text, page.text, timeline.text] {
                #expect(text.contains("This did not work yet. Our staff take care of it."))
                #expect(!text.contains("told to refuse") && !text.contains("registrar refused"))
            }
            let support = try await StaffBrowser("support", app)
            let console = try await support.get("/console/orders/\(id)")
            #expect(console.text.contains("The registrar refused example.com"))
            #expect(console.text.contains("told to refuse this"))
            let token = try await app.token(of: "support")
            let shown = try await app.api.get("/api/v1/orders/\(id)", token: token)
            #expect(shown.text.contains("told to refuse this"))
        }
    }

    @Test func `a registrar's account without money is filled, and the order tried again`()
        async throws
    {
        try await TestApp.run { app in
            try await app.setRegistrarBalance(cents: 0)
            let ann = try await app.register()
            let id = try await app.payOrder(by: ann, domain: "example.com")
            _ = try await app.order(id, by: ann, reaching: "attention")
            let billing = try await StaffBrowser("billing", app)
            let page = try await billing.get("/console/orders/\(id)")
            #expect(page.text.contains("Our account there was not accepted: Insufficient funds"))
            try await app.setRegistrarBalance(cents: 100_000)
            _ = try await billing.submit(
                "/console/orders/\(id)/retry",
                from: "/console/orders/\(id)"
            )
            _ = try await app.order(id, by: ann, reaching: "completed")
        }
    }

    @Test func `a payer does not read what the processor told us`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let stripe = app.simulators.stripe.host
            stripe.faults.add(Fault("POST /v1/checkout/sessions", .reject))
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let answer = try await app.api.post(
                "/api/v1/orders/\(id)/checkout",
                json: [:],
                token: ann.token
            )
            #expect(answer.status == 422 && answer.code == "refused_by_provider")
            #expect(!answer.text.contains("told to refuse"))
            let payments = try await app.api.get("/api/v1/payments", token: ann.token)
            #expect(payments.json.list.first?["status"] == "failed")
            #expect(!payments.text.contains("told to refuse"))
            let token = try await app.token(of: "support")
            let staffs = try await app.api.get("/api/v1/payments", token: token)
            #expect(staffs.text.contains("told to refuse"))
        }
    }
}

extension TestApp {
    /// Places an order and pays it, without waiting for what comes of it.
    fileprivate func payOrder(by person: Person, domain: String? = nil) async throws -> String {
        let placed = try await placeOrder(by: person, domain: domain)
        let id = try #require(placed["id"]?.string)
        pay(try await openCheckout(id, by: person))
        return id
    }

    /// What somebody is told of the step that makes the account.
    fileprivate func accountStep(of order: String, token: String) async throws -> String? {
        let answer = try await api.get("/api/v1/orders/\(order)", token: token)
        let step = answer.json["steps"]?.array?.first { $0["name"] == "hosting_account" }
        return step?["detail"]?.string
    }

    /// Leaves our account at the registrar with an amount.
    fileprivate func setRegistrarBalance(cents: Int64) async throws {
        let answer = try await TestClient(baseURL: simulators.resellerClub.host.baseURL).post(
            "/_sandbox/balance",
            json: ["cents": .integer(cents)]
        )
        try #require(answer.status == 200, "\(answer.text)")
    }

    /// How often panels were asked to make an account.
    fileprivate var creations: Int { simulators.panels.map(\.creations).reduce(0, +) }
}

extension NextPanelSimulator {
    /// How often it was asked to make an account.
    var creations: Int {
        host.journal.requests.count { $0.method == "POST" && $0.path.hasSuffix("/accounts") }
    }
}
