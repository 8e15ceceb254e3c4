import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What is known of a refund after the processor was asked.
enum RefundReport: Sendable {
    case state(RefundState)
    /// Staff have sent the money themselves.
    case paidByHand
    /// It was refused, or never made.
    case failed(String)
}

/// The one way in which money is gone again.
///
/// The job that has a refund made, webhooks in any order and staff's dashboard at the processor all
/// end here. A refund may still fail after it had succeeded; then its money is ours again.
struct RefundSettlements: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Stores how a refund stands, and books what that means.
    @discardableResult
    func settle(_ id: ID<Refund>, _ report: RefundReport) async throws -> RefundRecord {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            try RefundSettlements.apply(report, to: id, session, services, now: now)
            return try session.refund(id).orThrow(Problem.notFound)
        }
    }

    /// Asks for all refunds of a payment and settles each, those too that nobody asked for here.
    func discover(_ id: ID<Payment>) async throws {
        let services = services
        let payment = try await services.database.transaction(for: .system) {
            try $0.payment(id).orThrow(Problem.notFound)
        }
        guard payment.channel == .stripe, let intent = payment.intentID else { return }
        let states = try await services.payments.listRefunds(intent: intent)
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard let payment = try session.lockPayment(id) else { return }
            try session.lockDisputes(of: payment.customer)
            for state in states.reversed() {
                guard
                    let refund = try RefundSettlements.ours(
                        state,
                        payment,
                        session,
                        services,
                        now: now
                    )
                else { continue }
                try RefundSettlements.apply(
                    .state(state),
                    to: refund,
                    session,
                    services,
                    now: now
                )
            }
        }
    }

    /// The refund that the processor's is; one that is not known yet is taken on.
    private static func ours(
        _ state: RefundState,
        _ payment: PaymentRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> ID<Refund>? {
        if let known = try session.refund(gatewayID: state.id) { return known }
        if let named = state.metadata["refund_id"].flatMap({ ID<Refund>($0) }),
            let refund = try session.refund(named), refund.payment == payment.id
        {
            return named
        }
        // One that failed before any money moved was none.
        guard RefundRecord.Status(state.status) != .failed || state.move != nil, state.amount > 0,
            let (currency, kind, source) = try place(of: payment, session)
        else { return nil }
        let id = ID<Refund>(services.ids.next())
        try session.store(
            NewRefund(
                id: id,
                payment: payment,
                amount: Money(minorUnits: state.amount, currency),
                reason: "Made at the card processor.",
                kind: kind,
                source: source
            ),
            now: now
        )
        return id
    }

    /// Where money is taken from that went back without us; nil when none had arrived.
    private static func place(
        of payment: PaymentRecord,
        _ session: Session
    ) throws -> (Currency, RefundRecord.Kind, RefundRecord.Source)? {
        switch payment.status {
        case .succeeded: return (payment.amount.currency, .outside, .refunds)
        case .attention:
            return try session.unplacedAmount(of: payment.id)
                .map { ($0.currency, .return, .suspense) }
        case .credited, .returned:
            // None of it lies there any more; the loss is ours to see.
            return try session.unplacedAmount(of: payment.id)
                .map { ($0.currency, .outside, .refunds) }
        case .created, .open, .processing, .failed, .expired, .cancelled, .reversed: return nil
        }
    }

    /// A refund only ever goes on: from its beginning to its success, and from both to a failure.
    static func apply(
        _ report: RefundReport,
        to id: ID<Refund>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let known = try session.refund(id) else { return }
        _ = try session.lockPayment(known.payment)
        // What comes back to suspense is weighed against what was written off for disputes.
        if known.source == .suspense { try session.lockDisputes(of: known.customer) }
        guard let refund = try session.refund(id), refund.status != .failed else { return }
        switch report {
        case .failed(let reason):
            try fail(refund, because: reason, nil, session, services, now: now)
        case .paidByHand:
            if refund.status.isOnItsWay {
                try succeed(refund, nil, session, services, now: now)
            }
        case .state(let state):
            switch RefundRecord.Status(state.status) {
            case .created, .pending:
                if refund.status.isOnItsWay { try session.markPending(id, gatewayID: state.id) }
            case .succeeded:
                if refund.status.isOnItsWay {
                    try succeed(refund, state.id, session, services, now: now)
                }
                if let move = state.move {
                    try keepFee(of: refund, move, session, services, now: now)
                }
            case .failed:
                let reason = state.failure ?? "no reason was given"
                let hasMoved = refund.status.isOnItsWay && state.move != nil
                if hasMoved { try book(refund, state.id, session, services, now: now) }
                let latest = try session.refund(id).orThrow(Problem.notFound)
                if latest.status == .succeeded, let move = state.move {
                    try keepFee(of: latest, move, session, services, now: now)
                }
                try fail(latest, because: reason, state.id, session, services, now: now)
                try takeBackSettlement(of: latest, state, session, services, now: now)
            }
        }
    }

    private static func succeed(
        _ refund: RefundRecord,
        _ gatewayID: String?,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try book(refund, gatewayID, session, services, now: now)
        try record("payment.refund", refund, session, now: now)
        try RefundMails.sendDone(refund, session, services, now: now)
    }

    /// Notes that the money has gone; it has, too, when a bank sent it back before we heard of it.
    private static func book(
        _ refund: RefundRecord,
        _ gatewayID: String?,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.markSucceeded(refund.id, gatewayID: gatewayID, now: now)
        try Ledger.post(
            refund.posting,
            cause: refund.id,
            customer: refund.customer,
            session,
            ids: services.ids,
            now: now
        )
        try followUnplaced(refund, because: "", session, services, now: now)
    }

    /// What went back, or failed to, of money that could not be placed decides whether it waits.
    private static func followUnplaced(
        _ refund: RefundRecord,
        because reason: String,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard refund.source == .suspense else { return }
        try ParkedPayments.follow(
            refund.payment,
            waitingBecause: reason,
            session,
            services,
            now: now
        )
    }

    /// What the processor keeps for a refund, which is mostly nothing.
    private static func keepFee(
        of refund: RefundRecord,
        _ move: BalanceMove,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let fee = move.money(move.fee), let taken = move.money(-move.amount) else { return }
        try session.store(fee, move: move.id, of: refund.id)
        try post(.feeCharged(fee), refund, session, services, now: now)
        if taken.currency != refund.amount.currency,
            try session.store(taken, settling: refund.id)
        {
            let posting = Posting.refundSettled(refund.amount, as: taken)
            try post(posting, refund, session, services, now: now)
        }
    }

    /// What a refund had taken in another currency came back, at the rate of that day.
    ///
    /// - Throws: ``Core/RemoteFailure`` while the processor does not tell how much that was.
    private static func takeBackSettlement(
        of refund: RefundRecord,
        _ state: RefundState,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard refund.status == .succeeded, try session.isSettledElsewhere(refund.id) else { return }
        guard let move = state.failureMove, let returned = move.money(move.amount) else {
            throw RemoteFailure.unknown(message: "What came back of the refund is not known yet.")
        }
        try session.store(returned, returnedOf: refund.id)
        let posting = Posting.refundFailureSettled(refund.amount, as: returned)
        try post(posting, refund, session, services, now: now)
    }

    private static func post(
        _ posting: Posting,
        _ refund: RefundRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try Ledger.post(
            posting,
            cause: refund.id,
            customer: refund.customer,
            session,
            ids: services.ids,
            now: now
        )
    }

    private static func fail(
        _ refund: RefundRecord,
        because reason: String,
        _ gatewayID: String?,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.markFailed(refund.id, because: reason, gatewayID: gatewayID, now: now)
        if refund.status == .succeeded {
            try Ledger.post(
                refund.failurePosting,
                cause: refund.id,
                customer: refund.customer,
                session,
                ids: services.ids,
                now: now
            )
            try RefundMails.sendFailed(refund, session, services, now: now)
        }
        let words = "Its return failed: \(reason)"
        try followUnplaced(refund, because: words, session, services, now: now)
        try CreditPayouts.takeBack(refund, session, services, now: now)
        try record("payment.refund_failed", refund, session, now: now)
    }

    private static func record(
        _ action: String,
        _ refund: RefundRecord,
        _ session: Session,
        now: Date
    ) throws {
        try session.record(
            AuditEntry(
                Actor(.gateway, label: refund.channel.rawValue),
                action,
                refund.payment,
                customer: refund.customer,
                after: [
                    "refund": .string(refund.id.text),
                    "amount": .string(refund.amount.description),
                ]
            ),
            now: now
        )
    }
}
