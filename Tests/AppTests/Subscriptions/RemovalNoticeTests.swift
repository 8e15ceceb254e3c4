import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Web
import Wire

@testable import App

/// The day that a customer was told of the removal of an account, and what makes it void.
@Suite struct RemovalNoticeTests {
    @Test func `neither a setting nor another time zone brings the day forward`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.run("UPDATE customers SET time_zone = 'Etc/GMT+11'")
            let account = try await app.announcedEnd(by: ann)
            let day = try #require(try await app.removalDay(of: ann))
            // Midnight there is eleven in the morning here.
            let hour = Int(day.timeIntervalSince1970) / 3_600 % 24
            #expect(hour == 11)
            try await app.run("UPDATE customers SET time_zone = 'Pacific/Kiritimati'")
            try await app.keepAccounts(days: 0)
            #expect(try await app.removalDay(of: ann) == day)
            try await app.passRemovalDay(of: ann, by: -0.01)
            try await app.lookForEnded()
            #expect(try await HostingAccounts(app.services).show(account).status == .suspended)
            try await app.pass(days: 0.02)
            try await app.lookForEnded()
            _ = try await app.account(reaching: "terminated")
            #expect(try await app.announcements() == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: ["failed", "queued"])
    func `a mail that has not left keeps the account, and one that left late does for a week`(
        status: String
    ) async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let account = try await app.announcedEnd(by: ann)
            try await app.run(
                """
                UPDATE email_outbox SET status = \(status), sent_at = NULL
                WHERE template = 'account_removal'
                """
            )
            try await app.passRemovalDay(of: ann, by: 20)
            func look() async throws { _ = try await AccountRemovals(app.services).run() }
            for _ in 1...2 { try await look() }
            let accounts = HostingAccounts(app.services)
            #expect(try await accounts.show(account).status == .suspended)
            let sentAt = app.clock.now
            try await app.run(
                """
                UPDATE email_outbox SET status = 'sent', sent_at = \(sentAt)
                WHERE template = 'account_removal'
                """
            )
            try await app.pass(days: 6.9)
            try await look()
            #expect(try await accounts.show(account).status == .suspended)
            try await app.pass(days: 0.2)
            try await look()
            _ = try await app.account(reaching: "terminated")
            #expect(try await app.announcements() == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `staff see a mail that was refused, and sending it again tells another day`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let account = try await app.announcedEnd(by: ann)
            try await app.run(
                """
                UPDATE email_outbox SET status = 'failed', sent_at = NULL, last_error = 'No such box'
                WHERE template = 'account_removal'
                """
            )
            try await app.passRemovalDay(of: ann, by: 2)
            let page = "/console/differences"
            let support = try await StaffBrowser("support", app)
            let seen = try await support.get(page).text
            #expect(seen.contains("No such box") && !seen.contains("Send it again"))
            let billing = try await StaffBrowser("billing", app)
            #expect(try await billing.get(page).text.contains("Send it again"))
            let mail: ID<Mail> = try await app.services.database.transaction(for: .system) {
                try $0.one("SELECT id FROM email_outbox WHERE template = 'account_removal'") {
                    try $0.id("id")
                }
            }
            let path = "/console/mails/\(mail.text)/send"
            #expect(try await billing.submit(path, from: page).status == 303)
            #expect(try await app.announcements() == 2)
            #expect(try await app.daysLeft(of: ann) > 7)
            let twice = try await billing.submit(path, from: page)
            #expect(twice.flash?.contains("not needed any more") == true)
            #expect(try await app.announcements() == 2)
            #expect(try await !billing.get(page).text.contains("No such box"))
            try await app.passRemovalDay(of: ann)
            try await app.lookForEnded()
            _ = try await app.account(reaching: "terminated")
            #expect(try await HostingAccounts(app.services).show(account).status == .terminated)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a refused mail about what is owed is sent again to where its customer is now`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.leaveUnpaid(by: ann, suspension: 2)
            try await app.pass(days: 2)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "suspended")
            try await app.lookForEnded()
            try await app.run(
                """
                UPDATE email_outbox SET status = 'failed', sent_at = NULL, recipient = 'gone@x.org'
                WHERE template = 'invoice_suspended'
                """
            )
            let mails = UnsentMails(app.services)
            let refused = try #require(try await mails.list(most: 9).first)
            #expect(refused.recipient == "gone@x.org" && refused.isRefused)
            try await mails.sendAgain(refused.id, actor: .system)
            try await app.lookForEnded()
            #expect(try await mails.list(most: 9).isEmpty)
            let sent = try await app.count(
                """
                SELECT 1 FROM email_outbox WHERE template = 'invoice_suspended'
                    AND status = 'sent' AND recipient = \(ann.email)
                """
            )
            #expect(sent == 1)
            let same: SQL = "customer_id, template, cause_type, cause_id, created_at, invoice_id"
            let copy = try await app.services.database.transaction(for: .system) { session in
                try session.one(
                    """
                    INSERT INTO email_outbox (
                        id, recipient, status, subject, body_text_sealed, body_html_sealed, \(same)
                    ) SELECT gen_random_uuid(), 'x@x.org', 'failed', 'A', '', '', \(same)
                    FROM email_outbox WHERE template = 'invoice_suspended' RETURNING id
                    """
                ) { try $0.id("id", of: Mail.self) }
            }
            #expect(try await mails.list(most: 9).isEmpty)
            let doubled = await #expect(throws: Problem.self) {
                try await mails.sendAgain(copy, actor: .system)
            }
            #expect(doubled?.code == "mail_not_refused")
            // A link for one log-in alone is sent to nobody else.
            try await app.run(
                "UPDATE email_outbox SET status = 'failed', sent_at = NULL WHERE invoice_id IS NULL"
            )
            let other = try await app.services.database.transaction(for: .system) { session in
                try session.one("SELECT id FROM email_outbox WHERE status = 'failed' LIMIT 1") {
                    try $0.id("id", of: Mail.self)
                }
            }
            let problem = await #expect(throws: Problem.self) {
                try await mails.sendAgain(other, actor: .system)
            }
            #expect(problem?.code == "mail_not_refused")
        }
    }

    @Test(arguments: ["an exemption", "a dispute", "a payment"])
    func `what has kept an account makes the day void, also when it is over`(hold: String)
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let account = try await app.announcedEnd(by: ann)
            let told = try #require(try await app.removalDay(of: ann))
            let now = app.clock.now
            switch hold {
            case "an exemption":
                let customer = try await HostingAccounts(app.services).show(account).customer
                let policies = DunningPolicies(app.services)
                for isExempt in [true, false] {
                    try await policies.setExemption(of: customer, to: isExempt, actor: .system)
                }
            case "a dispute":
                try await app.run(
                    """
                    INSERT INTO disputes (
                        id, customer_id, payment_id, gateway_dispute_id, status, gateway_phase,
                        reason, amount_minor, currency, freezes, opened_at, closed_at, created_at
                    )
                    SELECT gen_random_uuid(), customer_id, id, 'du_1', 'won', 'won',
                        'fraudulent', amount_minor, currency, true, \(now), \(now), \(now)
                    FROM payments LIMIT 1
                    """
                )
            default: try await app.run("UPDATE payments SET settled_at = \(now)")
            }
            try await app.pass(days: 5)
            try await app.lookForEnded()
            #expect(try await app.announcements() == 2)
            let next = try #require(try await app.removalDay(of: ann))
            #expect(next.timeIntervalSince(app.clock.now) >= 7 * 86_400)
            try await app.pass(days: told.timeIntervalSince(app.clock.now) / 86_400 + 0.1)
            try await app.lookForEnded()
            #expect(try await HostingAccounts(app.services).show(account).status == .suspended)
            try await app.passRemovalDay(of: ann)
            try await app.lookForEnded()
            _ = try await app.account(reaching: "terminated")
            #expect(try await app.announcements() == 2)
        }
    }

    @Test func `pages that are opened again and again put the day off once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.leaveUnpaid(by: ann, suspension: 2, notice: 3, end: 5)
            for _ in 1...3 {
                try await app.pass(days: 2)
                try await app.settleDunning()
            }
            _ = try await app.subscription(of: ann, reaching: "cancelled")
            _ = try await app.account(reaching: "suspended")
            let owed = try await app.invoices(of: ann, count: 1, status: "uncollectible")[0]
            try await app.pass(days: 24)
            try await app.lookForEnded()
            var days = 0
            while try await app.count(
                "SELECT 1 FROM hosting_accounts WHERE wish = 'terminated'"
            ) == 0 {
                days += 1
                try #require(days < 20)
                _ = try await app.openPage(of: owed)
                try await app.pass(days: 1)
                try await app.lookForEnded()
            }
            #expect(days > 7)
            #expect(try await app.announcements() == 2)
        }
    }

    @Test func `another account that has the number is not removed, and staff see it`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let account = try await app.announcedEnd(by: ann)
            let accounts = HostingAccounts(app.services)
            let record = try await accounts.show(account)
            let server = try await accounts.panelServer(record.server)
            let remote = try #require(record.remoteUserID)
            // Whoever has its name now is somebody else.
            try await app.services.panel.delete(remote, on: server)
            let other = try await app.services.panel.createAccount(
                PanelAccountRequest(
                    username: record.username,
                    email: record.email,
                    password: "another-password",
                    fullName: nil,
                    phone: nil,
                    company: nil,
                    packageID: nil,
                    type: .panel,
                    billingID: "somebody else's",
                    customerID: "nobody of ours",
                    createdAt: app.clock.now
                ),
                on: server
            )
            try await app.run("UPDATE hosting_accounts SET remote_user_id = \(other.id)")
            try await app.passRemovalDay(of: ann)
            try await app.lookForEnded()
            _ = try await eventually("a refusal") {
                try await app.count(
                    "SELECT 1 FROM hosting_accounts WHERE wish_failure LIKE '%another account%'"
                ) == 1 ? true : nil
            }
            #expect(try await accounts.show(account).status == .suspended)
            #expect(try await app.services.panel.account(other.id, on: server) != nil)
            let staff = try await StaffBrowser("support", app)
            let page = try await staff.get("/console/differences")
            #expect(page.text.contains("is another account there"))
            let id = try await app.subscription(of: try await app.logInAgain(ann))["id"]?.string
            let shown = try await StaffBrowser(ann.email, app).get("/subscriptions/\(id ?? "")")
            #expect(shown.text.contains("Its account is being removed"))
            #expect(!shown.text.contains("deleted"))
            #expect(try await app.takeUp(by: ann).code == "account_removed")
        }
    }

    @Test func `an account that its panel would not stop is announced and removed all the same`()
        async throws
    {
        try await TestApp.run { app in
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST */suspend$", .reject, times: 10_000))
            }
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let ended = try await app.ask("cancel", ["at_period_end": false], by: ann)
            #expect(ended.json["status"] == "cancelled", "\(ended.text)")
            _ = try await eventually("a wish that was refused") {
                try await app.count(
                    "SELECT 1 FROM hosting_accounts WHERE wish_failure IS NOT NULL"
                ) == 1 ? true : nil
            }
            try await app.pass(days: 24)
            try await app.lookForEnded()
            #expect(try await app.announcements() == 1)
            try await app.passRemovalDay(of: ann)
            try await app.lookForEnded()
            _ = try await app.account(reaching: "terminated")
        }
    }

    @Test func `who bought what is not sold any more comes back at the old price`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.announcedEnd(by: ann)
            let sold = try await app.subscription(of: try await app.logInAgain(ann))["unit_price"]
            try await app.run("UPDATE plans SET active = false")
            let back = try await app.takeUp(by: ann)
            #expect(back.status == 200, "\(back.text)")
            #expect(back.json["unit_price"] == sold)
            try await app.pass(days: 40)
            try await app.lookForEnded()
            _ = try await app.account(reaching: "active")
            try await app.requireCleanBooks()
        }
    }

    /// One of them has a head start, or neither.
    @Test(arguments: ["the customer comes back", "staff stop it"], [-15, 0, 15])
    func `of two who want an account at once, one has it whole`(other: String, head: Int)
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let account = try await app.announcedEnd(by: ann)
            try await app.passRemovalDay(of: ann)
            let accounts = HostingAccounts(app.services)
            async let removal: Void = {
                try await Task.sleep(for: .milliseconds(max(0, head)))
                _ = try await AccountRemovals(app.services).run()
            }()
            try await Task.sleep(for: .milliseconds(max(0, -head)))
            let isKept =
                if other == "staff stop it" {
                    await app.isStopped(account)
                } else {
                    try await app.takeUp(by: ann).status == 200
                }
            _ = try await removal
            let wished = try await app.count(
                "SELECT 1 FROM account_removals WHERE wished_at IS NOT NULL"
            )
            #expect(wished == (isKept ? 0 : 1))
            let kept: HostingAccountRecord.Status = other == "staff stop it" ? .suspended : .active
            _ = try await eventually("an account as it was decided") {
                let now = try await accounts.show(account)
                return now.status == (isKept ? kept : .terminated) ? true : nil
            }
            let open = try await app.count(
                """
                SELECT 1 FROM account_removals WHERE wished_at IS NULL AND withdrawn_at IS NULL
                """
            )
            #expect(open == 0)
            try await app.requireCleanBooks()
        }
    }
}

extension TestApp {
    /// Buys a plan, ends it, and lets the time pass until the day of the removal was told.
    fileprivate func announcedEnd(by person: Person) async throws -> ID<HostingAccount> {
        let before = try await announcements()
        let account = try await endAtOnce(by: person)
        try await pass(days: 24)
        try await lookForEnded()
        try #require(try await announcements() == before + 1)
        return account
    }

    /// Whether staff have stopped an account before it was removed.
    fileprivate func isStopped(_ account: ID<HostingAccount>) async -> Bool {
        do {
            try await HostingAccounts(services)
                .suspend(account, reason: "Abuse", actor: .system)
            return true
        } catch {
            return false
        }
    }
}
