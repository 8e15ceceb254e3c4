import Core
import Foundation
import Postgres

/// A refund as it is stored before the processor hears of it.
struct RefundRecord: Sendable {
    let id: ID<Refund>
    let customer: ID<Customer>
    let intent: String
    let amount: Money
    let key: String
    /// The processor's name for it, once it has answered.
    let gatewayID: String?
    let isDone: Bool
}

extension Session {
    /// The refund of an order's payment, stored at the first call; nil when nothing is to be given
    /// back. Names that were registered stay the customer's, and so does what they cost.
    func claimRefund(
        _ id: ID<Refund>,
        ofOrder order: ID<Order>,
        reason: String,
        now: Date
    ) throws -> RefundRecord? {
        // Two claims of one order at once must not make two refunds.
        try run("SELECT 1 FROM orders WHERE id = \(order.uuid) FOR UPDATE")
        try run(
            """
            INSERT INTO refunds (
                id, payment_id, customer_id, amount_minor, currency, reason, status,
                idempotency_key, created_at
            )
            SELECT \(id.uuid), p.id, p.customer_id, p.amount_minor - kept.amount, p.currency,
                \(reason), 'created', \("ref-\(id.text)"), \(now)
            FROM payments p, LATERAL (
                SELECT coalesce(sum(i.domain_amount_minor), 0)::bigint AS amount
                FROM order_items i JOIN order_steps s ON s.item_id = i.id
                WHERE i.order_id = p.order_id AND s.name = 'domain' AND s.status = 'succeeded'
            ) kept
            WHERE p.order_id = \(order.uuid) AND p.status = 'succeeded'
                AND p.amount_minor > kept.amount
                AND NOT EXISTS (
                    SELECT FROM refunds r WHERE r.payment_id = p.id AND r.status <> 'failed'
                )
            """
        )
        return try first(
            """
            SELECT refunds.id, refunds.customer_id, gateway_intent_id, refunds.amount_minor,
                refunds.currency, refunds.idempotency_key, gateway_refund_id, refunds.status
            FROM refunds JOIN payments ON payments.id = payment_id
            WHERE payments.order_id = \(order.uuid) AND refunds.status <> 'failed'
            """
        ) { row in
            RefundRecord(
                id: try row.id("id"),
                customer: try row.id("customer_id"),
                intent: try row.get("gateway_intent_id"),
                amount: try row.money("amount_minor", try row.currency("currency")),
                key: try row.get("idempotency_key"),
                gatewayID: try row.optional("gateway_refund_id"),
                isDone: try row.get("status", as: String.self) == "succeeded"
            )
        }
    }

    func storeRefund(_ id: ID<Refund>, _ state: RefundState, now: Date) throws {
        let status =
            switch state.status {
            case .succeeded: "succeeded"
            case .failed, .canceled: "failed"
            case .pending, .requiresAction, .other: "pending"
            }
        let isEnd = status != "pending"
        try run(
            """
            UPDATE refunds SET status = \(status), gateway_refund_id = \(state.id),
                finished_at = CASE WHEN \(isEnd) THEN \(now)::timestamptz END
            WHERE id = \(id.uuid)
            """
        )
    }

    /// Marks what was delivered of an order as taken back; a domain name stays delivered.
    func compensateSteps(of order: ID<Order>, now: Date) throws {
        try run(
            """
            UPDATE order_steps SET status = 'compensated', finished_at = \(now)
            WHERE order_id = \(order.uuid) AND NOT (name = 'domain' AND status = 'succeeded')
                AND status <> 'skipped'
            """
        )
    }
}
