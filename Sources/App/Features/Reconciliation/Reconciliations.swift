package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Compares, each night, the books' account of the processor with what the processor says moved.
///
/// What is paid to the bank is booked here, because nothing else tells of it. Whatever else differs
/// is written down and shown; nothing is changed because of it.
package struct Reconciliations: Sendable {
    /// What moved a moment ago may still be on its way into the books.
    static let restSeconds = 900.0
    /// How many differences of one comparison are kept.
    private static let most = 5_000

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The job that compares what moved since the last comparison.
    func run(_ job: LeasedJob) async throws -> JobOutcome {
        try await run()
        return .done
    }

    /// Compares what moved since the last comparison, and looks again at what did not fit then.
    ///
    /// - Returns: nil when no time has passed since.
    @discardableResult
    package func run() async throws -> ReconciliationRecord? {
        let services = services
        let now = services.clock.now
        let until = Date(
            timeIntervalSince1970: (now.timeIntervalSince1970 - Self.restSeconds).rounded(.down)
        )
        let from = try await services.database.transaction(for: .system) {
            try $0.nextReconciliationStart(now: now)
        }
        guard from < until else { return nil }
        let moves = try await services.payments.balanceMoves(from: from, until: until)
        try await learnFees(of: moves)
        let id = ID<Reconciliation>(services.ids.next())
        let (record, payments) = try await services.database.transaction(for: .system) { session in
            try Reconciliations.compare(
                Comparison(id: id, from: from, until: until, moves: moves),
                session,
                services,
                now: now
            )
        }
        await ask(about: payments)
        return record
    }

    /// One comparison, before it is made.
    private struct Comparison {
        let id: ID<Reconciliation>
        let from: Date
        let until: Date
        let moves: [BalanceMove]
    }

    private static func compare(
        _ comparison: Comparison,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> (ReconciliationRecord, Set<ID<Payment>>) {
        // Two at once would find the same differences twice.
        try session.lockReconciliations()
        let ids = services.ids
        for move in comparison.moves where move.money(0) != nil {
            try session.store(move, seenIn: comparison.id)
            try bookPayout(move, session, ids, now: now)
        }
        // The newest come first, and a payout fails after it was made.
        for move in comparison.moves { try bookFailedPayout(move, session, ids, now: now) }
        try session.matchMoves()
        let differences = try session.differences(before: comparison.until, most: most)
        let open = try session.openSubjects()
        let current = Set(differences.map { FindingKey($0.kind, $0.subject) })
        var found = 0
        var payments: Set<ID<Payment>> = []
        for difference in differences where !open.contains(FindingKey(difference)) {
            guard
                try session.store(difference, ID(ids.next()), foundIn: comparison.id, now: now)
            else { continue }
            found += 1
            if let payment = difference.payment { payments.insert(payment) }
        }
        var resolved = 0
        for gone in open.subtracting(current) {
            try session.resolve(
                gone,
                saying: "A later comparison found it in order.",
                now: now
            )
            resolved += 1
        }
        let counts = try session.countMoves(from: comparison.from, until: comparison.until)
        let record = ReconciliationRecord(
            id: comparison.id,
            from: comparison.from,
            until: comparison.until,
            finishedAt: now,
            moves: counts.all,
            matched: counts.matched,
            found: found,
            resolved: resolved
        )
        try session.store(record)
        return (record, payments)
    }

    /// Money that went to the bank left the processor's account and reached ours.
    private static func bookPayout(
        _ move: BalanceMove,
        _ session: Session,
        _ ids: IDSource,
        now: Date
    ) throws {
        guard move.kind == "payout", move.amount < 0, let amount = move.money(-move.amount),
            let source = move.source
        else { return }
        let id = ID<Payout>(ids.next())
        guard try session.store(id, source, amount, move: move) else { return }
        try Ledger.post(.paidOut(amount), cause: id, session, ids: ids, now: now)
    }

    /// A bank sent a payout back, or it was stopped: the processor holds the money again.
    private static func bookFailedPayout(
        _ move: BalanceMove,
        _ session: Session,
        _ ids: IDSource,
        now: Date
    ) throws {
        guard move.kind == "payout_failure" || move.kind == "payout_cancel", move.amount > 0,
            let amount = move.money(move.amount), let source = move.source,
            let payout = try session.storeFailure(move, ofPayout: source)
        else { return }
        try Ledger.post(.payoutFailed(amount), cause: payout, session, ids: ids, now: now)
        try session.record(
            AuditEntry(
                Actor(.gateway, label: "stripe"),
                "payout.fail",
                payout,
                after: ["amount": .string(amount.description), "payout": .string(source)]
            ),
            now: now
        )
    }

    /// A payment's fee may not be known yet, which is no difference.
    private func learnFees(of moves: [BalanceMove]) async throws {
        let intents = moves.filter { $0.kind == "charge" || $0.kind == "payment" }
            .compactMap(\.intent)
        let unknown = try await services.database.transaction(for: .system) {
            try $0.paymentsWithoutFee(intents)
        }
        for payment in unknown { try await Fees(services).learn(payment) }
    }

    /// Asks the processor about payments that something was found of: a message may have been
    /// lost. What that brings is settled as a message's would be, and the next comparison sees it.
    private func ask(about payments: Set<ID<Payment>>) async {
        for payment in payments {
            do {
                try await RefundSettlements(services).discover(payment)
                try await DisputeSettlements(services).discover(payment)
            } catch {
                services.log.warning(
                    "the processor did not say what became of a payment",
                    ["payment": payment.text, "error": "\(error)"]
                )
            }
        }
    }

    /// Asks for a comparison now.
    func ask(actor: Actor) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try session.enqueue(
                NewJob(.reconcile, dedupKey: Schedules.turn),
                ids: services.ids,
                now: now
            )
            try session.record(
                AuditEntry(actor, "reconciliation.ask", type: "reconciliation", id: "all"),
                now: now
            )
        }
    }

    /// Closes a finding that staff can explain.
    func resolve(_ id: ID<Discrepancy>, saying resolution: String, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let finding = try session.discrepancy(id).orThrow(Problem.notFound)
            guard finding.resolvedAt == nil else { throw Problem.findingIsResolved }
            try session.resolve(
                FindingKey(finding.kind, finding.subject),
                saying: resolution,
                now: now
            )
            try session.record(
                AuditEntry(
                    actor,
                    "reconciliation.resolve",
                    id,
                    after: ["resolution": .string(resolution)]
                ),
                now: now
            )
        }
    }

    package func findings(
        isOpen: Bool?,
        before: ID<Discrepancy>? = nil,
        most: Int
    ) async throws -> [ReconciliationFinding] {
        try await services.database.transaction(for: .system) {
            try $0.findings(
                DifferenceFilter(isOpen: isOpen),
                after: before.map { ["", $0.uuid.uuidString] },
                most: most
            )
        }
    }

    func list(
        before: ID<Reconciliation>? = nil,
        most: Int
    ) async throws -> [ReconciliationRecord] {
        try await services.database.transaction(for: .system) {
            try $0.reconciliations(after: before.map { ["", $0.uuid.uuidString] }, most: most)
        }
    }
}

extension NewJob {
    /// Compares the books with the processor as soon as what moves now is compared.
    static let comparingSoon = NewJob(
        .reconcile,
        dedupKey: Schedules.turn,
        delaySeconds: Reconciliations.restSeconds + 60
    )
}

/// What a finding is known by.
struct FindingKey: Hashable, Sendable {
    let kind: ReconciliationFinding.Kind
    let subject: String

    init(_ kind: ReconciliationFinding.Kind, _ subject: String) {
        self.kind = kind
        self.subject = subject
    }

    init(_ difference: Difference) { self.init(difference.kind, difference.subject) }
}

extension Problem {
    static let findingIsResolved = Problem.conflict(
        "finding_resolved",
        "This finding is closed already."
    )
}
