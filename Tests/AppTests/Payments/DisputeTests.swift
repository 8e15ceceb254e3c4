import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// Disputes: the books and the services follow what the payer's bank decides.
@Suite struct DisputeTests {
    private static let disputedCard = "4000000000000259"

    private func disputes(_ app: TestApp) async throws -> [JSON] {
        try await app.api.get("/api/v1/disputes", token: try await app.token(of: "support"))
            .json.list
    }

    /// The only dispute once it stands in a state.
    @discardableResult
    private func dispute(_ status: String, _ app: TestApp) async throws -> JSON {
        try await eventually("dispute \(status)") {
            let found = try await disputes(app).first
            return found?["status"]?.string == status ? found : JSON?.none
        }
    }

    private func remote(_ app: TestApp) throws -> String {
        try #require(
            app.simulators.stripe.host.state["disputes"]?.array?.first?["id"]?.string
        )
    }

    /// Lets a bank dispute the only payment.
    private func open(_ app: TestApp, _ wish: JSON = [:]) async throws {
        let charge = try #require(app.simulators.stripe.paidCharges.first)
        try await app.controlStripe("payment_intents/\(charge.intent)/dispute", wish)
    }

    @Test func `a dispute holds the money back, and is shown with its day`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann, card: Self.disputedCard)
            let found = try await dispute("open", app)
            #expect(found["reason"] == "fraudulent" && found["needs_response"] == true)
            #expect(found["amount"]?["amount"] == 2_900 && found["fee"]?["amount"] == 1_500)
            #expect(found["due_by"]?.string != nil)
            #expect(try await app.balance("disputes") == 2_900)
            let refund = try await app.askRefund(of: payment, amount: 100)
            #expect(refund.status == 409 && refund.code == "payment_disputed")
            let staff = try await StaffBrowser("billing", app)
            let home = try await staff.get("/console")
            #expect(home.text.contains("Disputes to answer"))
            let page = "/console/books/disputes/\(found["id"]?.string ?? "")"
            let shown = try await staff.get(page)
            #expect(shown.text.contains("dashboard.stripe.com/test/disputes/"))
            #expect(try await staff.get("/console/books/disputes").text.contains("Fraudulent"))
            _ = try await staff.submit("\(page)/check", from: page)
            try await app.requireCleanBooks()
            #expect(
                try await app.api.get("/api/v1/disputes", token: ann.token).status == 403
            )
        }
    }

    @Test func `disputes are listed by when banks opened them, page by page`() async throws {
        try await TestApp.run { app in
            for _ in 1...3 { _ = try await app.buyWithPayment(by: try await app.register()) }
            for charge in app.simulators.stripe.paidCharges {
                try await app.controlStripe("payment_intents/\(charge.intent)/dispute", [:])
            }
            _ = try await eventually("three disputes") {
                try await disputes(app).count == 3 ? true : nil
            }
            try await app.webhooksAreDealtWith()
            // The one that was heard of last is the oldest; two begin at the same moment.
            try await app.run(
                """
                UPDATE disputes SET opened_at = opened_at - interval '1 day'
                WHERE id = (SELECT max(id::text) FROM disputes)::uuid
                """
            )
            try await app.run(
                """
                UPDATE disputes SET opened_at = (SELECT max(opened_at) FROM disputes)
                WHERE id <> (SELECT max(id::text) FROM disputes)::uuid
                """
            )
            let all = try await disputes(app).compactMap { $0["id"]?.string }
            let newest = all.sorted().reversed()
            #expect(all == Array(newest.dropFirst()) + newest.prefix(1))
            var (paged, cursor): ([String], String?) = ([], nil)
            repeat {
                let place = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await app.api.get(
                    "/api/v1/disputes?limit=1\(place)",
                    token: try await app.token(of: "support")
                )
                paged += page.json.list.compactMap { $0["id"]?.string }
                cursor = page.json["next_cursor"]?.string
            } while cursor != nil && paged.count < 9
            #expect(paged == all)
            let page = try await StaffBrowser("support", app).get("/console/books/disputes")
            let places = all.map { page.text.range(of: $0)?.lowerBound }
            #expect(places.allSatisfy { $0 != nil })
            #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted())
        }
    }

    @Test(arguments: [false, true])
    func `a dispute that is won brings the money back`(returnsFee: Bool) async throws {
        try await TestApp.run { app in
            let payment = try await app.buyWithPayment(by: try await app.register())
            try await open(app)
            try await dispute("open", app)
            let id = try remote(app)
            try await app.controlStripe("disputes/\(id)/review")
            try await app.controlStripe("disputes/\(id)/win", ["return_fee": .bool(returnsFee)])
            let won = try await dispute("won", app)
            #expect(won["held"]?["amount"] == 0)
            #expect(won["fee"]?["amount"] == (returnsFee ? 0 : 1_500))
            #expect(try await app.balance("disputes") == 0)
            #expect(try await app.balance("dispute_losses") == 0)
            try await app.requireCleanBooks()
            #expect(try await app.askRefund(of: payment).status == 201)
        }
    }

    @Test func `a dispute that is lost is a loss, and nothing more can go back`() async throws {
        try await TestApp.run { app in
            let payment = try await app.buyWithPayment(by: try await app.register())
            try await open(app, ["amount": 2_000])
            try await dispute("open", app)
            try await app.controlStripe("disputes/\(try remote(app))/lose")
            try await dispute("lost", app)
            #expect(try await app.balance("disputes") == 0)
            #expect(try await app.balance("dispute_losses") == 2_000)
            #expect(try await app.askRefund(of: payment, amount: 901).status == 422)
            let rest = try await app.askRefund(of: payment)
            #expect(rest.json["amount"]?["amount"] == 900, "\(rest.text)")
            try await app.requireCleanBooks()
        }
    }

    @Test func `an inquiry moves no money until it becomes a dispute`() async throws {
        try await TestApp.run { app in
            _ = try await app.buyWithPayment(by: try await app.register())
            try await open(app, ["inquiry": true])
            let asked = try await dispute("inquiry", app)
            #expect(asked["held"] == .null)
            #expect(try await app.balance("disputes") == 0)
            try await app.controlStripe("disputes/\(try remote(app))/escalate")
            try await dispute("open", app)
            #expect(try await app.balance("disputes") == 2_900)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what a disputed payment has paid for is stopped when that is wanted`()
        async throws
    {
        try await TestApp.run { app in
            let admin = try await app.token(of: "admin")
            let policy: JSON = ["freezes_services": true]
            let set = try await app.api.put(
                "/api/v1/admin/dispute-policy",
                json: policy,
                token: admin
            )
            #expect(set.status == 200, "\(set.text)")
            _ = try await app.buyWithPayment(by: try await app.register())
            _ = try await app.buyWithPayment(by: try await app.register())
            let accounts: (String) async throws -> Int64 = { status in
                try await app.count("SELECT 1 FROM hosting_accounts WHERE status = \(status)")
            }
            try await open(app)
            _ = try await eventually("a suspended account") {
                try await accounts("suspended") == 1 ? true : nil
            }
            #expect(try await accounts("active") == 1)
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'suspended'") == 1)
            try await app.controlStripe("disputes/\(try remote(app))/win")
            _ = try await eventually("an account that goes on") {
                try await accounts("active") == 2 ? true : nil
            }
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 2)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is ours after all lets an account go on whose panel gave no answers`()
        async throws
    {
        try await TestApp.run { app in
            try await app.stopServicesOfDisputes()
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST */suspend$", .timeoutAfter, times: 10_000))
            }
            _ = try await app.buyWithPayment(by: try await app.register())
            try await open(app)
            try await dispute("open", app)
            try await app.giveUpChange()
            for panel in app.simulators.panels { panel.host.faults.clear() }
            try await app.controlStripe("disputes/\(try remote(app))/win")
            try await dispute("won", app)
            try await app.compareAccounts(reaching: .active)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what a lost dispute has stopped does not go on when another is won`() async throws {
        try await TestApp.run { app in
            try await app.stopServicesOfDisputes()
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await app.pass(days: 31.1)
            _ = try await app.invoices(of: ann, count: 2)
            for charge in app.simulators.stripe.paidCharges {
                try await app.controlStripe("payment_intents/\(charge.intent)/dispute", [:])
            }
            let stopped = "SELECT 1 FROM hosting_accounts WHERE status = 'suspended'"
            _ = try await eventually("a suspended account") {
                let accounts = try await app.count("\(unsafeRaw: stopped)")
                let freezing = try await app.count("SELECT 1 FROM disputes WHERE freezes")
                return accounts == 1 && freezing == 2 ? true : nil
            }
            let ids = (app.simulators.stripe.host.state["disputes"]?.array ?? [])
                .compactMap { $0["id"]?.string }
            for (id, end) in zip(ids, ["lose", "win"]) {
                try await app.controlStripe("disputes/\(id)/\(end)")
                let status = end == "win" ? "won" : "lost"
                _ = try await eventually("a dispute that is \(status)") {
                    try await app.count("SELECT 1 FROM disputes WHERE status = \(status)") == 1
                        ? true : nil
                }
            }
            try await app.webhooksAreDealtWith()
            #expect(try await app.count("\(unsafeRaw: stopped)") == 1)
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is disputed while it is set up is stopped once it is there`() async throws {
        try await TestApp.run { app in
            try await app.stopServicesOfDisputes()
            for panel in app.simulators.panels {
                panel.host.faults.add(
                    Fault("POST /api/v1/billing/accounts", .timeoutBefore, times: 1)
                )
            }
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            _ = try await eventually("an account that is being set up") {
                try await app.count("SELECT 1 FROM hosting_accounts WHERE status = 'provisioning'")
                    == 1 ? true : nil
            }
            try await open(app)
            try await dispute("open", app)
            _ = try await eventually("a suspended account") {
                try await app.count("SELECT 1 FROM hosting_accounts WHERE status = 'suspended'")
                    == 1 ? true : nil
            }
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'suspended'") == 1)
            try await app.controlStripe("disputes/\(try remote(app))/win")
            _ = try await eventually("an account that goes on") {
                try await app.count("SELECT 1 FROM hosting_accounts WHERE status = 'active'") == 1
                    ? true : nil
            }
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `messages about a dispute in any order and number give the same books`()
        async throws
    {
        try await TestApp.run { app in
            app.simulators.stripe.setWebhooks(.drop)
            _ = try await app.buyWithPayment(by: try await app.register())
            try await open(app)
            try await app.controlStripe("disputes/\(try remote(app))/win")
            let kinds = [
                "charge.dispute.closed", "charge.dispute.funds_reinstated",
                "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.updated",
            ]
            for kind in kinds + kinds.reversed() {
                for body in app.stripeEvents(kind) {
                    #expect(try await app.deliver(body).status == 200)
                    try await app.webhooksAreDealtWith()
                }
            }
            try await dispute("won", app)
            let books = try await app.books().ledger
            #expect(books["dispute_opened"] == 1 && books["dispute_won"] == 1)
            try await app.requireCleanBooks()
        }
    }
}
