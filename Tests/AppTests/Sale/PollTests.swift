import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

/// The poller asks after a bounded number of payments at a time, and forgets none of the others.
@Suite struct PollTests {
    private static let copies = 250
    private static let mostAtOnce = 200

    /// Copies the one payment under way, each copy a second younger than the one before.
    private static func multiply(_ app: TestApp) async throws {
        try await app.services.database.transaction(for: .system) { session in
            for table in ["orders", "invoices", "payments"] {
                let copy: SQL = """
                    INSERT INTO \(unsafeRaw: table)
                    SELECT made.* FROM \(unsafeRaw: table) AS one,
                        generate_series(1, \(PollTests.copies)) AS copy,
                        jsonb_populate_record(one, jsonb_strip_nulls(jsonb_build_object(
                            'id', md5(\(table)::text || copy)::uuid,
                            'order_id', md5('orders' || copy)::uuid,
                            'invoice_id', md5('invoices' || copy)::uuid,
                            'number', CASE WHEN \(table)::text = 'orders'
                                THEN nextval('order_numbers') END,
                            'idempotency_key', \(table)::text || copy,
                            'gateway_checkout_id', 'cs_copy_' || copy,
                            'gateway_intent_id', 'pi_copy_' || copy,
                            'created_at', one.created_at + copy * interval '1 second'
                        ))) AS made
                    """
                try session.run(copy)
            }
        }
    }

    private static func askedAfter(_ app: TestApp) async throws -> Set<String> {
        let payments = try await app.services.database.transaction(for: .system) { session in
            try session.all(
                "SELECT payload ->> 'payment' AS payment FROM jobs WHERE kind = 'payment.settle'"
            ) { try $0.get("payment", as: String.self) }
        }
        return Set(payments)
    }

    @Test func `payments that fill one turn do not keep those behind them waiting`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            _ = try await app.openCheckout(try #require(placed["id"]?.string), by: ann)
            try await PollTests.multiply(app)
            let all = PollTests.copies + 1
            #expect(try await app.count("SELECT 1 FROM payments WHERE checked_at IS NULL") == all)

            app.clock.advance(seconds: 3_600)
            _ = try await Settlements(app.services).poll()
            let first = try await PollTests.askedAfter(app)
            #expect(first.count == PollTests.mostAtOnce)
            // It is everybody's turn again, and nobody has been answered; yet those that were left
            // over come first.
            app.clock.advance(seconds: 3_600)
            _ = try await Settlements(app.services).poll()
            #expect(try await PollTests.askedAfter(app).count == all)
        }
    }

    @Test func `a payment that was asked after a moment ago is left alone`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            _ = try await app.openCheckout(try #require(placed["id"]?.string), by: ann)
            app.clock.advance(seconds: 3_600)
            // A moment ago it is still when the test takes long, seen from a little later.
            let later = app.clock.now.addingTimeInterval(60)
            try await app.services.database.transaction(for: .system) {
                _ = try $0.run("UPDATE payments SET checked_at = \(later)")
            }
            _ = try await Settlements(app.services).poll()
            #expect(try await PollTests.askedAfter(app).isEmpty)
            app.clock.advance(seconds: 3_600)
            _ = try await Settlements(app.services).poll()
            #expect(try await PollTests.askedAfter(app).count == 1)
        }
    }
}
