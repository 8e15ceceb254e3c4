import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Credit that goes back to its customer: to the card that paid, or by the bank.
@Suite struct CreditPayoutTests {
    private func path(_ customer: ID<Customer>) -> String {
        "/api/v1/admin/customers/\(customer.text)/credit-payouts"
    }

    private static func body(_ amount: Int64, reference: String? = nil) -> JSON {
        let body: JSON = [
            "amount": ["amount": .integer(amount), "currency": "USD"], "reason": "As was wished",
        ]
        return reference.map { body.setting("reference", .string($0)) } ?? body
    }

    /// Somebody who has paid 29.00 by card, of which a credit note gave so much back as credit.
    private func customerWithCredit(_ amount: Int64, _ app: TestApp) async throws -> (
        person: Person, customer: ID<Customer>, payment: JSON
    ) {
        let ann = try await app.register()
        let payment = try await app.buyWithPayment(by: ann)
        let invoice = try #require(ID<Invoice>(payment["invoice_id"]?.string ?? ""))
        let line = try #require(try await app.invoice(invoice)["lines"]?[0]?["id"]?.string)
        let note = try await app.doTo(
            invoice,
            "credit-notes",
            json: [
                "reason": "Too slow",
                "lines": [
                    [
                        "line_id": .string(line),
                        "amount": ["amount": .integer(amount), "currency": "USD"],
                    ]
                ],
            ]
        )
        try #require(note.status == 201, "\(note.text)")
        return (ann, try await app.customer(of: ann), payment)
    }

    @Test func `what a card has paid goes back to it, and no more`() async throws {
        try await TestApp.run { app in
            let (ann, customer, payment) = try await customerWithCredit(1_000, app)
            try await app.grant(500, to: ann)
            let token = try await app.token(of: "billing")
            let tooMuch = try await app.api.post(
                path(customer),
                json: Self.body(1_001),
                token: token
            )
            #expect(tooMuch.status == 409 && tooMuch.code == "not_enough_credit")
            let sent = try await app.api.post(path(customer), json: Self.body(600), token: token)
            #expect(sent.status == 201, "\(sent.text)")
            #expect(sent.json["way"] == "card")
            _ = try await eventually("the refund") {
                app.stripeRefunds.first?["amount"] == 600 ? true : nil
            }
            try await app.webhooksAreDealtWith()
            #expect(try await app.balance("customer_credit") == -900)
            #expect(try await app.balance("refunds") == 0)
            // 19.00 of the payment are neither credit nor gone.
            let all = try await app.askRefund(of: payment, amount: 1_901)
            #expect(all.status == 422, "\(all.text)")
            let rest = try await app.askRefund(of: payment, amount: 1_900)
            #expect(rest.status == 201, "\(rest.text)")
            try await app.refund(try #require(rest.json["id"]?.string), reaching: "succeeded")
            let listed = try await app.api.get(path(customer), token: token)
            #expect(listed.json.list == [sent.json])
            let id = try #require(sent.json["id"]?.string)
            #expect(try await app.history("cpo", id).count == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a card that does not take it back leaves the customer the credit`() async throws {
        try await TestApp.run { app in
            let (_, customer, _) = try await customerWithCredit(1_000, app)
            let token = try await app.token(of: "billing")
            let sent = try await app.api.post(path(customer), json: Self.body(1_000), token: token)
            #expect(sent.status == 201, "\(sent.text)")
            let refund = try await eventually("the refund") {
                app.stripeRefunds.first?["id"]?.string
            }
            try await app.webhooksAreDealtWith()
            #expect(try await app.balance("customer_credit") == 0)
            try await app.controlStripe("refunds/\(refund)/fail", ["reason": "expired_card"])
            _ = try await eventually("the credit") {
                try await app.balance("customer_credit") == -1_000 ? true : nil
            }
            #expect(try await app.balance("refunds") == 0)
            try await app.requireCleanBooks()
            // It may be sent again.
            let again = try await app.api.post(path(customer), json: Self.body(1_000), token: token)
            #expect(again.status == 201, "\(again.text)")
        }
    }

    @Test func `what no card has paid is sent by the bank, each transfer once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.demoCustomer
            let invoice = try await app.issueInvoice()
            let paid = try await app.api.post(
                "\(TestApp.invoicesPath)\(invoice.text)/pay",
                json: [
                    "method": "bank_transfer", "reference": "IN-1",
                    "amount": ["amount": 12_900, "currency": "USD"],
                ],
                token: try await app.token(of: "billing")
            )
            try #require(paid.status == 201, "\(paid.text)")
            let token = try await app.token(of: "billing")
            let card = try await app.api.post(path(ann), json: Self.body(3_000), token: token)
            #expect(card.status == 409 && card.code == "not_paid_by_card", "\(card.text)")
            let body = Self.body(2_000, reference: "OUT-1")
            let sent = try await app.api.post(path(ann), json: body, token: token)
            #expect(sent.status == 201, "\(sent.text)")
            #expect(sent.json["way"] == "bank_transfer" && sent.json["reference"] == "OUT-1")
            let twice = try await app.api.post(
                path(ann),
                json: Self.body(500, reference: "OUT-1"),
                token: token
            )
            #expect(twice.status == 409 && twice.code == "reference_known", "\(twice.text)")
            #expect(try await app.balance("customer_credit") == -1_000)
            #expect(try await app.balance("clearing") == 12_900 - 2_000)
            try await app.requireCleanBooks()
        }
    }

    @Test func `many at once send back what there is, once`() async throws {
        try await TestApp.run { app in
            let (_, customer, _) = try await customerWithCredit(1_000, app)
            let token = try await app.token(of: "billing")
            let place = path(customer)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for turn in 0..<40 {
                    group.addTask {
                        // Where there is so much to do that nobody has time, clients come again.
                        try await eventually("an answer") {
                            let status = try await app.api.post(
                                place,
                                json: Self.body(300),
                                token: token,
                                headers: ["Idempotency-Key": "many-\(turn)"]
                            ).status
                            return status == 503 ? nil : status
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 3, "\(statuses)")
            #expect(statuses.allSatisfy { $0 == 201 || $0 == 409 }, "\(statuses)")
            _ = try await eventually("the refunds") {
                try await app.count("SELECT 1 FROM refunds WHERE status = 'succeeded'") == 3
                    ? true : nil
            }
            #expect(try await app.balance("customer_credit") == -100)
            try await app.requireCleanBooks()
        }
    }

    @Test func `the form sends it, and only those who move money see it`() async throws {
        try await TestApp.run { app in
            let (_, customer, _) = try await customerWithCredit(1_000, app)
            let staff = try await StaffBrowser("billing", app)
            let page = "/console/customers/\(customer.text)/credits/payout"
            #expect(try await staff.get(page).text.contains("Send credit back"))
            let sent = try await staff.submit(
                page,
                from: page,
                [("amount", "10"), ("reason", "Leaving"), ("reference", "SEPA-7")]
            )
            #expect(sent.status == 303, "\(sent.text)")
            #expect(try await app.balance("customer_credit") == 0)
            #expect(
                try await app.statuses("POST", path(customer), json: Self.body(1))
                    == [401, 403, 403, 409, 409]
            )
        }
    }
}
