import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// Whatever order the processor's messages about a payment come in, and however often, the books
/// are the same.
@Suite struct MoneyJournalTests {
    /// The messages by what they are about.
    private static let subjects = [
        ["payment_intent.succeeded", "checkout.session.completed"], ["charge.updated"],
        ["refund.failed", "refund.created", "charge.refunded"],
        ["charge.dispute.closed", "charge.dispute.created"],
    ]

    private static let orders: [[Int]] = {
        func permutations(_ rest: [Int]) -> [[Int]] {
            rest.isEmpty
                ? [[]]
                : rest.flatMap { first in
                    permutations(rest.filter { $0 != first }).map { [first] + $0 }
                }
        }
        return permutations([0, 1, 2, 3])
    }()

    /// All messages by themselves in orders by chance; `MESSAGE_ORDERS` says how many.
    private static let seeds: ClosedRange<UInt64> = {
        let wanted = ProcessInfo.processInfo.environment["MESSAGE_ORDERS"].flatMap { UInt64($0) }
        return 1...max(1, wanted ?? 6)
    }()

    /// Pays an order; a refund of a part fails, and the rest is disputed and lost. Nothing of that
    /// is told yet.
    private func goThroughEverything(_ app: TestApp) async throws -> String {
        let ann = try await app.register()
        let placed = try await app.placeOrder(by: ann)
        let id = try #require(placed["id"]?.string)
        app.pay(try await app.openCheckout(id, by: ann), card: "4000000000005126")
        let charge = try #require(app.simulators.stripe.paidCharges.first)
        let refund = try await app.callStripe(
            "/v1/refunds",
            [("payment_intent", charge.intent), ("amount", "700")]
        )
        let refundID = try #require(refund["id"]?.string)
        try await app.controlStripe("refunds/\(refundID)/fail", ["reason": "declined"])
        let dispute = try await app.controlStripe("payment_intents/\(charge.intent)/dispute")
        try await app.controlStripe("disputes/\(dispute["id"]?.string ?? "")/lose")
        return id
    }

    /// Everything that stands in the books, by account.
    private func balances(_ app: TestApp) async throws -> [String: Int64] {
        let rows = try await app.services.database.transaction(for: .system) { session in
            try session.all(
                """
                SELECT t.kind || ' ' || a.kind AS name, sum(amount_minor)::bigint AS amount
                FROM ledger_entries e JOIN ledger_accounts a ON a.id = account_id
                JOIN ledger_transactions t ON t.id = transaction_id GROUP BY 1
                """
            ) { (try $0.get("name", as: String.self), try $0.get("amount", as: Int64.self)) }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    @Test(.long, arguments: orders)
    func `messages in any order end in the same books`(order: [Int]) async throws {
        try await hear(order.flatMap { Self.subjects[$0] })
    }

    @Test(.long, arguments: seeds)
    func `each message by itself, in an order by chance, ends in the same books`(
        seed: UInt64
    ) async throws {
        var dice = Dice(state: seed)
        try await hear(Self.subjects.flatMap(\.self).shuffled(using: &dice))
    }

    /// Goes through everything, is told of it in an order, and compares the books.
    private func hear(_ kinds: [String]) async throws {
        try await TestApp.run { app in
            app.simulators.stripe.setWebhooks(.drop)
            _ = try await goThroughEverything(app)
            for kind in kinds {
                for body in app.stripeEvents(kind) {
                    #expect(try await app.deliver(body).status == 200)
                    try await app.webhooksAreDealtWith()
                }
            }
            _ = try await eventually("the fee") {
                try await app.balance("fees") == 114 + 1_500 ? true : nil
            }
            let found = try await balances(app)
            #expect(
                found.filter { !$0.key.hasPrefix("invoice_issued") } == [
                    "payment_captured clearing": 2_900, "payment_captured receivable": -2_900,
                    "payment_fee clearing": -114, "payment_fee fees": 114,
                    "refund clearing": -700, "refund refunds": 700,
                    "refund_failed clearing": 700, "refund_failed refunds": -700,
                    "dispute_opened clearing": -4_400, "dispute_opened disputes": 2_900,
                    "dispute_opened fees": 1_500, "dispute_lost disputes": -2_900,
                    "dispute_lost dispute_losses": 2_900,
                ]
            )
            try await app.requireCleanBooks()
        }
    }

    @Test func `replaying everything that the processor has ever told changes nothing`()
        async throws
    {
        try await TestApp.run { app in
            let id = try await goThroughEverything(app)
            _ = try await eventually("a finished order") {
                try await app.count("SELECT 1 FROM orders WHERE status = 'completed'") == 1
                    ? true : nil
            }
            #expect(!id.isEmpty)
            try await app.webhooksAreDealtWith()
            _ = try await eventually("all of it") {
                let fees = try await app.balance("fees")
                return try await app.balance("dispute_losses") == 2_900 && fees == 1_614
                    ? true : nil
            }
            let before = try await balances(app)
            // As if none of it had been heard before.
            try await app.run("DELETE FROM webhook_events")
            app.simulators.stripe.redeliverWebhooks(all: true)
            _ = try await eventually("messages once more") {
                try await app.count("SELECT 1 FROM webhook_events") > 10 ? true : nil
            }
            try await app.webhooksAreDealtWith()
            #expect(try await balances(app) == before)
            try await app.requireCleanBooks()
        }
    }
}
