import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// Owners of cards that are about to expire are told twice, in time.
@Suite struct CardWarningTests {
    /// Lets the saved card of the demo customer end at a distance from now.
    private func setEnd(_ app: TestApp, days: Double) async throws {
        let end = app.clock.now.addingTimeInterval(days * 86_400 - 86_400)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month], from: end)
        let (year, month) = (parts.year ?? 0, parts.month ?? 0)
        try await app.run(
            "UPDATE payment_methods SET expires_year = \(year), expires_month = \(month)"
        )
    }

    /// Moves the clock to so many days before the end of the card's month.
    private func goTo(_ app: TestApp, daysBefore days: Double) async throws {
        let end = try await app.services.database.transaction(for: .system) { session in
            try session.one(
                """
                SELECT make_timestamptz(expires_year + expires_month / 12,
                    expires_month % 12 + 1, 1, 0, 0, 0, 'UTC') AS ends FROM payment_methods
                """
            ) { try $0.get("ends", as: Date.self) }
        }
        let target = end.addingTimeInterval(-days * 86_400)
        app.clock.advance(seconds: target.timeIntervalSince(app.clock.now))
    }

    private func warnings(_ app: TestApp) async throws -> Int64 {
        _ = try await CardWarnings(app.services).send()
        return try await app.count(
            "SELECT 1 FROM email_outbox WHERE template LIKE 'card_expires_%'"
        )
    }

    @Test func `a card is warned of a month and a week before its end, once each`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await setEnd(app, days: 100)
            #expect(try await warnings(app) == 0)
            try await goTo(app, daysBefore: 31)
            #expect(try await warnings(app) == 0)
            try await goTo(app, daysBefore: 29)
            #expect(try await warnings(app) == 1)
            #expect(try await warnings(app) == 1)
            try await goTo(app, daysBefore: 8)
            #expect(try await warnings(app) == 1)
            try await goTo(app, daysBefore: 6)
            #expect(try await warnings(app) == 2)
            #expect(try await warnings(app) == 2)
            let mail = try await eventually("the mail") {
                app.simulators.mail.messages.first { $0.subject.hasSuffix("expires soon") }
            }
            #expect(
                mail.text?.contains("/account/") == true || mail.text?.contains("/cards") == true
            )
        }
    }

    @Test func `whoever has nothing that renews, or has just a week left, is told once or never`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await setEnd(app, days: 60)
            try await goTo(app, daysBefore: 5)
            #expect(try await warnings(app) == 1)
            #expect(try await warnings(app) == 1)
            try await app.run("DELETE FROM email_outbox WHERE template LIKE 'card_expires_%'")
            try await app.run(
                """
                UPDATE subscriptions SET status = 'cancelled', next_bill_at = NULL,
                    cancelled_at = now()
                """
            )
            #expect(try await warnings(app) == 0)
        }
    }
}
