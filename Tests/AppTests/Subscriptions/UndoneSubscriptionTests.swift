import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

/// What becomes of a subscription whose order is undone, and of credit beside it.
@Suite struct UndoneSubscriptionTests {
    @Test func `an order that was undone leaves nothing to change, end or take up again`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.stickOrder(of: ann, plan: "professional")
            try await app.undo(order, of: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let path = "/api/v1/subscriptions/\(id)"
            let cheaper: JSON = ["plan_id": .string(try await app.plan("starter")), "when": "now"]
            let changed = try await app.api.put(path, json: cheaper, token: ann.token)
            #expect(changed.status == 409, "\(changed.text)")
            for action in ["cancel", "reactivate"] {
                let answer = try await app.api.post(
                    "\(path)/\(action)",
                    json: [:],
                    token: ann.token
                )
                #expect(answer.status == 409, "\(action) \(answer.text)")
            }
            #expect(try await app.freeCredit(of: ann) == 0)
            #expect(try await app.subscription(of: ann)["status"] == "cancelled")
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status <> 'cancelled'") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what a credit note has given back is not given back by undoing`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.grant(1_000, to: ann)
            let order = try await app.stickOrder(of: ann)
            let invoice = try #require(
                try await app.invoices(of: ann, count: 1)[0]["id"]?.string.flatMap {
                    ID<Invoice>($0)
                }
            )
            let note = try await app.doTo(
                invoice,
                "credit-notes",
                json: ["reason": "Not delivered"]
            )
            try #require(note.status == 201, "\(note.text)")
            #expect(try await app.freeCredit(of: ann) == 2_900)
            try await app.undo(order, of: ann)
            #expect(try await app.freeCredit(of: ann) == 2_900)
            try await app.requireCleanBooks()
        }
    }

    /// What credit has paid of the later bill; a card pays the rest.
    @Test(arguments: [0, 1_000, 2_900] as [Int64])
    func `undoing an order gives back what its subscription was billed since`(credit: Int64)
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.stickOrder(of: ann)
            _ = try await app.savedCard(of: ann)
            if credit > 0 { try await app.grant(credit, to: ann) }
            try await app.pass(days: 31)
            let back = try await app.logInAgain(ann)
            _ = try await app.invoices(of: back, count: 2)
            #expect(try await app.freeCredit(of: ann) == 0)
            try await app.undo(order, of: back)
            let sent = try await eventually("the refunds") {
                let sent = app.stripeRefunds.compactMap { $0["amount"]?.integer }.reduce(0, +)
                return sent == 5_800 - credit ? sent : nil
            }
            #expect(sent == 5_800 - credit)
            try await app.webhooksAreDealtWith()
            #expect(try await app.freeCredit(of: ann) == credit)
            // That of the order alone has no credit note.
            #expect(try await app.balance("refunds") == 2_900)
            try await app.requireCleanBooks()
        }
    }

    @Test func `undoing an order waits for money of a later bill that is on its way`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.stickOrder(of: ann)
            try await app.removeCard(of: ann)
            try await app.pass(days: 31)
            let back = try await app.logInAgain(ann)
            let bill = try await app.invoices(of: back, count: 1, status: "open")[0]
            try await app.payByDebit(try await app.openPage(of: bill))
            try await app.beginUndoing(order)
            _ = try await eventually("an hour's patience") {
                try await app.count(
                    """
                    SELECT 1 FROM jobs WHERE kind = 'order.undo' AND status = 'queued'
                        AND run_at > \(app.clock.now.addingTimeInterval(1_800))
                    """
                ) == 1 ? true : nil
            }
            try await app.endDebit(succeeds: true)
            _ = try await app.invoices(of: back, count: 2)
            try await app.pass(days: 0.05)
            _ = try await app.order(order, by: try await app.logInAgain(ann), reaching: "refunded")
            _ = try await eventually("the refunds") {
                app.stripeRefunds.compactMap { $0["amount"]?.integer } == [2_900, 2_900]
                    ? true : nil
            }
            try await app.webhooksAreDealtWith()
            try await app.requireCleanBooks()
        }
    }

    /// Also of a bill that nobody expects to be paid any more, and that can be paid all the same.
    @Test(arguments: [false, true])
    func `undoing an order asks no more for what its subscription was billed since`(
        isGivenUp: Bool
    ) async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.stickOrder(of: ann)
            try await app.removeCard(of: ann)
            try await app.pass(days: 31)
            let back = try await app.logInAgain(ann)
            let bill = try await app.invoices(of: back, count: 1, status: "open")[0]
            let id = try #require(ID<Invoice>(bill["id"]?.string ?? ""))
            if isGivenUp {
                let given = try await app.doTo(id, "uncollectible", json: ["reason": "Gone"])
                try #require(given.status == 200, "\(given.text)")
            }
            try await app.undo(order, of: back)
            #expect(try await app.invoice(id).amount("amount_due") == 0)
            #expect(app.stripeRefunds.map { $0["amount"] } == [2_900])
            #expect(try await app.freeCredit(of: ann) == 0)
            try await app.requireCleanBooks()
        }
    }

    /// The plans that it is changed to before it is undone, and whether there is a card to pay for
    /// that.
    @Test(
        arguments: [
            ("starter", ["professional"]), ("starter", ["professional", "starter"]),
            ("professional", ["starter"]), ("professional", ["starter", "professional"]),
        ] as [(String, [String])],
        [true, false]
    )
    func `undoing an order gives back all of what changes of its plan came to`(
        plans: (bought: String, then: [String]),
        hasCard: Bool
    ) async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.stickOrder(of: ann, plan: plans.bought)
            _ = try await app.savedCard(of: ann)
            if !hasCard { try await app.removeCard(of: ann) }
            for plan in plans.then {
                if !hasCard { try await app.payWhatIsDue(by: ann) }
                try await app.pass(days: 1)
                try await app.changePlan(to: plan, of: try await app.logInAgain(ann))
            }
            if hasCard { try await app.nothingIsDue() }
            try await app.undo(order, of: try await app.logInAgain(ann))
            try await app.nothingIsDue()
            try await app.requireAllIsBack(at: ann)
        }
    }

    /// A change at a moment in which the period was not billed yet: one bill has the period, what
    /// of it is not used, and the rest of it on the other plan.
    @Test func `undoing an order gives back no more than a bill that takes in of itself`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.stickOrder(of: ann)
            _ = try await app.savedCard(of: ann)
            try await app.run("UPDATE subscriptions SET next_bill_at = now() + interval '1 year'")
            try await app.pass(days: 31)
            try await app.changePlan(to: "professional", of: try await app.logInAgain(ann))
            try await app.nothingIsDue()
            #expect(try await app.count("SELECT 1 FROM subscription_lines") == 4)
            try await app.undo(order, of: try await app.logInAgain(ann))
            try await app.requireAllIsBack(at: ann)
        }
    }

    /// Somebody sends all of the order's money back at the processor, of which a later bill had
    /// taken in a half.
    @Test func `undoing an order gives nothing of it back that was sent back before`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.stickOrder(of: ann)
            _ = try await app.savedCard(of: ann)
            try await app.pass(days: 15)
            try await app.changePlan(to: "professional", of: try await app.logInAgain(ann))
            try await app.nothingIsDue()
            let charge = try #require(
                app.simulators.stripe.paidCharges.first { $0.amount == 2_900 }
            )
            _ = try await app.callStripe("/v1/refunds", [("payment_intent", charge.intent)])
            try await app.webhooksAreDealtWith()
            try await app.undo(order, of: try await app.logInAgain(ann))
            try await app.requireAllIsBack(at: ann)
        }
    }

    /// Stripe sends nothing of a payment back of which a bank has taken a part for good.
    @Test func `undoing an order makes credit of what a lost dispute has left`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.stickOrder(of: ann)
            let charge = try #require(app.simulators.stripe.paidCharges.first)
            try await app.controlStripe(
                "payment_intents/\(charge.intent)/dispute",
                ["amount": 2_000]
            )
            let lost = "SELECT 1 FROM disputes WHERE status = 'lost'"
            _ = try await eventually("a dispute") {
                try await app.count("SELECT 1 FROM disputes") == 1 ? true : nil
            }
            let disputes = app.simulators.stripe.host.state["disputes"]?.array
            try await app.controlStripe("disputes/\(disputes?.first?["id"]?.string ?? "")/lose")
            _ = try await eventually("a lost dispute") {
                try await app.count("\(unsafeRaw: lost)") == 1 ? true : nil
            }
            try await app.undo(order, of: ann)
            #expect(app.stripeRefunds.isEmpty)
            #expect(try await app.sum("SELECT sum(amount_minor) FROM credits") == 900)
            try await app.requireCleanBooks()
        }
    }

    @Test func `an order whose money a bank holds is not undone before the bank has decided`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.stickOrder(of: ann)
            let charge = try #require(app.simulators.stripe.paidCharges.first)
            try await app.controlStripe("payment_intents/\(charge.intent)/dispute")
            _ = try await eventually("a dispute") {
                try await app.count("SELECT 1 FROM disputes WHERE status = 'open'") == 1
                    ? true : nil
            }
            let token = try await app.token(of: "billing")
            let undo = try await app.api.post("/api/v1/admin/orders/\(order)/undo", token: token)
            #expect(undo.status == 409 && undo.code == "payment_disputed", "\(undo.text)")
            #expect(try await app.order(order, by: ann, reaching: "attention")["id"] != nil)
            #expect(try await app.count("SELECT 1 FROM jobs WHERE kind = 'order.undo'") == 0)
        }
    }
}

extension TestApp {
    fileprivate func removeCard(of person: Person) async throws {
        let card = try #require(try await savedCard(of: person)["id"]?.string)
        let path = "/api/v1/payment-methods/\(card)"
        let removed = try await api.delete(path, token: person.token)
        try #require(removed.status == 204, "\(removed.text)")
    }

    fileprivate func changePlan(to plan: String, of person: Person) async throws {
        let id = try #require(try await subscription(of: person)["id"]?.string)
        let changed = try await api.put(
            "/api/v1/subscriptions/\(id)",
            json: ["plan_id": .string(try await self.plan(plan)), "when": "now"],
            token: person.token
        )
        try #require(changed.status == 200, "\(changed.text)")
    }

    /// Pays the open bill of somebody, if there is one, by a card that is not kept.
    fileprivate func payWhatIsDue(by person: Person) async throws {
        let path = "/api/v1/invoices?status=open"
        let fresh = try await logInAgain(person)
        guard let bill = try await api.get(path, token: fresh.token).json.list.first else { return }
        try await payByHand(bill)
    }

    fileprivate func nothingIsDue() async throws {
        _ = try await eventually("nothing to be paid") {
            try await count("SELECT 1 FROM invoices WHERE status = 'open'") == 0 ? true : nil
        }
    }

    /// What somebody has paid went back to their cards, or is their credit.
    fileprivate func requireAllIsBack(at person: Person) async throws {
        try await webhooksAreDealtWith()
        let paid = try await sum(
            "SELECT sum(amount_minor) FROM payments WHERE status = 'succeeded'"
        )
        let sent = try await sum(
            "SELECT coalesce(sum(amount_minor), 0) FROM refunds WHERE status = 'succeeded'"
        )
        #expect(sent + (try await freeCredit(of: person)) == paid)
        try await requireCleanBooks()
    }

    fileprivate func sum(_ query: SQL) async throws -> Int64 {
        try await services.database.transaction(for: .system) {
            try $0.one("SELECT (\(query))::bigint AS sum") { try $0.get("sum", as: Int64.self) }
        }
    }

    /// An order that is paid and cannot be delivered.
    fileprivate func stickOrder(of person: Person, plan: String = "starter") async throws -> String
    {
        for index in 0..<3 { try await changeServer(index, ["is_active": false]) }
        let id = try #require(try await placeOrder(by: person, plan: plan)["id"]?.string)
        pay(try await openCheckout(id, by: person))
        _ = try await order(id, by: person, reaching: "attention")
        return id
    }

    fileprivate func beginUndoing(_ order: String) async throws {
        let token = try await token(of: "billing")
        let undo = try await api.post("/api/v1/admin/orders/\(order)/undo", token: token)
        try #require(undo.status == 200, "\(undo.text)")
    }

    fileprivate func undo(_ order: String, of person: Person) async throws {
        try await beginUndoing(order)
        _ = try await self.order(order, by: person, reaching: "refunded")
    }
}
