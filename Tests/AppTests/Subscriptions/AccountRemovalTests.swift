import Core
import Foundation
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

/// What becomes of the account of a subscription that has ended.
@Suite struct AccountRemovalTests {
    @Test func `an account is announced a week before its day, and removed on it`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let account = try await app.endAtOnce(by: ann)
            let day = try await app.removalDay(of: ann)
            #expect(abs(try await app.daysLeft(of: ann) - 30.5) < 0.6)
            let told = try #require(day).dayText
            let ended = try await app.mail("subscription_ended", to: ann)
            #expect(ended.contains("are kept until \(told), and are deleted then"))

            try await app.pass(days: 22.9)
            try await app.lookForEnded()
            #expect(try await app.announcements() == 0)
            try await app.pass(days: 0.1)
            for _ in 1...2 { try await app.lookForEnded() }
            #expect(try await app.announcements() == 1)
            #expect(try await app.removalDay(of: ann)?.dayText == told)
            #expect(try await app.mail("account_removal", to: ann).contains("deleted on \(told)"))

            try await app.passRemovalDay(of: ann, by: -0.01)
            try await app.lookForEnded()
            #expect(try await HostingAccounts(app.services).show(account).status == .suspended)
            try await app.pass(days: 0.02)
            for _ in 1...2 { try await app.lookForEnded() }
            _ = try await app.account(reaching: "terminated")
            let removals = try await app.history(HostingAccount.idPrefix, account.text)
                .filter { $0.action == "hosting_account.delete" }
            #expect(removals.count == 1)
            #expect(try await app.count("SELECT 1 FROM servers WHERE current_accounts > 0") == 0)
            #expect(try await app.announcements() == 1)
            #expect(try await app.removalDay(of: ann) == nil)
            let back = try await app.takeUp(by: ann)
            #expect(back.status == 409 && back.code == "account_removed", "\(back.text)")
            try await app.requireCleanBooks()
        }
    }

    @Test func `coming back stops it, and another end counts from itself`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.endAtOnce(by: ann)
            try await app.pass(days: 24)
            try await app.lookForEnded()
            #expect(try await app.announcements() == 1)
            let back = try await app.takeUp(by: ann)
            #expect(back.status == 200 && back.json["account_removed_at"] == .null, "\(back.text)")
            try await app.pass(days: 10)
            try await app.lookForEnded()
            let account = try await app.account(reaching: "active")
            try await app.end(by: ann)
            #expect(abs(try await app.daysLeft(of: ann) - 30.5) < 0.6)
            try await app.pass(days: 24)
            try await app.lookForEnded()
            #expect(try await app.announcements() == 2)
            #expect(try await HostingAccounts(app.services).show(account).status == .suspended)
            try await app.requireCleanBooks()
        }
    }

    @Test func `nobody has less than a week from the mail on, whatever is set meanwhile`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let account = try await app.endAtOnce(by: ann)
            try await app.pass(days: 10)
            #expect(try await app.keepAccounts(days: 5).json["account_retention"]?["days"] == 5)
            try await app.lookForEnded()
            #expect(try await app.announcements() == 1)
            try await app.keepAccounts(days: 0)
            try await app.pass(days: 6.9)
            try await app.lookForEnded()
            #expect(try await HostingAccounts(app.services).show(account).status == .suspended)

            // Whoever is to be kept is kept, and is told anew when that changes.
            try await app.keepAccounts(days: nil)
            #expect(try await app.removalDay(of: ann) == nil)
            try await app.pass(days: 40)
            try await app.lookForEnded()
            #expect(try await HostingAccounts(app.services).show(account).status == .suspended)
            try await app.keepAccounts(days: 30)
            try await app.lookForEnded()
            #expect(try await app.announcements() == 2)
            #expect(try await HostingAccounts(app.services).show(account).status == .suspended)
            try await app.passRemovalDay(of: ann)
            try await app.lookForEnded()
            _ = try await app.account(reaching: "terminated")
            try await app.requireCleanBooks()
        }
    }

    @Test func `where no time is left for another mail, the day is announced at the end`()
        async throws
    {
        try await TestApp.run { app in
            try await app.keepAccounts(days: 0)
            let ann = try await app.register()
            _ = try await app.endAtOnce(by: ann)
            #expect(abs(try await app.daysLeft(of: ann) - 7.5) < 0.6)
            try await app.lookForEnded()
            try await app.passRemovalDay(of: ann)
            try await app.lookForEnded()
            _ = try await app.account(reaching: "terminated")
            #expect(try await app.announcements() == 1)
            #expect(try await app.mails("subscription_ended") == 0)
        }
    }

    @Test func `what was never paid goes a month after its end, and the mail says so`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.leaveUnpaid(by: ann, suspension: 2, notice: 3, end: 5)
            for _ in 1...3 {
                try await app.pass(days: 2)
                try await app.settleDunning()
            }
            _ = try await app.subscription(of: ann, reaching: "cancelled")
            let day = try #require(try await app.removalDay(of: ann))
            #expect(
                try await app.mail("invoice_terminated", to: ann)
                    .contains("are kept until \(day.dayText), and are deleted then")
            )
            #expect(try await app.mails("subscription_ended") == 0)
            _ = try await app.account(reaching: "suspended")
            try await app.pass(days: 25)
            try await app.lookForEnded()
            #expect(try await app.announcements() == 1)
            #expect(
                try await app.mail("account_removal", to: ann).contains(
                    "pay its open invoice first"
                )
            )
            // The mail came late, which puts the day off.
            #expect(try await app.daysLeft(of: ann) > 6.9)
            try await app.passRemovalDay(of: ann)
            try await app.lookForEnded()
            _ = try await app.account(reaching: "terminated")
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: ["staff stop it", "staff let it go on", "a dispute", "an order undone"])
    func `what has another reason to stay is not removed`(reason: String) async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let account = try await app.endAtOnce(by: ann)
            let accounts = HostingAccounts(app.services)
            switch reason {
            case "staff stop it":
                try await accounts.suspend(account, reason: "Abuse", actor: .system)
            case "staff let it go on": try await accounts.unsuspend(account, actor: .system)
            case "a dispute":
                try await app.run(
                    """
                    INSERT INTO disputes (
                        id, customer_id, payment_id, gateway_dispute_id, status, gateway_phase,
                        reason, amount_minor, currency, freezes, opened_at, created_at
                    )
                    SELECT gen_random_uuid(), customer_id, id, 'du_1', 'open', 'needs_response',
                        'fraudulent', amount_minor, currency, true, now(), now()
                    FROM payments LIMIT 1
                    """
                )
            default: try await app.run("UPDATE orders SET status = 'attention'")
            }
            if reason != "an order undone" { #expect(try await app.removalDay(of: ann) == nil) }
            for _ in 1...2 {
                try await app.pass(days: 40)
                try await app.lookForEnded()
            }
            #expect(try await app.announcements() == 0)
            let now = try await accounts.show(account)
            #expect(now.status != .terminated && now.wish?.goal != .terminated)
        }
    }

    @Test func `two instances at once remove an account once, also one that its panel has lost`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let account = try await app.endAtOnce(by: ann)
            func both() async throws {
                async let one: Void = app.lookForEnded()
                async let other: Void = app.lookForEnded()
                _ = try await (one, other)
            }
            try await app.pass(days: 24)
            try await both()
            #expect(try await app.announcements() == 1)
            let accounts = HostingAccounts(app.services)
            let record = try await accounts.show(account)
            let server = try await accounts.panelServer(record.server)
            try await app.services.panel.delete(try #require(record.remoteUserID), on: server)
            try await app.passRemovalDay(of: ann)
            try await both()
            _ = try await app.account(reaching: "terminated")
            let removals = try await app.history(HostingAccount.idPrefix, account.text)
                .filter { $0.action == "hosting_account.delete" }
            #expect(removals.count == 1)
            #expect(try await app.announcements() == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `customer and staff read the day on the subscription's page`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.endAtOnce(by: ann)
            let day = try #require(try await app.removalDay(of: ann)).dayText
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let staff = try await StaffBrowser("support", app)
            let shown = try await staff.get("/console/subscriptions/\(id)")
            #expect(shown.text.contains("Account is removed") && shown.text.contains(day))
            let browser = try await StaffBrowser(ann.email, app)
            let page = try await browser.get("/subscriptions/\(id)")
            #expect(page.text.contains(day) && page.text.contains("Subscribe again"))
            try await HostingAccounts(app.services)
                .delete(try await app.account(reaching: "suspended"), actor: .system)
            let gone = try await browser.get("/subscriptions/\(id)")
            #expect(gone.text.contains("Its account is removed"))
            #expect(!gone.text.contains("Subscribe again"))
        }
    }

    @Test func `how long accounts are kept has bounds, is audited, and stands in a form`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            for days in [-1, 366] as [Int64] {
                let wrong = try await app.setRetention(.integer(days))
                #expect(wrong.fieldCodes == ["account_retention.days": "out_of_range"])
            }
            #expect(try await Settings(app.services).show().accountRetention == .usual)
            let admin = try await StaffBrowser("admin", app)
            let (page, path) = ("/console/settings", "/console/settings/renewals")
            let leads = [("monthly_lead_days", "0"), ("yearly_lead_days", "3")]
            for (typed, status) in [("366", 422), ("soon", 422), ("", 303), ("12", 303)] {
                let saved = try await admin.submit(
                    path,
                    from: page,
                    leads + [("account_retention_days", typed)]
                )
                #expect(saved.status == status, "\(typed): \(saved.text)")
            }
            #expect(try await Settings(app.services).show().accountRetention.days == 12)
            let history = try await app.history("settings", "all")
            #expect(history.last?.before?["account_retention"]?["days"] == .null)
            #expect(history.last?.after?["account_retention"]?["days"] == 12)
            let read = try await admin.get(page)
            #expect(read.text.contains("name=\"account_retention_days\""))
        }
    }
}
