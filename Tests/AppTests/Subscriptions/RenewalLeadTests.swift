import App
import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

/// How long before a period its bill is made, as staff set it.
@Suite struct RenewalLeadTests {
    private func set(_ monthly: Int, _ yearly: Int, _ app: TestApp) async throws -> TestAnswer {
        try await app.api.put(
            "/api/v1/admin/settings",
            json: [
                "renewal_lead_days": [
                    "monthly": .integer(Int64(monthly)), "yearly": .integer(Int64(yearly)),
                ]
            ],
            token: try await app.token(of: "admin")
        )
    }

    private let issued = "SELECT 1 FROM invoices WHERE number IS NOT NULL"

    @Test func `a month is billed as many days ahead as is set, and never twice`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.pass(days: 18)
            _ = try await Renewals(app.services).bill()
            #expect(try await app.count("\(unsafeRaw: issued)") == 1)
            #expect(try await set(14, 3, app).status == 200)
            _ = try await Renewals(app.services).bill()
            _ = try await eventually("a bill ahead, looked at in time") {
                try await app.count("\(unsafeRaw: issued)") == 2 ? true : nil
            }
            // A shorter lead takes nothing back, and a longer one bills nothing again.
            for lead in [0, 30, 14, 7] {
                #expect(try await set(lead, 3, app).status == 200)
                try await app.run("UPDATE subscriptions SET next_bill_at = now() - interval '1 y'")
                _ = try await Renewals(app.services).bill()
                #expect(try await app.count("\(unsafeRaw: issued)") == 2, "\(lead)")
            }
            try await app.pass(days: 14)
            _ = try await Renewals(app.services).bill()
            #expect(try await app.count("\(unsafeRaw: issued)") == 2, "the period itself begins")
            let reversed = "SELECT 1 FROM subscription_lines WHERE is_reversal"
            #expect(try await app.count("\(unsafeRaw: reversed)") == 0)
        }
    }

    @Test func `a period that was billed ahead and never begins is owed by nobody`() async throws {
        try await TestApp.run { app in
            #expect(try await set(10, 3, app).status == 200)
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let card = try #require(try await app.savedCard(of: ann)["id"]?.string)
            _ = try await app.api.delete("/api/v1/payment-methods/\(card)", token: ann.token)
            for _ in 1...19 {
                try await app.pass(days: 5)
                _ = try await Renewals(app.services).bill()
                try await app.settleDunning()
            }
            _ = try await app.subscription(of: ann, reaching: "cancelled")
            let coming = """
                FROM subscription_lines l JOIN subscriptions s ON s.id = l.subscription_id
                JOIN invoice_lines i ON i.id = l.invoice_line_id
                JOIN invoices v ON v.id = i.invoice_id WHERE l.period_start_at > s.ends_at
                """
            #expect(try await app.count("SELECT 1 \(unsafeRaw: coming) AND is_reversal") == 1)
            #expect(
                try await app.count("SELECT 1 \(unsafeRaw: coming) AND v.status = 'open'") == 0
            )
            #expect(try await app.freeCredit(of: app.logInAgain(ann)) == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a lead has bounds, is audited, and stands in a form`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let wrong = try await set(-1, 31, app)
            #expect(
                wrong.fieldCodes == [
                    "renewal_lead_days.monthly": "out_of_range",
                    "renewal_lead_days.yearly": "out_of_range",
                ]
            )
            #expect(try await set(0, 30, app).json["renewal_lead_days"]?["yearly"] == 30)
            let admin = try await StaffBrowser("admin", app)
            let (page, path) = ("/console/settings", "/console/settings/renewals")
            #expect(
                try await admin.submit(path, from: page, [("monthly_lead_days", "31")]).status
                    == 422
            )
            let saved = try await admin.submit(
                path,
                from: page,
                [
                    ("monthly_lead_days", "2"), ("yearly_lead_days", "10"),
                    ("credits_unused_time", "on"),
                ]
            )
            #expect(saved.status == 303, "\(saved.text)")
            let values = try await Settings(app.services).show()
            #expect(values.renewalLead == RenewalLead(monthlyDays: 2, yearlyDays: 10))
            #expect(values.creditsUnusedTime)
            let history = try await app.history("settings", "all")
            let (before, after) = (history.last?.before, history.last?.after)
            #expect(before?["renewal_lead_days"]?["yearly"] == 30)
            #expect(after?["renewal_lead_days"]?["yearly"] == 10)
            #expect(after?["renewal_lead_days"]?["monthly"] == 2)
        }
    }
}
