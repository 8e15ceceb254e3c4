import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// What people may still ask about stays readable; later only that it happened is known.
@Suite struct CleanUpTests {
    /// How many mails and messages of the processor there are, and how many can still be read.
    private struct Kept: Equatable {
        var mails: Int64
        var readableMails: Int64
        var messages: Int64
        var readableMessages: Int64
    }

    private static func kept(_ app: TestApp) async throws -> Kept {
        Kept(
            mails: try await app.count("SELECT 1 FROM email_outbox"),
            readableMails: try await app.count(
                "SELECT 1 FROM email_outbox WHERE body_text_sealed <> '' AND body_html_sealed <> ''"
            ),
            messages: try await app.count("SELECT 1 FROM webhook_events"),
            readableMessages: try await app.count(
                "SELECT 1 FROM webhook_events WHERE body <> '{}'"
            )
        )
    }

    /// A sale whose mails have all left and whose messages were all dealt with, but for one each.
    private static func sale(_ app: TestApp) async throws {
        _ = try await app.buy(by: try await app.register())
        await app.simulators.stripe.webhooksAreIdle()
        _ = try await eventually("mails that have left and messages that are dealt with") {
            let waiting = try await app.count(
                """
                SELECT 1 FROM email_outbox WHERE status <> 'sent'
                UNION ALL SELECT 1 FROM webhook_events WHERE status = 'received'
                """
            )
            return waiting == 0 ? true : nil
        }
    }

    private static func setBack(_ services: Services) async throws {
        try await services.database.transaction(for: .system) { session in
            try session.run(
                """
                UPDATE email_outbox SET status = 'failed', sent_at = NULL
                WHERE id = (SELECT min(id::text)::uuid FROM email_outbox)
                """
            )
            try session.run(
                """
                UPDATE webhook_events SET status = 'received', applied_at = NULL
                WHERE event_id = (SELECT min(event_id) FROM webhook_events)
                """
            )
        }
    }

    @Test func `what mails said is cleared after a month, what was told after three`() async throws
    {
        try await TestApp.run { app in
            try await CleanUpTests.sale(app)
            let other = try await app.another(environment: ["ROLE": "web"])
            let services = other.services
            let all = try await CleanUpTests.kept(other)
            #expect(all.mails > 1 && all.readableMails == all.mails)
            #expect(all.messages > 1 && all.readableMessages == all.messages)

            other.clock.advance(seconds: 29 * 86_400)
            _ = try await CleanUp(services).run()
            #expect(try await CleanUpTests.kept(other) == all)

            // A mail that never left and a message that nobody dealt with are still needed.
            try await CleanUpTests.setBack(services)
            var left = all
            left.readableMails = 1
            other.clock.advance(seconds: 2 * 86_400)
            _ = try await CleanUp(services).run()
            #expect(try await CleanUpTests.kept(other) == left)

            left.readableMessages = 1
            other.clock.advance(seconds: 60 * 86_400)
            _ = try await CleanUp(services).run()
            #expect(try await CleanUpTests.kept(other) == left)
            await other.stopInstance()
        }
    }
}
