import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Money that goes back to a payer.
package struct Refunds: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Gives the payment of an order back, once, but for the names that the customer keeps.
    ///
    /// - Returns: whether the money has gone back; false while the processor works on it.
    func refundOrder(_ order: ID<Order>, reason: String) async throws -> Bool {
        let now = services.clock.now
        let id = ID<Refund>(services.ids.next())
        let refund = try await services.database.transaction(for: .system) { session in
            try session.claimRefund(id, ofOrder: order, reason: reason, now: now)
        }
        // An order that cost nothing has no payment to give back.
        guard let refund else { return true }
        return try await carryOut(refund, by: .undoOrder) { session, services in
            try Ledger.post(
                .refunded(refund.amount),
                cause: refund.id,
                customer: refund.customer,
                session,
                ids: services.ids,
                now: now
            )
        }
    }

    /// Begins to give money back that could not be placed.
    ///
    /// - Throws: a conflict when the payment holds no such money.
    func beginReturn(of payment: ID<Payment>, actor: Actor) async throws {
        let now = services.clock.now
        let ids = services.ids
        try await services.database.transaction(for: .system) { session in
            let record = try session.lockPayment(payment).orThrow(Problem.notFound)
            guard record.status == .attention,
                let amount = try session.unplacedAmount(of: payment)
            else { throw Problem.nothingToReturn }
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
        let refund = try await services.database.transaction(for: .system) { session in
            try session.claimReturn(id, of: payment, now: now)
        }
        guard let refund else { return .done }
        let isDone = try await carryOut(refund, by: .returnPayment) { session, services in
            try session.setStatus(.returned, of: payment, intent: nil, now: now)
            try Ledger.post(
                .unplacedReturned(refund.amount),
                cause: refund.id,
                customer: refund.customer,
                session,
                ids: services.ids,
                now: now
            )
        }
        return isDone ? .done : .later(seconds: 5, reason: "the refund is on its way")
    }

    /// Has a stored refund made, and books it in the transaction that stores its success.
    ///
    /// - Returns: whether the money has gone back; false while the processor works on it.
    private func carryOut(
        _ refund: RefundRecord,
        by job: JobKind,
        booking book: @escaping @Sendable (Session, Services) throws -> Void
    ) async throws -> Bool {
        if refund.isDone { return true }
        let state = try await ask(refund)
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try session.storeRefund(refund.id, state, now: now)
            guard state.status == .succeeded else { return }
            try book(session, services)
            try session.record(
                AuditEntry(
                    .job(job),
                    "payment.refund",
                    refund.payment,
                    customer: refund.customer,
                    after: ["amount": .string(refund.amount.description)]
                ),
                now: now
            )
        }
        switch state.status {
        case .succeeded: return true
        case .pending, .requiresAction, .other: return false
        case .failed, .canceled:
            // The next attempt is a new refund with a key of its own.
            throw RemoteFailure.refused(code: "refund", message: "The refund failed.")
        }
    }

    /// Makes a refund, or asks how one stands that was made: making it again would only bring back
    /// the first answer.
    private func ask(_ refund: RefundRecord) async throws -> RefundState {
        if let id = refund.gatewayID { return try await services.payments.refund(id) }
        return try await services.payments.refund(
            RefundRequest(
                intent: refund.intent,
                amount: refund.amount,
                metadata: refund.metadata
            ),
            key: refund.key
        )
    }
}

extension RefundRecord {
    /// What the processor keeps with it, to find ours again.
    fileprivate var metadata: [String: String] {
        var metadata = ["refund_id": id.text]
        metadata["order_id"] = order?.text
        return metadata
    }
}

extension Problem {
    static let nothingToReturn = Problem.conflict(
        "nothing_to_return",
        "The payment holds no money that could not be placed."
    )
}
