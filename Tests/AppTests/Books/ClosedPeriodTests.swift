import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// What is past is closed: nobody can date anything back.
@Suite struct ClosedPeriodTests {
    /// The lines of a trial balance on which anything stands.
    private func trialBalance(_ app: TestApp, before time: Date) async throws -> [JSON] {
        let answer = try await app.api.get(
            "/api/v1/admin/ledger/trial-balance?at=\(time.rfc3339)",
            token: try await app.token(of: "billing")
        )
        try #require(answer.status == 200, "\(answer.text)")
        return (answer.json["lines"]?.array ?? []).filter {
            $0["debit"]?["amount"] != 0 || $0["credit"]?["amount"] != 0
        }
    }

    @Test func `a transfer that came earlier is booked when it is recorded`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.run("DELETE FROM payment_methods")
            try await app.pass(days: 31)
            let open = try await app.invoices(of: ann, count: 1, status: "open")[0]
            let path = "/api/v1/invoices/\(try #require(open["id"]?.string))/pay"
            try await app.pass(days: 5)
            _ = try await RevenueRecognition(app.services).run()
            let past = app.clock.now.addingTimeInterval(-86_400)
            let before = try await trialBalance(app, before: past)
            #expect(before.count > 2)
            let staff = try await app.token(of: "billing")
            let body: JSON = ["method": "bank_transfer", "reference": "TX-9"]
            for (days, words) in [
                (1.0, "Must not be in the future."), (-367, "Must be at most 366 days ago."),
            ] {
                let when = app.clock.now.addingTimeInterval(days * 86_400)
                let refused = try await app.api.post(
                    path,
                    json: body.setting("received_at", .string(when.rfc3339)),
                    token: staff
                )
                #expect(refused.status == 422 && refused.text.contains(words), "\(refused.text)")
            }
            let came = app.clock.now.addingTimeInterval(-10 * 86_400)
            let paid = try await app.api.post(
                path,
                json: body.setting("received_at", .string(came.rfc3339)),
                token: staff
            )
            #expect(paid.status == 201, "\(paid.text)")
            let after = try await trialBalance(app, before: past)
            #expect(after == before, "\(JSON.array(before).text) \(JSON.array(after).text)")
            let booked = "SELECT 1 FROM ledger_transactions WHERE kind = 'payment_captured'"
            #expect(try await app.count("\(unsafeRaw: booked) AND at > \(past)") == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `no invoice, credit or payment takes a day of its own`() async throws {
        try await TestApp.run { app in
            let customer = try await app.demoCustomer.text
            let invoice = try await app.issueInvoice().text
            let staff = try await app.token(of: "billing")
            let past: JSON = "2020-01-01T00:00:00Z"
            let calls: [(path: String, body: JSON)] = [
                ("/api/v1/invoices", ["customer_id": .string(customer)]),
                ("/api/v1/admin/customers/\(customer)/credits", ["reason": "Sorry"]),
                ("/api/v1/invoices/\(invoice)/pay", ["method": "cash", "reference": "1"]),
                ("/api/v1/invoices/\(invoice)/credit-notes", ["reason": "Sorry"]),
            ]
            for (path, body) in calls {
                for field in ["issued_at", "created_at", "booked_at", "at"] {
                    let answer = try await app.api.post(
                        path,
                        json: body.setting(field, past),
                        token: staff
                    )
                    #expect(answer.fieldCodes[field] == "unknown_field", "\(answer.text)")
                }
            }
        }
    }

    @Test func `an invoice that was due before its issue is due at its issue`() async throws {
        try await TestApp.run { app in
            let written = try await app.writeInvoice(
                more: ["issue": true, "due_at": "2020-01-01T00:00:00Z"]
            )
            #expect(written.status == 201, "\(written.text)")
            #expect(written.json["due_at"] == written.json["issued_at"], "\(written.text)")
            try await app.requireCleanBooks()
        }
    }
}
