import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// The books are compared with what the processor says moved.
@Suite struct ReconciliationTests {
    private func findings(_ app: TestApp, open: Bool = true) async throws -> [JSON] {
        try await app.api.get(
            "/api/v1/admin/reconciliation-findings?open=\(open)",
            token: try await app.token(of: "billing")
        ).json.list
    }

    /// Lets an hour and more pass, and compares.
    private func compare(_ app: TestApp, days: Double = 0.1) async throws -> ReconciliationRecord {
        try await app.pass(days: days)
        return try #require(try await Reconciliations(app.services).run())
    }

    private func feesAreKnown(_ app: TestApp) async throws {
        _ = try await eventually("fees") {
            try await app.count(
                "SELECT 1 FROM payments WHERE status = 'succeeded' AND balance_move_id IS NULL"
            ) == 0 ? true : nil
        }
    }

    @Test func `a fee is booked once, whatever tells of it and how often`() async throws {
        try await TestApp.run { app in
            try await app.controlStripe("fees", ["mode": "hold"])
            let payment = try await app.buyWithPayment(by: try await app.register())
            #expect(try await app.balance("fees") == 0)
            try await app.controlStripe("fees", ["mode": "book"])
            try await feesAreKnown(app)
            // 2.9 % of 29.00 and 30 cents.
            #expect(try await app.balance("fees") == 114)
            for body in app.stripeEvents("charge.updated") + app.stripeEvents("charge.updated") {
                _ = try await app.deliver(body)
            }
            try await app.webhooksAreDealtWith()
            #expect(try await app.balance("fees") == 114)
            let staff = try await StaffBrowser("support", app)
            let page = try await staff.get("/console/payments/\(payment["id"]?.string ?? "")")
            #expect(page.text.contains("$1.14"))
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is the same on both sides is found in order, and payouts are booked`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann)
            let asked = try await app.askRefund(of: payment, amount: 500)
            try await app.refund(try #require(asked.json["id"]?.string), reaching: "succeeded")
            _ = try await app.buyWithPayment(by: ann, card: "4000000000000259")
            _ = try await eventually("the dispute") {
                try await app.count("SELECT 1 FROM disputes WHERE withdrawn_minor > 0") == 1
                    ? true : nil
            }
            try await feesAreKnown(app)
            let first = try await compare(app)
            #expect(first.moves == 4 && first.matched == 4 && first.found == 0)
            let second = try await compare(app, days: 4)
            #expect(second.moves == 1 && second.matched == 1 && second.found == 0)
            #expect(try await app.count("SELECT 1 FROM payouts") == 1)
            // 29.00 less its fee and a refund of 5.00; what the dispute took is owed to Stripe.
            let sum = 2_900 - 114 - 500 + 2_900 - 114 - 2_900 - 1_500
            let paid = try await app.services.database.transaction(for: .system) { session in
                try session.one("SELECT amount_minor FROM payouts") {
                    try $0.get("amount_minor", as: Int64.self)
                }
            }
            #expect(paid == Int64(sum))
            #expect(try await findings(app).isEmpty)
            try await app.requireCleanBooks()
            let staff = try await StaffBrowser("support", app)
            let page = try await staff.get("/console/books/reconciliation")
            #expect(page.text.contains("Nothing differs"))
        }
    }

    @Test func `what differs is shown until it is gone or explained, and changes nothing`()
        async throws
    {
        try await TestApp.run { app in
            let payment = try await app.buyWithPayment(by: try await app.register())
            try await feesAreKnown(app)
            app.simulators.stripe.setWebhooks(.drop)
            let charge = try #require(app.simulators.stripe.paidCharges.first)
            _ = try await app.callStripe(
                "/v1/refunds",
                [("payment_intent", charge.intent), ("amount", "700")]
            )
            // A payment that nobody of us has asked for.
            _ = try await app.callStripe(
                "/v1/payment_intents",
                [
                    ("amount", "4200"), ("currency", "usd"), ("confirm", "true"),
                    ("payment_method", "pm_card_visa"), ("off_session", "true"),
                    ("automatic_payment_methods[enabled]", "true"),
                    ("automatic_payment_methods[allow_redirects]", "never"),
                ]
            )
            let before = try await app.books().ledger
            let first = try await compare(app)
            #expect(first.moves == 3 && first.matched == 1 && first.found == 2)
            let found = try await findings(app)
            #expect(Set(found.compactMap { $0["kind"]?.string }) == ["not_in_books"])
            #expect(
                Set(found.compactMap { $0["at_processor"]?["amount"]?.integer }) == [-700, 4_200]
            )
            #expect(found.contains { $0["payment_id"] == payment["id"] })
            // The refund's message was lost; asking for the payment brought it, as a message would.
            #expect(try await app.books().ledger["refund"] == 1 && before["refund"] == nil)
            let second = try await compare(app)
            #expect(second.resolved == 1)
            let staff = try await StaffBrowser("billing", app)
            #expect(try await staff.get("/console").text.contains("The books and Stripe differ"))
            let rest = try await findings(app)
            #expect(rest.count == 1)
            let id = try #require(rest.first?["id"]?.string)
            let page = "/console/books/reconciliation"
            let closed = try await staff.submit(
                "\(page)/findings/\(id)",
                from: page,
                [("resolution", "A test of our web shop")]
            )
            #expect(closed.status == 303, "\(closed.text)")
            #expect(try await compare(app).found == 0)
            #expect(try await findings(app).isEmpty)
            #expect(try await findings(app, open: false).count == 2)
        }
    }

    @Test func `amounts and fees that differ, and what the processor never moved, are found`()
        async throws
    {
        try await TestApp.run { app in
            _ = try await app.buyWithPayment(by: try await app.register())
            _ = try await app.buyWithPayment(by: try await app.register())
            try await feesAreKnown(app)
            // As if the books had been written wrongly: no statement of the program does that.
            let owner = Database(app.prepared.ownerConninfo, connections: 1, log: .silent)
            try await owner.transaction { session in
                try session.script(
                    """
                    SET LOCAL session_replication_role = replica;
                    UPDATE ledger_entries SET amount_minor = amount_minor * 2
                    WHERE transaction_id = (
                        SELECT id FROM ledger_transactions
                        WHERE kind = 'payment_fee' ORDER BY id LIMIT 1
                    );
                    UPDATE ledger_entries SET amount_minor = amount_minor * 3
                    WHERE transaction_id = (
                        SELECT id FROM ledger_transactions
                        WHERE kind = 'payment_captured' ORDER BY id LIMIT 1
                    );
                    INSERT INTO ledger_transactions (id, kind, cause_type, cause_id, at)
                    SELECT gen_random_uuid(), 'refund', 'ref', gen_random_uuid(), at
                    FROM ledger_transactions WHERE kind = 'payment_captured' LIMIT 1;
                    INSERT INTO ledger_entries (transaction_id, account_id, amount_minor, currency)
                    SELECT t.id, a.id, CASE a.kind WHEN 'fees' THEN 77 ELSE -77 END, 'USD'
                    FROM ledger_transactions t, ledger_accounts a
                    WHERE t.kind = 'refund' AND a.kind IN ('fees', 'clearing')
                    """
                )
            }
            let run = try await compare(app)
            #expect(run.found == 3)
            let kinds = try await findings(app).compactMap { $0["kind"]?.string }
            #expect(Set(kinds) == ["other_fee", "other_amount", "not_at_processor"])
        }
    }

    @Test func `a payout that the bank sends back is ours again, and goes with a later one`()
        async throws
    {
        try await TestApp.run { app in
            _ = try await app.buyWithPayment(by: try await app.register())
            try await feesAreKnown(app)
            #expect(try await compare(app, days: 4).found == 0)
            let held = 2_900 - 114
            #expect(try await app.balance("clearing") == Int64(held))
            let payout = try await app.services.database.transaction(for: .system) { session in
                try session.one("SELECT gateway_payout_id FROM payouts") {
                    try $0.get("gateway_payout_id", as: String.self)
                }
            }
            try await app.controlStripe("payouts/\(payout)/fail", ["code": "account_closed"])
            _ = try await eventually("a comparison that is planned") {
                try await app.count(
                    """
                    SELECT 1 FROM webhook_events
                    WHERE type = 'payout.failed' AND status <> 'received'
                    """
                ) == 1 ? true : nil
            }
            let failed = try await compare(app)
            #expect(failed.moves == 1 && failed.matched == 1 && failed.found == 0)
            #expect(try await bank(app) == 0)
            #expect(try await app.count("SELECT 1 FROM payouts WHERE failed_at IS NOT NULL") == 1)
            #expect(try await app.books().ledger["payout_failed"] == 1)
            try await app.requireCleanBooks()
            let later = try await compare(app, days: 5)
            #expect(later.found == 0 && later.moves == 1)
            #expect(try await bank(app) == Int64(held))
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is settled in another currency is changed in the books as it was there`()
        async throws
    {
        try await TestApp.run { app in
            try await app.controlStripe(
                "settlement",
                ["currency": "eur", "per_mille": 900]
            )
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann)
            try await feesAreKnown(app)
            // 29.00 dollars are 26.10 euros, of which 1.03 stay with the processor.
            #expect(try await app.clearing("USD") == 0)
            #expect(try await app.clearing("EUR") == 2_610 - 103)
            try await app.requireCleanBooks()
            try await app.controlStripe(
                "settlement",
                ["currency": "eur", "per_mille": 950]
            )
            let asked = try await app.askRefund(of: payment, amount: 1_000)
            let refund = try #require(asked.json["id"]?.string)
            try await app.refund(refund, reaching: "succeeded")
            try await app.webhooksAreDealtWith()
            #expect(try await app.clearing("USD") == 0)
            #expect(try await app.clearing("EUR") == 2_610 - 103 - 950)
            try await app.requireCleanBooks()
            let first = try await compare(app)
            #expect(first.moves == 2 && first.matched == 2 && first.found == 0)
            try await app.controlStripe(
                "settlement",
                ["currency": "eur", "per_mille": 940]
            )
            let remote = try #require(app.stripeRefunds.first?["id"]?.string)
            try await app.controlStripe("refunds/\(remote)/fail")
            try await app.refund(refund, reaching: "failed")
            #expect(try await app.clearing("USD") == 0)
            #expect(try await app.clearing("EUR") == 2_610 - 103 - 950 + 940)
            let second = try await compare(app, days: 5)
            #expect(second.found == 0)
            #expect(try await bank(app) == 2_610 - 103 - 950 + 940)
            try await app.requireCleanBooks()
        }
    }

    /// What has reached our bank.
    private func bank(_ app: TestApp) async throws -> Int64 {
        try await app.services.database.transaction(for: .system) { session in
            try session.one(
                """
                SELECT coalesce(sum(amount_minor), 0)::bigint AS amount
                FROM ledger_entries JOIN ledger_accounts a ON a.id = account_id
                WHERE kind = 'clearing' AND gateway = 'bank_transfer'
                """
            ) { try $0.get("amount") }
        }
    }
}

extension TestApp {
    /// What the processor holds in a currency, by the books.
    fileprivate func clearing(_ currency: String) async throws -> Int64 {
        try await services.database.transaction(for: .system) { session in
            try session.one(
                """
                SELECT coalesce(sum(amount_minor), 0)::bigint AS amount
                FROM ledger_entries e JOIN ledger_accounts a ON a.id = account_id
                WHERE kind = 'clearing' AND gateway = 'stripe' AND e.currency = \(currency)
                """
            ) { try $0.get("amount") }
        }
    }
}
