import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@Suite struct RenewalTests {
    @Test func `a subscription is billed and charged once a period`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            #expect(try await app.savedCard(of: ann)["last4"] == "4242")
            let first = try await app.subscription(of: ann)
            for month in 1...3 {
                try await app.pass(days: 31)
                let paid = try await app.invoices(of: ann, count: month + 1)
                #expect(paid.count == month + 1)
                #expect(paid[0]["total"]?["amount"] == 2_900)
            }
            let now = try await app.subscription(of: try await app.logInAgain(ann))
            #expect(now["status"] == "active")
            #expect(now["current_period_start"] != first["current_period_start"])
            #expect(
                app.simulators.stripe.paidCharges.map(\.amount) == [2_900, 2_900, 2_900, 2_900]
            )
            let books = try await app.books()
            #expect(books.ledger == ["invoice_issued": 4, "payment_captured": 4])
            #expect(try await app.balance("receivable") == 0)
            #expect(try await app.balanceAtProcessor() == 4 * 2_900)
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 1)
            let subjects = Set(app.simulators.mail.messages.map(\.subject))
            #expect(subjects.contains { $0.hasPrefix("Invoice INV-") })
            try await app.requireCleanBooks()
        }
    }

    @Test func `a period is billed once, however many instances bill it at once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let other = try await app.another()
            try await other.pass(days: 31)
            try await app.pass(days: 31)
            _ = try await app.invoices(of: ann, count: 2)
            await withTaskGroup { group in
                for each in [app, other, app, other] {
                    group.addTask { _ = try? await Renewals(each.services).bill() }
                }
            }
            #expect(try await app.count("SELECT 1 FROM invoices WHERE number IS NOT NULL") == 2)
            await other.stopInstance()
            try await app.requireCleanBooks()
        }
    }

    @Test func `months that were missed are billed, each by a line`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.pass(days: 95)
            let paid = try await app.invoices(of: ann, count: 2)
            #expect(paid[0]["lines"]?.array?.count == 3)
            #expect(paid[0]["total"]?["amount"] == 8_700)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a declined card leaves an open invoice, which can be paid by hand`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.saveCard("4000000000000341", of: ann)
            try await app.pass(days: 31)
            let due = try await app.subscription(of: ann, reaching: "past_due")
            let open = try await app.invoices(of: ann, count: 1, status: "open")
            let ann2 = try await app.logInAgain(ann)
            let mails = app.simulators.mail.messages.map(\.subject)
            #expect(mails.contains("Your payment of $29.00 did not go through"))
            // What is not paid does not stop the site.
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 1)
            let refused = try await app.api.put(
                "/api/v1/subscriptions/\(due["id"]?.string ?? "")",
                json: ["plan_id": .string(try await app.plan("professional"))],
                token: ann2.token
            )
            #expect(refused.status == 409)
            #expect(refused.json["code"] == "invoice_open")

            let invoice = try #require(ID<Invoice>(open[0]["id"]?.string ?? ""))
            let page = try await Checkouts(app.services).open(
                invoice,
                for: .system,
                returningTo: Checkouts.ReturnAddresses(
                    success: "http://127.0.0.1/",
                    cancel: "http://127.0.0.1/"
                ),
                keepingCard: true
            )
            app.pay(page.sessionID)
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.balance("receivable") == 0)
            #expect(try await app.balance("suspense") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `without a card the invoice waits, and its mail asks to pay it`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let card = try #require(try await app.savedCard(of: ann)["id"]?.string)
            let removed = try await app.api.delete(
                "/api/v1/payment-methods/\(card)",
                token: ann.token
            )
            #expect(removed.status == 204)
            try await app.pass(days: 31)
            _ = try await app.subscription(of: ann, reaching: "past_due")
            #expect(app.simulators.stripe.paidCharges.count == 1)
            let mail = try await eventually("a mail with the invoice") {
                app.simulators.mail.messages.first { $0.subject.hasPrefix("Invoice INV-") }
            }
            #expect(mail.text?.contains("Pay the invoice") == true)
            try await app.requireCleanBooks()
        }
    }
}
