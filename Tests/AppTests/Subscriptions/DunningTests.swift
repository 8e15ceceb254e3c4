import App
import Core
import Foundation
import Patience
import Postgres
import Simulators
import Support
import Testing
import Wire

@Suite struct DunningTests {
    @Test func `an unpaid service is suspended after its grace, and paying restores it`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.saveCard("4000000000000341", of: ann)
            try await app.pass(days: 31)
            _ = try await app.subscription(of: ann, reaching: "past_due")
            for _ in 1...3 {
                try await app.pass(days: 2)
                try await app.settleDunning()
            }
            // The first charge, and those of days 1, 3 and 5.
            let failed = "SELECT 1 FROM payments WHERE kind = 'saved_card' AND status = 'failed'"
            _ = try await eventually("retries") {
                try await app.count("\(unsafeRaw: failed)") >= 4 ? true : nil
            }
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 1)
            try await app.pass(days: 10)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "suspended")
            _ = try await eventually("a stopped account") {
                let stopped = "SELECT 1 FROM hosting_accounts WHERE status = 'suspended'"
                return try await app.count("\(unsafeRaw: stopped)") == 1 ? true : nil
            }
            let subjects = Set(app.simulators.mail.messages.map(\.subject))
            #expect(subjects.contains("Your hosting is suspended"))

            let open = try await app.invoices(of: ann, count: 1, status: "open")
            let invoice = try #require(ID<Invoice>(open[0]["id"]?.string ?? ""))
            let pages = [
                try await StaffBrowser(ann.email, app).get("/invoices/\(invoice.text)"),
                try await StaffBrowser("support", app).get("/console/invoices/\(invoice.text)"),
            ]
            for page in pages {
                for said in [
                    "What happened and what comes next", "The card was declined",
                    "Service suspended", "Reminded by mail", "Mailed: Your hosting is suspended",
                ] {
                    #expect(page.text.contains(said), "\(said)")
                }
                #expect(page.text.matches(of: #/We give you notice/#).count == 1)
            }
            let page = try await Checkouts(app.services).open(
                invoice,
                for: .system,
                returningTo: Checkouts.ReturnAddresses(
                    success: "http://127.0.0.1/",
                    cancel: "http://127.0.0.1/"
                ),
                keepingCard: true
            )
            let paid = ContinuousClock.now
            app.pay(page.sessionID)
            _ = try await eventually("a running account") {
                let running = "SELECT 1 FROM hosting_accounts WHERE status = 'active'"
                return try await app.count("\(unsafeRaw: running)") == 1 ? true : nil
            }
            #expect(paid.duration(to: .now) < .seconds(Patience.seconds(10)))
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 1)
            #expect(try await app.balance("receivable") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is never paid ends after its notice, and is written off`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let card = try #require(try await app.savedCard(of: ann)["id"]?.string)
            _ = try await app.api.delete("/api/v1/payment-methods/\(card)", token: ann.token)
            // Nothing is billed beside it that would be owed as well.
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            try await app.pass(days: 31)
            _ = try await app.subscription(of: ann, reaching: "past_due")
            let ann2 = try await app.logInAgain(ann)
            let ending = try await app.api.post(
                "/api/v1/subscriptions/\(id)/cancel",
                json: [:],
                token: ann2.token
            )
            #expect(ending.status == 200, "\(ending.text)")
            for _ in 1...7 {
                try await app.pass(days: 10)
                try await app.settleDunning()
            }
            _ = try await app.invoices(of: ann, count: 1, status: "uncollectible")
            #expect(try await app.balance("receivable") == 0)
            #expect(try await app.balance("bad_debt") == 2_900)
            _ = try await eventually("a mail about the end") {
                app.subjects(to: ann).contains("Your hosting has ended") ? true : nil
            }
            // Coming back is no way around the bill.
            let ann3 = try await app.logInAgain(ann)
            let refused = try await app.api.post(
                "/api/v1/subscriptions/\(id)/reactivate",
                json: [:],
                token: ann3.token
            )
            #expect(refused.json["code"] == "invoice_open", "\(refused.text)")
            #expect(app.subjects(to: ann).count { $0 == "Your hosting has ended" } == 1)
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'cancelled'") == 1)
            try await app.requireCleanBooks()
        }
    }
}

extension TestApp {
    /// Waits until no step about an unpaid invoice is due, and every charge has its outcome.
    func settleDunning() async throws {
        _ = try await eventually("steps about unpaid invoices") {
            let now = clock.now
            let due = try await count("SELECT 1 FROM dunning_cases WHERE next_at <= \(now)")
            let jobs = try await count(
                """
                SELECT 1 FROM jobs WHERE status IN ('queued', 'running')
                    AND kind IN ('payment.collect', 'invoice.dunning') AND run_at <= \(now)
                """
            )
            if due == 0 && jobs == 0 { return true }
            // The next turn of the schedule.
            if jobs == 0 { try await pass(days: 61 / 86_400) }
            return Bool?.none
        }
    }
}
