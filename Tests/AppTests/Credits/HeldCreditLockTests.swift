import Core
import Foundation
import Patience
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Whoever deals with disputes locks in the order in which all others do, so that nobody waits for
/// somebody who waits for them.
@Suite struct HeldCreditLockTests {
    private let held = HeldCreditTests()

    /// Runs something against somebody who has locked some rows and then wants others, and says
    /// whether those were free.
    private func isFree(
        _ wanted: String,
        whileHolding held: String,
        _ app: TestApp,
        _ rival: @concurrent @Sendable () async throws -> Void
    ) async throws -> Bool {
        let isLocked = AsyncStream<Void>.makeStream()
        async let answer: Bool = app.services.database.transaction(for: .system) { session in
            try session.run("SELECT 1 FROM \(unsafeRaw: held) FOR UPDATE")
            isLocked.continuation.finish()
            let isWaitedFor: SQL =
                "SELECT 1 FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            let end = Date().addingTimeInterval(Patience.seconds(5))
            while try !session.exists(isWaitedFor) {
                guard Date() < end else { return false }
                Thread.sleep(forTimeInterval: 0.02)
            }
            return try session.first(
                "SELECT 1 AS one FROM \(unsafeRaw: wanted) FOR UPDATE SKIP LOCKED"
            ) { _ in true } ?? false
        }
        for await _ in isLocked.stream {}
        try await rival()
        return try await answer
    }

    private func payment(_ app: TestApp) async throws -> ID<Payment> {
        try await app.services.database.transaction(for: .system) {
            try $0.one("SELECT id FROM payments") { try $0.id("id") }
        }
    }

    @Test func `disputes are locked in one order`() async throws {
        try await TestApp.run { app in
            _ = try await held.disputed(app)
            try await held.disputeAgain(app)
            try await app.webhooksAreDealtWith()
            let lowest = "00000000-0000-7000-8000-000000000000"
            try await app.run(
                "UPDATE disputes SET id = \(lowest)::uuid WHERE gateway_dispute_id = 'du_second'"
            )
            let first = "disputes WHERE id = '\(lowest)'"
            let last = "disputes WHERE id <> '\(lowest)'"
            let payment = try await payment(app)
            let isFree = try await isFree(last, whileHolding: first, app) {
                try await DisputeSettlements(app.services).discover(payment)
            }
            #expect(isFree)
        }
    }

    @Test func `what fails to go back waits for whoever decides about disputes`() async throws {
        try await TestApp.run { app in
            let parked = try await UnplacedMoney(app)
            _ = try await parked.placeBesideRefund()
            try await parked.loseDispute(over: 2_000)
            let refund: ID<Refund> = try await app.services.database.transaction(for: .system) {
                try $0.one("SELECT id FROM refunds") { try $0.id("id") }
            }
            let isFree = try await isFree("customers", whileHolding: "disputes", app) {
                _ = try await RefundSettlements(app.services).settle(refund, .failed("closed"))
            }
            #expect(isFree)
            #expect(try await app.balance("dispute_losses") == 1_100)
        }
    }

    @Test func `what a won dispute pays is locked before what it lets go on`() async throws {
        try await TestApp.run { app in
            try await app.stopServicesOfDisputes()
            let (_, customer) = try await held.disputed(app)
            try await held.decide("lose", app)
            _ = try await held.decide(app, "write-off", because: "The bank gave it back")
            let bill = try await held.bill(customer, app)
            _ = try await eventually("a stopped account") {
                try await app.count(
                    "SELECT 1 FROM hosting_accounts WHERE status = 'suspended'"
                ) == 1 ? true : nil
            }
            app.simulators.stripe.setWebhooks(.drop)
            let id = try #require(
                app.simulators.stripe.host.state["disputes"]?.array?.first?["id"]?.string
            )
            try await app.controlStripe("disputes/\(id)/win")
            let payment = try await payment(app)
            let isFree = try await isFree("hosting_accounts", whileHolding: "invoices", app) {
                try await DisputeSettlements(app.services).discover(payment)
            }
            #expect(isFree)
            #expect(try await app.invoice(bill).amount("amount_due") == 4_000)
            try await app.requireCleanBooks()
        }
    }
}
