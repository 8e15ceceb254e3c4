import App
import Core
import Postgres
import Simulators
import Testing
import Wire

/// Bills that are too small for a card, and what pays which of them.
@Suite struct SmallBillTests {
    @Test func `what is too little for a card stands on the next bill`() async throws {
        try await TestApp.run { app in
            try await app.move(to: "2027-03-01T12:00:00Z")
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            try await app.pass(days: 30.75)
            let fresh = try await app.logInAgain(ann)
            let path = "/api/v1/subscriptions/\(id)"
            let wish: JSON = ["quantity": 2, "when": "now"]
            let shown = try await app.api.post("\(path)/preview", json: wish, token: fresh.token)
            #expect(shown.json["waits_for_next_bill"] == true, "\(shown.text)")
            let due = try #require(shown.json["total"]?["amount"]?.integer)
            #expect((1..<50).contains(due))
            let changed = try await app.api.put(path, json: wish, token: fresh.token)
            #expect(changed.json["quantity"] == 2, "\(changed.text)")
            #expect(try await app.count("SELECT 1 FROM invoices") == 1)
            try await app.pass(days: 1)
            let next = try await app.invoices(of: app.logInAgain(ann), count: 2)[0]
            #expect(next["total"]?["amount"]?.integer == 5_800 + due)
            #expect(try await app.subscription(of: app.logInAgain(ann))["status"] == "active")
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [true, false])
    func `what is too little for a card is billed by itself when nothing follows`(
        atPeriodEnd: Bool
    ) async throws {
        try await TestApp.run { app in
            try await app.move(to: "2027-03-01T12:00:00Z")
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            try await app.pass(days: 30.75)
            let fresh = try await app.logInAgain(ann)
            let path = "/api/v1/subscriptions/\(id)"
            let wish: JSON = ["quantity": 2, "when": "now"]
            let shown = try await app.api.post("\(path)/preview", json: wish, token: fresh.token)
            let due = try #require(shown.json["total"]?["amount"]?.integer)
            _ = try await app.api.put(path, json: wish, token: fresh.token)
            let left = try await app.api.post(
                "\(path)/cancel",
                json: atPeriodEnd
                    ? ["at_period_end": true] : ["at_period_end": false, "unused": "forfeited"],
                token: atPeriodEnd ? fresh.token : try await app.token(of: "billing")
            )
            #expect(left.status == 200, "\(left.text)")
            if atPeriodEnd { #expect(try await app.count("SELECT 1 FROM invoices") == 1) }
            try await app.pass(days: 1)
            _ = try await app.subscription(of: ann, reaching: "cancelled")
            let last = try await app.invoices(of: ann, count: 1, status: "open")[0]
            #expect(last["total"]?["amount"]?.integer == due)
            // No card is asked for it, and nobody is called a bad payer for it.
            try await app.pass(days: 15)
            #expect(app.simulators.stripe.paidCharges.count == 1)
            #expect(try await app.count("SELECT 1 FROM dunning_cases") == 0)
            let mail = try await eventually("the bill by mail") {
                app.subjects(to: ann).first { $0.hasPrefix("Invoice ") }
            }
            let text = app.simulators.mail.messages.first { $0.subject == mail }?.text ?? ""
            #expect(text.contains("too little for a card"), "\(text)")
            try await app.grant(due, to: ann)
            #expect(try await app.invoices(of: ann, count: 2).count == 2)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a bill that no card can pay cuts nobody off`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            _ = try await app.bill(ann, 20)
            try await app.pass(days: 15)
            #expect(try await app.count("SELECT 1 FROM dunning_cases") == 0)
            #expect(try await app.count("SELECT 1 FROM payments WHERE status = 'failed'") == 0)
            #expect(try await app.subscription(of: app.logInAgain(ann))["status"] == "active")
        }
    }

    @Test func `a coupon that leaves too little for a card is refused`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            try await app.makeCoupon("NEARLY", ["percent_basis_points": 9_900])
            #expect(try await app.refusal(of: "NEARLY", by: ann) == "too_little_left")
        }
    }

    @Test func `time that was not paid for pays its own bill, and no other debt`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let card = try #require(try await app.savedCard(of: ann)["id"]?.string)
            _ = try await app.api.delete("/api/v1/payment-methods/\(card)", token: ann.token)
            let debt = try await app.bill(ann, 50_000)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let path = "/api/v1/subscriptions/\(id)"
            for quantity in [30, 1] as [JSON] {
                _ = try await app.api.put(
                    path,
                    json: ["quantity": quantity, "when": "now"],
                    token: ann.token
                )
            }
            #expect(try await app.invoice(debt)["status"] == "open")
            #expect(try await app.freeCredit(of: ann) == 0)
            try await app.requireCleanBooks()
        }
    }
}

extension TestApp {
    /// An invoice of staff's for something else.
    fileprivate func bill(_ person: Person, _ amount: Int64) async throws -> ID<Invoice> {
        let payer = try #require(
            try await subscription(of: person)["customer_id"]?.string.flatMap { ID<Customer>($0) }
        )
        return try await issueInvoice(
            for: payer,
            lines: [TestApp.line("Something else", 1, amount)]
        )
    }
}
