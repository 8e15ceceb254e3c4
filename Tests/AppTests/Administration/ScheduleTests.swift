import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// What comes round by itself does so, because time passes and for no other reason.
@Suite struct ScheduleTests {
    @Test func `everything that comes round by itself has its turn`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await Schedules(app.services).enqueueDue()
            let kinds = try await app.services.database.transaction(for: .system) { session in
                try session.all("SELECT kind FROM jobs ORDER BY kind COLLATE \"C\"") {
                    try $0.get("kind", as: String.self)
                }
            }
            #expect(
                kinds == [
                    "credit.settle", "hosting.check_servers", "hosting.reconcile_accounts",
                    "hosting.remove_accounts", "house.clean_up", "house.verify", "invoice.dunning",
                    "ledger.earn_revenue", "order.give_up", "payment.poll", "payment.reconcile",
                    "payment.warn_of_cards", "subscription.bill", "tax.recheck_vat_numbers",
                ]
            )
        }
    }

    @Test func `days that pass compare the books, mend what a panel has wrong and warn of a card`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await app.webhooksAreDealtWith()
            // The turns of the first moment are over, and nobody will ask for the card again.
            _ = try await eventually("rest") {
                try await app.count(
                    """
                    SELECT 1 FROM jobs WHERE status <> 'done' AND kind IN (
                        'hosting.reconcile_accounts', 'payment.learn_cards', 'payment.reconcile',
                        'payment.warn_of_cards'
                    )
                    """
                ) == 0 ? true : nil
            }
            let compared = try await app.count("SELECT 1 FROM reconciliations")
            let account = try await app.onlyAccount
            let remote = try #require(account.remoteUserID)
            let server = try await HostingAccounts(app.services).panelServer(account.server)
            try await app.services.panel.suspend(remote, reason: "A mistake", on: server)
            let end = try await app.letCardEndSoon()
            #expect(app.subjects(to: ann).count { $0.hasSuffix("expires soon") } == 0)

            let untilWarning = end.timeIntervalSince(app.clock.now) / 86_400 - 29
            try await app.pass(days: max(1.1, untilWarning))
            _ = try await eventually("a comparison") {
                try await app.count("SELECT 1 FROM reconciliations") > compared ? true : nil
            }
            _ = try await eventually("an account that goes on") {
                try await app.services.panel.account(remote, on: server)?.isSuspended == false
                    ? true : nil
            }
            _ = try await eventually("a mail about the card") {
                app.subjects(to: ann).contains { $0.hasSuffix("expires soon") } ? true : nil
            }
        }
    }
}

extension TestApp {
    /// Lets the only saved card end with a month that has eight days left or more; when that is.
    fileprivate func letCardEndSoon() async throws -> Date {
        let month = clock.now + 8 * 86_400
        return try await services.database.transaction(for: .system) { session in
            try session.one(
                """
                UPDATE payment_methods SET
                    expires_year = extract(year FROM \(month)::timestamptz AT TIME ZONE 'UTC'),
                    expires_month = extract(month FROM \(month)::timestamptz AT TIME ZONE 'UTC')
                RETURNING make_timestamptz(
                    expires_year + expires_month / 12, expires_month % 12 + 1, 1, 0, 0, 0, 'UTC'
                ) AS ends_at
                """
            ) { try $0.get("ends_at", as: Date.self) }
        }
    }
}
