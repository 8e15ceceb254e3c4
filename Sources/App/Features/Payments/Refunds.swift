package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Money that goes back to a payer.
///
/// A refund is stored first, under its payment's lock, so that no more goes back than came. A job
/// has it made, and what the processor says of it, now or months later, ends in
/// ``RefundSettlements``.
package struct Refunds: Sendable {
    let services: Services

    package init(_ services: Services) { self.services = services }

    /// A refund that somebody asks for.
    package struct Wish: Sendable {
        /// Nil for all that is left.
        package let amount: Money?
        package let reason: String
        /// Given by a form that may be sent twice.
        package let id: ID<Refund>?
        /// The key of a request that may be sent again because nobody answered.
        package let key: String?

        package init(
            amount: Money?,
            reason: String,
            id: ID<Refund>? = nil,
            key: String? = nil
        ) {
            self.amount = amount
            self.reason = reason
            self.id = id
            self.key = key
        }
    }

    /// Begins to give money of a payment back, all that is left or a part.
    ///
    /// - Throws: a ``Web/Problem`` when nothing, or not this much, can be given back.
    package func begin(
        _ payment: ID<Payment>,
        _ wish: Wish,
        actor: Actor
    ) async throws -> RefundRecord {
        let services = services
        let now = services.clock.now
        let id = wish.id ?? ID<Refund>(services.ids.next())
        let refund = try await services.database.transaction(for: .system) { session in
            let record = try session.lockPayment(payment).orThrow(Problem.notFound)
            if let known = try session.refund(id) {
                guard known.payment == payment else { throw Problem.notFound }
                return known
            }
            if let key = wish.key, let known = try session.refund(of: payment, askedWith: key) {
                return known
            }
            try session.lockSubscriptions(on: record.invoice)
            let amount = try Refunds.amount(wish.amount, of: record, session)
            try session.store(
                NewRefund(
                    id: id,
                    payment: record,
                    amount: amount,
                    reason: wish.reason,
                    kind: .staff,
                    source: .refunds,
                    askedWith: wish.key
                ),
                now: now
            )
            if record.channel == .stripe {
                try Refunds.enqueue(id, of: record, session, services, now: now)
            } else {
                try RefundSettlements.apply(.paidByHand, to: id, session, services, now: now)
            }
            try session.record(
                AuditEntry(
                    actor,
                    "payment.ask_refund",
                    payment,
                    customer: record.customer,
                    after: [
                        "refund": .string(id.text), "amount": .string(amount.description),
                        "reason": .string(wish.reason),
                    ]
                ),
                now: now
            )
            return try session.refund(id).orThrow(Problem.notFound)
        }
        services.faults.reach(.refundStored)
        return refund
    }

    /// How much goes back: what was asked for, when the payment has it.
    private static func amount(
        _ wanted: Money?,
        of payment: PaymentRecord,
        _ session: Session
    ) throws -> Money {
        guard payment.status == .succeeded else { throw Problem.paymentNotRefundable }
        guard try !session.isDisputed(payment.id) else { throw Problem.paymentIsDisputed }
        let refundable = try session.refundable(payment)
        guard refundable.remaining.isPositive else { throw Problem.nothingToRefund }
        let amount = wanted ?? refundable.remaining
        switch refundable.refusal(of: amount) {
        case nil: return amount
        case .notPositive: throw Problem.invalid("amount", "out_of_range", "Must be more than 0.")
        case .otherCurrency:
            throw Problem.invalid(
                "amount",
                "other_currency",
                "The payment was made in \(payment.amount.currency.code)."
            )
        case .notMultiple(let step):
            throw Problem.invalid(
                "amount",
                "not_chargeable",
                "Must be a multiple of \(step) minor units."
            )
        case .tooMuch(let most):
            throw Problem.invalid(
                "amount",
                "out_of_range",
                "At most \(most.label) can be given back."
            )
        }
    }

    static func enqueue(
        _ id: ID<Refund>,
        of payment: PaymentRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.enqueue(
            NewJob(
                .refundPayment,
                payload: ["refund": .string(id.text)],
                dedupKey: id.text,
                orderID: payment.order
            ),
            ids: services.ids,
            now: now
        )
    }

    /// Gives the payment of an order back, once, but for what went back before and for the names
    /// that the customer keeps.
    ///
    /// - Returns: nil when the money has gone back, and when to come again while it has not.
    func refundOrder(_ order: ID<Order>, reason: String) async throws -> JobOutcome? {
        let now = services.clock.now
        let id = ID<Refund>(services.ids.next())
        let refund = try await services.database.transaction(for: .system) { session in
            try session.claimRefund(id, ofOrder: order, reason: reason, now: now)
        }
        // An order that cost nothing has no payment to give back.
        guard let refund else { return nil }
        return try await carryOutWhole(refund)
    }

    /// Begins to give money back that could not be placed. A payment that has brought none, because
    /// what it brought was of the other mode, ends with that, so that its bill can be paid.
    ///
    /// - Throws: a conflict when the payment holds no such money.
    func beginReturn(of payment: ID<Payment>, actor: Actor) async throws {
        let now = services.clock.now
        let ids = services.ids
        try await services.database.transaction(for: .system) { session in
            let record = try session.lockPayment(payment).orThrow(Problem.notFound)
            guard record.status == .attention else { throw Problem.nothingToReturn }
            guard try session.unplacedAmount(of: payment) != nil else {
                return try session.end(record, by: actor, now: now)
            }
            guard try !session.isKeptFromReturn(payment) else { throw Problem.moneyIsDisputed }
            guard let amount = try session.unplacedRest(of: payment) else {
                throw Problem.moneyIsOnItsWay
            }
            try session.enqueue(
                NewJob(
                    .returnPayment,
                    payload: ["payment": .string(payment.text)],
                    dedupKey: payment.text,
                    orderID: record.order
                ),
                ids: ids,
                now: now
            )
            try session.record(
                AuditEntry(
                    actor,
                    "payment.return",
                    payment,
                    customer: record.customer,
                    after: ["amount": .string(amount.description)]
                ),
                now: now
            )
        }
    }

    /// The job that gives money back that could not be placed.
    func returnPayment(_ job: LeasedJob) async throws -> JobOutcome {
        let payment = try job.id("payment", of: Payment.self)
        let now = services.clock.now
        let id = ID<Refund>(services.ids.next())
        let (refund, waits) = try await services.database.transaction(for: .system) { session in
            let refund = try session.claimReturn(id, of: payment, now: now)
            let isWanted = try session.payment(payment)?.status == .attention
            return (refund, try isWanted && session.isDisputed(payment))
        }
        guard let refund else {
            return waits ? .later(seconds: 3_600, reason: "the payer's bank decides") : .done
        }
        return try await carryOutWhole(refund) ?? .done
    }

    /// The job that has a refund made and asks after it until it has ended.
    func refundPayment(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("refund", of: Refund.self)
        let stored = try await services.database.transaction(for: .system) {
            try $0.refund(id).orThrow(Problem.notFound)
        }
        return patience(with: try await carryOut(stored)) ?? .done
    }

    /// When to ask again after a refund, the more seldom the older it is; nil for one that ended.
    private func patience(with refund: RefundRecord) -> JobOutcome? {
        guard refund.status.isOnItsWay else { return nil }
        let age = services.clock.now.timeIntervalSince(refund.createdAt)
        return .later(seconds: min(3_600, max(5, age / 10)), reason: "the refund is on its way")
    }

    /// The same for a refund that something else waits for: a failure is an error, and the next
    /// attempt is a new refund with a key of its own.
    private func carryOutWhole(_ stored: RefundRecord) async throws -> JobOutcome? {
        let refund = try await carryOut(stored)
        guard refund.status != .failed else {
            throw RemoteFailure.refused(
                code: "refund",
                message: refund.failure ?? "The refund failed."
            )
        }
        return patience(with: refund)
    }

    /// Has a stored refund made, and settles it by what the processor says.
    private func carryOut(_ refund: RefundRecord) async throws -> RefundRecord {
        guard refund.status.isOnItsWay else { return refund }
        let report = try await ask(refund)
        services.faults.reach(.refundSent)
        let settled = try await RefundSettlements(services).settle(refund.id, report)
        services.faults.reach(.refundSettled)
        return settled
    }

    /// Makes a refund, or asks how one stands that was made: making it again would only bring back
    /// the first answer. One whose key is too old to be sent again is looked for.
    private func ask(_ refund: RefundRecord) async throws -> RefundReport {
        guard let intent = refund.intent else { return .failed("The payment has no name there.") }
        if let id = refund.gatewayID { return .state(try await services.payments.refund(id)) }
        let age = services.clock.now.timeIntervalSince(refund.createdAt)
        guard age < Checkouts.keySeconds else {
            let known = try await services.payments.listRefunds(intent: intent)
                .first { $0.metadata["refund_id"] == refund.id.text }
            return known.map { .state($0) } ?? .failed("The processor never heard of it.")
        }
        do {
            let request = RefundRequest(
                intent: intent,
                amount: refund.amount,
                metadata: refund.metadata
            )
            return .state(try await services.payments.refund(request, key: refund.key))
        } catch RemoteFailure.refused(let code, let message) {
            return .failed("\(code): \(message)")
        }
    }

    /// Notes that somebody has seen a refund that failed.
    func dealtWith(_ id: ID<Refund>, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let refund = try session.refund(id).orThrow(Problem.notFound)
            guard try session.markDealtWith(id, now: now) else { return }
            try session.record(
                AuditEntry(
                    actor,
                    "payment.refund_seen",
                    refund.payment,
                    customer: refund.customer,
                    after: ["refund": .string(id.text)]
                ),
                now: now
            )
        }
    }

    /// One refund as somebody may see it.
    package func show(_ id: ID<Refund>, for scope: Scope) async throws -> RefundRecord {
        try await services.database.transaction(for: scope) {
            try $0.refund(id).orThrow(Problem.notFound)
        }
    }

    /// Refunds newest first.
    package func list(
        _ filter: RefundFilter,
        for scope: Scope,
        before: ID<Refund>? = nil,
        most: Int
    ) async throws -> [RefundRecord] {
        try await services.database.transaction(for: scope) {
            try $0.refunds(filter, before: before, most: most)
        }
    }
}

extension Session {
    /// Ends a payment that staff were to look at and that has brought nothing.
    fileprivate func end(_ payment: PaymentRecord, by actor: Actor, now: Date) throws {
        try setStatus(
            .failed,
            of: payment.id,
            intent: nil,
            failure: payment.failure,
            now: now
        )
        try record(
            AuditEntry(
                actor,
                "payment.dismiss",
                payment.id,
                customer: payment.customer,
                before: ["reason": payment.failure.map { .string($0) } ?? .null]
            ),
            now: now
        )
    }
}

extension Problem {
    static let nothingToReturn = Problem.conflict(
        "nothing_to_return",
        "The payment holds no money that could not be placed."
    )
    static let paymentNotRefundable = Problem.conflict(
        "payment_not_refundable",
        "Only a payment that succeeded can be given back."
    )
    static let paymentIsDisputed = Problem.conflict(
        "payment_disputed",
        "The payer's bank disputes this payment. Nothing can be given back until it is decided."
    )
    static let nothingToRefund = Problem.conflict(
        "nothing_to_refund",
        "All of this payment was given back already, or is on its way."
    )
}
