import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// Credit that stems from a card payment whose bank disputes it.
@Suite struct HeldCreditTests {
    /// Somebody who has paid by card, has 10.00 of that as credit by a credit note, and whose bank
    /// then disputes the payment.
    func disputed(
        _ app: TestApp,
        amount disputed: Int64 = 2_900
    ) async throws -> (Person, ID<Customer>) {
        let ann = try await app.register()
        let payment = try await app.buyWithPayment(by: ann)
        let invoice = try #require(ID<Invoice>(payment["invoice_id"]?.string ?? ""))
        let line = try #require(try await app.invoice(invoice)["lines"]?[0]?["id"]?.string)
        let amount: JSON = ["amount": 1_000, "currency": "USD"]
        let note = try await app.doTo(
            invoice,
            "credit-notes",
            json: ["reason": "Too slow", "lines": [["line_id": .string(line), "amount": amount]]]
        )
        try #require(note.status == 201, "\(note.text)")
        #expect(try await app.freeCredit(of: ann) == 1_000)
        let charge = try #require(app.simulators.stripe.paidCharges.first)
        try await app.controlStripe(
            "payment_intents/\(charge.intent)/dispute",
            ["amount": .integer(disputed)]
        )
        _ = try await standing("open", app)
        return (ann, try await app.customer(of: ann))
    }

    @discardableResult
    private func standing(_ status: String, _ app: TestApp) async throws -> Bool {
        try await eventually("dispute \(status)") {
            try await app.count("SELECT 1 FROM disputes WHERE status = \(status)") == 1
                ? true : nil
        }
    }

    func decide(_ how: String, _ app: TestApp) async throws {
        let id = try #require(
            app.simulators.stripe.host.state["disputes"]?.array?.first?["id"]?.string
        )
        try await app.controlStripe("disputes/\(id)/\(how)")
        try await standing(how == "win" ? "won" : "lost", app)
    }

    private func credit(_ app: TestApp) async throws -> String {
        ID<Credit>(
            try await app.services.database.transaction(for: .system) {
                try $0.one("SELECT id FROM credits ORDER BY id LIMIT 1") { try $0.get("id") }
            }
        ).text
    }

    func decide(
        _ app: TestApp,
        _ verb: String,
        because reason: String
    ) async throws -> TestAnswer {
        try await app.api.post(
            "/api/v1/admin/credits/\(try await credit(app))/\(verb)",
            json: ["reason": .string(reason)],
            token: try await app.token(of: "billing")
        )
    }

    func bill(_ customer: ID<Customer>, _ app: TestApp) async throws -> ID<Invoice> {
        try await app.issueInvoice(for: customer, lines: [TestApp.line("Something", 1, 5_000)])
    }

    @Test func `it pays nothing and is not paid out, and everybody sees that it is held`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, customer) = try await disputed(app)
            #expect(try await app.freeCredit(of: ann) == 0)
            try await app.grant(300, to: ann)
            let invoice = try await bill(customer, app)
            #expect(try await app.invoice(invoice).amount("amount_due") == 4_700)
            let path = "/api/v1/admin/customers/\(customer.text)/credit-payouts"
            for reference in [JSON.null, "OUT-1"] {
                let answer = try await app.api.post(
                    path,
                    json: [
                        "amount": ["amount": 500, "currency": "USD"], "reason": "Asked for",
                        "reference": reference,
                    ],
                    token: try await app.token(of: "billing")
                )
                #expect(answer.status == 409 && answer.code == "credit_disputed", "\(answer.text)")
            }
            let listed = try await app.api.get("/api/v1/credits", token: ann.token).json.list
            #expect(listed.map { $0.amount("disputed") } == [0, 1_000])
            let balance = try await app.api.get("/api/v1/credits/balance", token: ann.token)
            #expect(balance.json["balances"] == [])
            let page = try await StaffBrowser(ann.email, app).get("/credits")
            #expect(page.text.contains("Held: payment disputed"))
            let staff = try await StaffBrowser("support", app)
            let file = try await staff.get("/console/customers/\(customer.text)")
            #expect(file.text.contains("Held: payment disputed"), "\(file.text)")
            let early = try await decide(app, "write-off", because: "Too early")
            #expect(early.status == 409 && early.code == "credit_not_lost")
            try await app.requireCleanBooks()
        }
    }

    @Test func `a dispute that is won releases it`() async throws {
        try await TestApp.run { app in
            let (ann, customer) = try await disputed(app)
            let invoice = try await bill(customer, app)
            try await decide("win", app)
            #expect(try await app.freeCredit(of: ann) == 1_000)
            _ = try await Credits(app.services).settle()
            #expect(try await app.invoice(invoice).amount("amount_due") == 4_000)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what a lost dispute leaves of it is written off with a reason`() async throws {
        try await TestApp.run { app in
            let (ann, _) = try await disputed(app)
            try await decide("lose", app)
            #expect(try await app.freeCredit(of: ann) == 0)
            let id = try await credit(app)
            let staff = try await StaffBrowser("billing", app)
            let silent = try await staff.submit("/console/credits/\(id)/write-off")
            #expect(silent.status == 422 && silent.text.contains("Please fill this in."))
            for _ in 1...2 {
                let answer = try await decide(app, "write-off", because: "The bank gave it back")
                #expect(answer.json["remaining"]?["amount"] == 0, "\(answer.text)")
            }
            #expect(try await app.balance("customer_credit") == 0)
            #expect(try await app.balance("dispute_losses") == 1_900)
            #expect(
                try await app.count("SELECT 1 FROM audit_log WHERE action = 'credit.write_off'")
                    == 1
            )
            try await app.requireCleanBooks()
        }
    }

    @Test func `a dispute of a part holds no more, and no more is written off for it`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, _) = try await disputed(app, amount: 400)
            #expect(try await app.freeCredit(of: ann) == 600)
            let page = try await StaffBrowser(ann.email, app).get("/credits")
            #expect(page.text.contains("Held: payment disputed") && page.text.contains("$4.00"))
            try await decide("lose", app)
            for _ in 1...2 {
                let answer = try await decide(app, "write-off", because: "The bank gave it back")
                #expect(answer.json.amount("remaining") == 600, "\(answer.text)")
                #expect(answer.json.amount("disputed") == 0)
            }
            #expect(try await app.freeCredit(of: ann) == 600)
            #expect(try await app.balance("dispute_losses") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [nil, "OUT-3"])
    func `what was written off for a dispute that is won after all is credit again`(
        reference: String?
    ) async throws {
        try await TestApp.run { app in
            let (ann, _) = try await disputed(app)
            try await decide("lose", app)
            _ = try await decide(app, "write-off", because: "The bank gave it back")
            try await decide("win", app)
            _ = try await eventually("credit") {
                try await app.freeCredit(of: ann) == 1_000 ? true : nil
            }
            let credits = try await app.api.get("/api/v1/credits", token: ann.token).json.list
            #expect(credits.map { $0["source"] } == ["dispute_won", "credit_note"])
            #expect(try await app.balance("dispute_losses") == 0)
            // What was paid for is still paid for, and goes back to the card, too.
            let payout = try await app.api.post(
                "/api/v1/admin/customers/\(try await app.customer(of: ann).text)/credit-payouts",
                json: [
                    "amount": ["amount": 1_000, "currency": "USD"], "reason": "Asked for",
                    "reference": reference.map { .string($0) } ?? .null,
                ],
                token: try await app.token(of: "billing")
            )
            #expect(payout.status == 201, "\(payout.text)")
            _ = try await eventually("the refund") {
                reference != nil || app.stripeRefunds.first?["amount"] == 1_000 ? true : nil
            }
            try await app.webhooksAreDealtWith()
            try await app.requireCleanBooks()
        }
    }

    @Test func `staff release what is held with a reason`() async throws {
        try await TestApp.run { app in
            let (ann, customer) = try await disputed(app)
            let id = try await credit(app)
            let staff = try await StaffBrowser("billing", app)
            let file = try await staff.get("/console/customers/\(customer.text)")
            #expect(file.text.contains("/console/credits/\(id)/release"))
            let page = "/console/credits/\(id)/release"
            let silent = try await staff.submit(page)
            #expect(silent.status == 422 && silent.text.contains("Please fill this in."))
            let done = try await staff.submit(page, [("reason", "A bank's mistake")])
            #expect(done.status == 303, "\(done.text)")
            #expect(try await app.freeCredit(of: ann) == 1_000)
            let again = try await decide(app, "release", because: "Once more")
            #expect(again.json.amount("disputed") == 0, "\(again.text)")
            let late = try await staff.get(page)
            #expect(late.location == "/console/customers/\(customer.text)", "\(late.text)")
            #expect(
                try await app.count("SELECT 1 FROM audit_log WHERE action = 'credit.release'") == 1
            )
            try await decide("lose", app)
            #expect(try await app.freeCredit(of: ann) == 1_000)
            #expect(try await decide(app, "write-off", because: "Late").code == "credit_not_lost")
            try await app.requireCleanBooks()
        }
    }

    /// Another dispute of the same payment that is like the first.
    func disputeAgain(_ app: TestApp) async throws {
        try await app.run(
            """
            INSERT INTO disputes SELECT (jsonb_populate_record(d, jsonb_build_object(
                'id', gen_random_uuid(), 'gateway_dispute_id', 'du_second',
                'withdrawn_minor', 0, 'fee_minor', 0, 'withdrawal_move_id', NULL
            ))).* FROM disputes d
            """
        )
    }

    @Test func `a dispute in another currency holds what the bank took`() async throws {
        try await TestApp.run { app in
            let (ann, _) = try await disputed(app, amount: 400)
            try await decide("lose", app)
            try await app.run("UPDATE disputes SET currency = 'EUR', amount_minor = 370")
            #expect(try await app.freeCredit(of: ann) == 600)
            let payment = try await app.api.get("/api/v1/payments", token: ann.token).json.list[0]
            #expect(try await app.askRefund(of: payment, amount: 1_501).status == 422)
            #expect(try await app.askRefund(of: payment, amount: 1_500).status == 201)
        }
    }

    @Test func `several disputes in another currency hold no more than their payment`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, customer) = try await disputed(app, amount: 400)
            let (services, now) = (app.services, app.clock.now)
            try await services.database.transaction(for: .system) { session in
                let payment = try session.one("SELECT id FROM payments") {
                    try $0.id("id", of: Payment.self)
                }
                try Credits.add(
                    Money(minorUnits: 5_000, .usd),
                    to: customer,
                    from: .overpayment(payment),
                    session,
                    services,
                    now: now
                )
            }
            // Nobody can tell what it is in the currency that was paid in.
            try await app.run("UPDATE disputes SET currency = 'EUR', settled_currency = 'EUR'")
            try await disputeAgain(app)
            #expect(try await app.freeCredit(of: ann) == 3_100)
            let payment = try await app.api.get("/api/v1/payments", token: ann.token).json.list[0]
            #expect(try await app.askRefund(of: payment, amount: 1).code == "payment_disputed")
            // What is written off for one, the other holds no more, whichever comes first.
            try await app.run(
                """
                UPDATE disputes SET status = 'lost', closed_at = opened_at
                WHERE gateway_dispute_id = 'du_second'
                """
            )
            _ = try await decide(app, "write-off", because: "The bank gave it back")
            #expect(try await app.freeCredit(of: ann) == 3_100)
            try await app.run("UPDATE disputes SET status = 'lost', closed_at = opened_at")
            #expect(try await app.freeCredit(of: ann) == 3_100)
        }
    }

    @Test func `what is released is held by no other dispute of the payment`() async throws {
        try await TestApp.run { app in
            let (ann, _) = try await disputed(app)
            try await disputeAgain(app)
            let answer = try await decide(app, "release", because: "A bank's mistake")
            #expect(answer.json.amount("disputed") == 0, "\(answer.text)")
            #expect(try await app.freeCredit(of: ann) == 1_000)
        }
    }

    @Test func `what is left over of several changes is held with the payment behind them`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, _) = try await leftOverOfChanges(app, paidBy: .card)
            let charge = try #require(app.simulators.stripe.paidCharges.first)
            try await app.controlStripe("payment_intents/\(charge.intent)/dispute")
            try await standing("open", app)
            #expect(try await app.freeCredit(of: ann) == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [Means.gift, .cardAndGift])
    func `a gift does not become money by way of several changes`(
        means: Means
    ) async throws {
        try await TestApp.run { app in
            let (ann, left) = try await leftOverOfChanges(app, paidBy: means)
            #expect(try await app.freeCredit(of: ann) == left)
            let customer = try await app.customer(of: ann)
            let answer = try await app.api.post(
                "/api/v1/admin/customers/\(customer.text)/credit-payouts",
                json: [
                    "amount": ["amount": 1, "currency": "USD"], "reason": "Asked for",
                    "reference": "OUT-2",
                ],
                token: try await app.token(of: "billing")
            )
            #expect(answer.status == 409 && answer.code == "not_enough_credit", "\(answer.text)")
        }
    }

    /// The last: a card, and a gift of a dollar beside it.
    enum Means { case card, gift, cardAndGift }

    /// Somebody whose plan was paid so, and became smaller twice: the second time of what no
    /// payment and no credit has paid but the first change.
    private func leftOverOfChanges(
        _ app: TestApp,
        paidBy means: Means
    ) async throws -> (Person, Int64) {
        let ann = try await app.register()
        if means != .card { try await app.grant(means == .gift ? 9_900 : 100, to: ann) }
        let item: JSON = [
            "plan_id": .string(try await app.plan("professional")), "billing_cycle": "monthly",
        ]
        let placed = try await app.api.post(
            "/api/v1/orders",
            json: ["items": [item]],
            token: ann.token
        )
        let order = try #require(placed.json["id"]?.string, "\(placed.text)")
        let page = try await app.openCheckout(order, by: ann)
        if means != .gift { app.pay(page) }
        _ = try await app.order(order, by: ann, reaching: "completed")
        let id = try #require(try await app.subscription(of: ann)["id"]?.string)
        var left: Int64 = 0
        // The first leaves nothing over; all of the second comes of what the first has billed.
        for (plan, quantity) in [("starter", 3), ("starter", 1)] as [(String, Int64)] {
            let wish: JSON = [
                "plan_id": .string(try await app.plan(plan)), "quantity": .integer(quantity),
                "when": "now",
            ]
            let changed = try await app.api.put(
                "/api/v1/subscriptions/\(id)",
                json: wish,
                token: ann.token
            )
            try #require(changed.status == 200, "\(changed.text)")
            left = try await app.freeCredit(of: ann)
        }
        try #require(left > 5_000)
        return (ann, left)
    }
}
