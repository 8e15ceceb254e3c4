import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// Bills of subscriptions that staff cancel: their time is waived.
@Suite struct WaivedBillTests {
    /// The renewal of somebody whose card was declined.
    private func unpaidRenewal(_ app: TestApp, of person: Person) async throws -> ID<Invoice> {
        try await app.saveCard("4000000000000341", of: person)
        try await app.pass(days: 31)
        _ = try await app.subscription(of: person, reaching: "past_due")
        let open = try await app.invoices(of: person, count: 1, status: "open")
        return try #require(ID<Invoice>(open[0]["id"]?.string ?? ""))
    }

    @Test func `a bill that is cancelled waives its time, and the subscription goes on`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let id = try await unpaidRenewal(app, of: ann)
            let void = try await app.doTo(id, "void", json: ["reason": "An apology"])
            #expect(void.status == 200 && void.json["status"] == "void", "\(void.text)")
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.balance("receivable") == 0)
            let waiting = "SELECT 1 FROM dunning_cases WHERE closed_at IS NULL"
            #expect(try await app.count("\(unsafeRaw: waiting)") == 0)
            try await app.requireCleanBooks()

            // Looked at again, the month is not billed a second time.
            try await app.run(
                "UPDATE subscriptions SET next_bill_at = '\(unsafeRaw: app.clock.now.rfc3339)'"
            )
            _ = try await Renewals(app.services).bill()
            #expect(try await app.count("SELECT 1 FROM invoices WHERE number IS NOT NULL") == 2)

            // Whoever leaves gets nothing back of what was not charged.
            let fresh = try await app.logInAgain(ann)
            let subscription = try await app.subscription(of: fresh)["id"]?.string ?? ""
            let left = try await app.api.post(
                "/api/v1/subscriptions/\(subscription)/cancel",
                json: ["at_period_end": false, "unused": "credited"],
                token: try await app.token(of: "billing")
            )
            #expect(left.json["status"] == "cancelled", "\(left.text)")
            #expect(try await app.count("SELECT 1 FROM credits") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `the next month is billed as ever`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let id = try await unpaidRenewal(app, of: ann)
            #expect(try await app.doTo(id, "void").json["status"] == "void")
            try await app.saveCard("4242424242424242", of: app.logInAgain(ann))
            try await app.pass(days: 31)
            let paid = try await app.invoices(of: ann, count: 2)
            #expect(paid.map { $0.amount("total") } == [2_900, 2_900])
            try await app.requireCleanBooks()
        }
    }

    @Test func `credit that had paid a part of it is there again`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.grant(500, to: ann)
            let id = try await unpaidRenewal(app, of: ann)
            #expect(try await app.invoice(id).amount("amount_due") == 2_400)
            #expect(try await app.freeCredit(of: ann) == 0)
            let staff = try await StaffBrowser("billing", app)
            let path = "/console/invoices/\(id.text)"
            #expect(try await staff.get(path).text.contains("\(path)/void"))
            let ask = try await staff.get("\(path)/void")
            #expect(ask.text.contains("What credit has paid of it is credit again."), "\(ask.text)")
            #expect(try await app.doTo(id, "void").json["status"] == "void")
            #expect(try await app.freeCredit(of: ann) == 500)
            #expect(try await app.balance("customer_credit") == -500)
            let payments = try await StaffBrowser(ann.email, app).get("/payments?status=returned")
            #expect(payments.text.contains("your credit is there again"), "\(payments.text)")
            let fresh = try await app.logInAgain(ann)
            let credits = try await app.api.get("/api/v1/credits", token: fresh.token).json.list
            #expect(credits.map { $0["source"]?.string } == ["voided", "grant"])
            try await app.requireCleanBooks()
        }
    }

    @Test func `a coming month that is waived stays so after changes that are withdrawn`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let lead = try await app.api.put(
                "/api/v1/admin/settings",
                json: ["renewal_lead_days": ["monthly": 14, "yearly": 3]],
                token: try await app.token(of: "admin")
            )
            #expect(lead.status == 200, "\(lead.text)")
            try await app.pass(days: 18)
            _ = try await Renewals(app.services).bill()
            let bill = try await app.invoices(of: ann, count: 1, status: "open")[0]
            let id = try #require(ID<Invoice>(bill["id"]?.string ?? ""))
            #expect(try await app.doTo(id, "void", json: ["reason": "Sorry"]).status == 200)
            let fresh = try await app.logInAgain(ann)
            let subscription = try #require(
                ID<Subscription>(try await app.subscription(of: fresh)["id"]?.string ?? "")
            )
            let more = SubscriptionChange.terms(plan: nil, cycle: nil, quantity: 2, .atPeriodEnd)
            for (change, withdrawal) in [
                (.cancel(.atPeriodEnd), .withdrawCancellation), (more, .withdrawTerms),
            ] as [(SubscriptionChange, SubscriptionChange)] {
                for each in [change, withdrawal] {
                    _ = try await Subscriptions(app.services).make(
                        each,
                        to: subscription,
                        for: .system,
                        actor: .job(.billSubscriptions)
                    )
                    _ = try await Renewals(app.services).bill()
                }
            }
            try await app.pass(days: 16)
            _ = try await Renewals(app.services).bill()
            #expect(app.simulators.stripe.paidCharges.count == 1)
            #expect(try await app.freeCredit(of: app.logInAgain(ann)) == 0)
            #expect(try await app.balance("receivable") == 0)
            try await app.requireCleanBooks()
        }
    }
}
