import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What payers' banks dispute, by the processor's word.
///
/// Webhooks in any order and the nightly comparison end here. The processor is asked for all
/// disputes of a payment; what each has moved is booked once.
struct DisputeSettlements: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Asks for the disputes of a payment, and stores and books what is new.
    func discover(_ id: ID<Payment>) async throws {
        let services = services
        let payment = try await services.database.transaction(for: .system) {
            try $0.payment(id).orThrow(Problem.notFound)
        }
        guard payment.channel == .stripe, let intent = payment.intentID else { return }
        let states = try await services.payments.listDisputes(intent: intent)
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard let payment = try session.lockPayment(id) else { return }
            // In the order in which everybody locks them: disputes, invoices, credit, accounts.
            try session.lockDisputes(of: payment.customer)
            let changed = try states.reversed().filter { state in
                try DisputeSettlements.apply(state, to: payment, session, services, now: now)
            }
            for state in changed {
                try DisputeSettlements.follow(state, of: payment, session, services, now: now)
            }
            try ParkedPayments.follow(
                id,
                waitingBecause: "The payer's bank gave the money back.",
                session,
                services,
                now: now
            )
        }
    }

    /// Stores and books how a dispute stands.
    ///
    /// - Returns: whether its standing is another than before.
    private static func apply(
        _ state: DisputeState,
        to payment: PaymentRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Bool {
        guard let currency = Currency(state.currency.uppercased()), state.amount > 0 else {
            throw RemoteFailure.unknown(message: "A dispute is in \(state.currency).")
        }
        let isNew = try session.store(
            state,
            ID(services.ids.next()),
            Money(minorUnits: state.amount, currency),
            of: payment,
            now: now
        )
        let known = try session.dispute(gatewayID: state.id).orThrow(Problem.notFound)
        // What a bank has decided only an appeal takes up again; anything else is older than that.
        let isOlder =
            !known.isOpen && state.standing != known.status
            && (state.standing == .inquiry || state.standing == .open)
            && !state.status.hasPrefix("appeal")
        guard !isOlder else { return false }
        try session.store(state, of: known.id, now: now)
        try book(state, known, session, services, now: now)
        if state.standing == .won || state.standing == .closed {
            try Credits.takeBackWriteOffs(
                for: known.id,
                of: known.customer,
                session,
                services,
                now: now
            )
        }
        return isNew || known.status != state.standing
    }

    /// What comes of a new standing for what the payment has paid for.
    private static func follow(
        _ state: DisputeState,
        of payment: PaymentRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let dispute = try session.dispute(gatewayID: state.id).orThrow(Problem.notFound)
        try record(state, dispute, payment, session, now: now)
        try DisputeFreezing.follow(
            state.standing,
            of: dispute.id,
            payment,
            session,
            services,
            now: now
        )
    }

    /// Books what has moved, each move once.
    private static func book(
        _ state: DisputeState,
        _ dispute: DisputeRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        func post(_ posting: Posting) throws {
            try Ledger.post(
                posting,
                cause: dispute.id,
                customer: dispute.customer,
                session,
                ids: services.ids,
                now: now
            )
        }
        if let move = state.withdrawal, !dispute.isWithdrawn {
            let (amount, fee) = try amounts(of: move)
            try session.storeWithdrawal(-amount, fee: fee, move: move.id, of: dispute.id)
            try post(.disputeOpened(-amount, fee: fee))
        }
        if let move = state.reinstatement, !dispute.isReinstated {
            let (amount, fee) = try amounts(of: move)
            if try session.isPosted("dispute_lost", for: dispute.id),
                let held = try session.dispute(dispute.id)?.held
            {
                // Of one that stays lost a part may come back: what was refunded before it.
                try post(.disputeLossReversed(state.standing == .lost ? amount : held))
            }
            try session.storeReinstatement(amount, fee: fee, move: move.id, of: dispute.id)
            try post(.disputeWon(amount, feeReturned: -fee))
        }
        let held = try session.dispute(dispute.id)?.held
        if state.standing == .lost, let held, held.isPositive {
            try post(.disputeLost(held))
        }
    }

    private static func amounts(of move: BalanceMove) throws -> (amount: Money, fee: Money) {
        guard let amount = move.money(move.amount), let fee = move.money(move.fee) else {
            throw RemoteFailure.unknown(message: "A dispute is settled in \(move.currency).")
        }
        return (amount, fee)
    }

    private static func record(
        _ state: DisputeState,
        _ dispute: DisputeRecord,
        _ payment: PaymentRecord,
        _ session: Session,
        now: Date
    ) throws {
        try session.record(
            AuditEntry(
                Actor(.gateway, label: "stripe"),
                "payment.dispute_\(state.standing.rawValue)",
                payment.id,
                customer: payment.customer,
                after: [
                    "dispute": .string(dispute.id.text),
                    "amount": .string(dispute.amount.description),
                    "reason": .string(state.reason),
                ]
            ),
            now: now
        )
    }
}
