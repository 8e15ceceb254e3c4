import Core
import Foundation
import Postgres

/// A refund as it is stored before the processor hears of it.
struct RefundRecord: Sendable {
    let id: ID<Refund>
    let payment: ID<Payment>
    /// Nil for a payment of an invoice without an order.
    let order: ID<Order>?
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
                SELECT greatest(
                    (\(Session.keptOfOrder("p.order_id")))
                    - (\(Session.creditSpentOnOrder("p.order_id"))), 0
                ) AS amount
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
            SELECT \(RefundRecord.columns)
            WHERE payments.order_id = \(order.uuid) AND payments.status = 'succeeded'
                AND refunds.status <> 'failed'
            """,
            RefundRecord.init(row:)
        )
    }

    /// What an order that is undone cost for the names that the customer keeps.
    private static func keptOfOrder(_ order: SQL) -> SQL {
        """
        SELECT coalesce(sum(i.domain_amount_minor), 0)::bigint
        FROM order_items i JOIN order_steps s ON s.item_id = i.id
        WHERE i.order_id = \(order) AND s.name = 'domain' AND s.status = 'succeeded'
        """
    }

    private static func creditSpentOnOrder(_ order: SQL) -> SQL {
        """
        SELECT coalesce(sum(s.amount_minor), 0)::bigint
        FROM credit_spendings s JOIN invoices ON invoices.id = s.invoice_id
        WHERE invoices.order_id = \(order)
        """
    }

    /// What credit paid for an order, less the names that the customer keeps, which it pays first.
    func creditToReturn(of order: OrderRecord) throws -> Money {
        let id: SQL = "\(order.id.uuid)"
        return try one(
            """
            SELECT greatest(
                (\(Session.creditSpentOnOrder(id))) - (\(Session.keptOfOrder(id))), 0
            ) AS amount
            """
        ) { try $0.money("amount", order.total.currency) }
    }

    /// What arrived with a payment and could not be placed; nil when nothing did.
    func unplacedAmount(of payment: ID<Payment>) throws -> Money? {
        try first(
            """
            SELECT -amount_minor AS amount_minor, currency FROM ledger_entries
            WHERE transaction_id = (
                    SELECT id FROM ledger_transactions
                    WHERE kind = 'payment_unplaced' AND cause_id = \(payment.uuid)
                ) AND amount_minor < 0
            """
        ) { try $0.money("amount_minor", try $0.currency("currency")) }
    }

    /// The refund of a payment that could not be placed, stored at the first call; nil when there
    /// is nothing to give back.
    func claimReturn(
        _ id: ID<Refund>,
        of payment: ID<Payment>,
        now: Date
    ) throws -> RefundRecord? {
        guard let record = try lockPayment(payment), record.status == .attention,
            record.intentID != nil, let amount = try unplacedAmount(of: payment)
        else { return nil }
        try run(
            """
            INSERT INTO refunds (
                id, payment_id, customer_id, amount_minor, currency, reason, status,
                idempotency_key, created_at
            )
            SELECT \(id.uuid), \(payment.uuid), \(record.customer.uuid), \(amount.minorUnits),
                \(amount.currency.code), 'The payment could not be placed.', 'created',
                \("ref-\(id.text)"), \(now)
            WHERE NOT EXISTS (
                SELECT FROM refunds WHERE payment_id = \(payment.uuid) AND status <> 'failed'
            )
            """
        )
        return try first(
            """
            SELECT \(RefundRecord.columns)
            WHERE payment_id = \(payment.uuid) AND refunds.status <> 'failed'
            """,
            RefundRecord.init(row:)
        )
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

extension RefundRecord {
    fileprivate static let columns: SQL = """
        refunds.id, payment_id, order_id, refunds.customer_id, gateway_intent_id,
        refunds.amount_minor, refunds.currency, refunds.idempotency_key, gateway_refund_id,
        refunds.status
        FROM refunds JOIN payments ON payments.id = payment_id
        """

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            payment: try row.id("payment_id"),
            order: try row.optionalID("order_id"),
            customer: try row.id("customer_id"),
            intent: try row.get("gateway_intent_id"),
            amount: try row.money("amount_minor", try row.currency("currency")),
            key: try row.get("idempotency_key"),
            gatewayID: try row.optional("gateway_refund_id"),
            isDone: try row.get("status", as: String.self) == "succeeded"
        )
    }
}
