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
        if refund.isDone { return true }
        let state = try await ask(refund, of: order)
        let services = services
        try await services.database.transaction(for: .system) { session in
            try session.storeRefund(refund.id, state, now: now)
            guard state.status == .succeeded else { return }
            try Ledger.post(
                .refunded(refund.amount),
                cause: refund.id,
                customer: refund.customer,
                session,
                ids: services.ids,
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
    private func ask(_ refund: RefundRecord, of order: ID<Order>) async throws -> RefundState {
        if let id = refund.gatewayID { return try await services.payments.refund(id) }
        return try await services.payments.refund(
            RefundRequest(
                intent: refund.intent,
                amount: refund.amount,
                metadata: ["refund_id": refund.id.text, "order_id": order.text]
            ),
            key: refund.key
        )
    }
}
