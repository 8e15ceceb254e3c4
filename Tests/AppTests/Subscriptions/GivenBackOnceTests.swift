import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// The unused time of a line of which something was given back already, by another document.
@Suite struct GivenBackOnceTests {
    private func credit(
        _ app: TestApp,
        _ invoice: ID<Invoice>,
        _ amount: Int64? = nil
    ) async throws {
        var body: JSON = ["reason": "Billed by mistake"]
        if let amount {
            let line = try #require(try await app.invoice(invoice)["lines"]?[0]?["id"])
            let part: JSON = [
                "line_id": line, "amount": ["amount": .integer(amount), "currency": "USD"],
            ]
            body = body.setting("lines", .array([part]))
        }
        let note = try await app.doTo(invoice, "credit-notes", json: body)
        try #require(note.status == 201, "\(note.text)")
    }

    private func end(_ app: TestApp, _ person: Person) async throws {
        let id = try await app.subscription(of: person)["id"]?.string ?? ""
        let left = try await app.api.post(
            "/api/v1/subscriptions/\(id)/cancel",
            json: ["at_period_end": false, "unused": "credited"],
            token: try await app.token(of: "billing")
        )
        try #require(left.json["status"] == "cancelled", "\(left.text)")
    }

    @Test func `nothing is given back of what a credit note gave back whole`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.buy(by: ann, plan: "professional")
            _ = try await app.savedCard(of: ann)
            try await credit(app, try #require(ID(order["invoice_id"]?.string ?? "")))
            #expect(try await app.freeCredit(of: ann) == 9_900)
            try await app.pass(days: 10)
            let fresh = try await app.logInAgain(ann)
            let id = try await app.subscription(of: fresh)["id"]?.string ?? ""
            let path = "/api/v1/subscriptions/\(id)"
            let wish: JSON = ["plan_id": .string(try await app.plan("starter")), "when": "now"]
            let shown = try await app.api.post("\(path)/preview", json: wish, token: fresh.token)
            let unused = try #require(shown.json["lines"]?[0], "\(shown.text)")
            #expect(unused.amount("amount") == 0)
            let words = "Nothing is left of the 99.00 USD that were billed"
            #expect(unused["explanation"]?.string?.contains(words) == true, "\(shown.text)")
            let rest = try #require(shown.json["lines"]?[1]?.amount("amount"))
            #expect(shown.json.amount("total") == rest)

            let changed = try await app.api.put(path, json: wish, token: fresh.token)
            #expect(changed.status == 200, "\(changed.text)")
            let paid = try await app.invoices(of: ann, count: 2)[0]
            let billed = try #require(paid.amount("total"))
            #expect(abs(billed - rest) <= 2)
            #expect(try await app.freeCredit(of: ann) == 9_900 - billed)
            let invoice = try #require(paid["id"]?.string)
            let page = try await StaffBrowser("billing", app).get("/console/invoices/\(invoice)")
            #expect(page.text.contains(words))
            try await app.requireCleanBooks()
        }
    }

    @Test func `of what is left of a line its unused time is given back, and then nothing more`()
        async throws
    {
        try await TestApp.run { app in
            try await app.setSeller("DE")
            _ = try await app.setTaxRule("DE", "19")
            let ann = try await app.register(in: "DE")
            let payment = try await app.buyWithPayment(by: ann)
            let invoice = try #require(ID<Invoice>(payment["invoice_id"]?.string ?? ""))
            #expect(try await app.invoice(invoice).amount("total") == 3_451)
            try await credit(app, invoice, 1_000)
            try await end(app, ann)
            // All of the period but a moment.
            let free = try await app.freeCredit(of: ann)
            #expect((3_445...3_451).contains(free))
            let tax = try await app.balance("tax")
            #expect((-1...0).contains(tax))
            let again = try await app.doTo(invoice, "credit-notes", json: ["reason": "Twice"])
            let most = try await app.count("SELECT 1 FROM credit_notes")
            #expect(again.code == "nothing_left_to_credit" || most == 2, "\(again.text)")
            #expect(try await app.freeCredit(of: ann) <= 3_451)
            #expect(try await app.askRefund(of: payment).status == 409)
            try await app.requireCleanBooks()
        }
    }

    @Test func `nothing is given back of what was sent back`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann)
            #expect(try await app.askRefund(of: payment).status == 201)
            try await end(app, ann)
            #expect(try await app.count("SELECT 1 FROM credits") == 0)
        }
    }
}
