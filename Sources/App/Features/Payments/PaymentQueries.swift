import Core
import Foundation
import Postgres
import Wire

extension Session {
    func store(
        _ kind: PaymentRecord.Kind,
        payment: ID<Payment>,
        for payable: Payable,
        parameters: PaymentParameters,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO payments (
                id, customer_id, order_id, invoice_id, gateway, kind, status, amount_minor,
                currency, idempotency_key, parameters, created_at
            ) VALUES (
                \(payment.uuid), \(payable.customer.uuid), \(payable.order?.uuid),
                \(payable.invoice.uuid), 'stripe', \(kind.rawValue), 'created',
                \(payable.amount.minorUnits), \(payable.amount.currency.code),
                \("pay-\(payment.text)"),
                \(try JSONText(encoding: parameters)), \(now)
            )
            """
        )
    }

    func payment(_ id: ID<Payment>) throws -> PaymentRecord? {
        try first(
            "SELECT \(PaymentRecord.columns) FROM payments WHERE id = \(id.uuid)",
            PaymentRecord.init(row:)
        )
    }

    func lockPayment(_ id: ID<Payment>) throws -> PaymentRecord? {
        try first(
            "SELECT \(PaymentRecord.columns) FROM payments WHERE id = \(id.uuid) FOR UPDATE",
            PaymentRecord.init(row:)
        )
    }

    /// The payment that may still bring money for an order.
    func paymentUnderWay(for order: ID<Order>) throws -> PaymentRecord? {
        try first(
            """
            SELECT \(PaymentRecord.columns) FROM payments
            WHERE order_id = \(order.uuid) AND status IN ('created', 'open', 'processing')
            """,
            PaymentRecord.init(row:)
        )
    }

    /// The payment that may still bring money for an invoice.
    func paymentUnderWay(for invoice: ID<Invoice>) throws -> PaymentRecord? {
        try first(
            """
            SELECT \(PaymentRecord.columns) FROM payments
            WHERE invoice_id = \(invoice.uuid) AND status IN ('created', 'open', 'processing')
            """,
            PaymentRecord.init(row:)
        )
    }

    func payments(of order: ID<Order>) throws -> [PaymentRecord] {
        try all(
            """
            SELECT \(PaymentRecord.columns) FROM payments
            WHERE order_id = \(order.uuid) ORDER BY id
            """,
            PaymentRecord.init(row:)
        )
    }

    func payments(of invoice: ID<Invoice>) throws -> [PaymentRecord] {
        try all(
            """
            SELECT \(PaymentRecord.columns) FROM payments
            WHERE invoice_id = \(invoice.uuid) ORDER BY id
            """,
            PaymentRecord.init(row:)
        )
    }

    /// The payment that the processor's object belongs to.
    func payment(checkoutID: String?, intentID: String?) throws -> ID<Payment>? {
        try first(
            """
            SELECT id FROM payments
            WHERE gateway_checkout_id = \(checkoutID) OR gateway_intent_id = \(intentID)
            """
        ) { ID(try $0.get("id")) }
    }

    /// Payments under way that nobody has asked after for a while, the longest forgotten first.
    func paymentsToAskAfter(uncheckedSince time: Date, most: Int) throws -> [ID<Payment>] {
        try all(
            """
            SELECT id FROM payments
            WHERE status IN ('created', 'open', 'processing')
                AND coalesce(checked_at, created_at) < \(time)
            ORDER BY coalesce(checked_at, created_at) LIMIT \(most)
            """
        ) { ID(try $0.get("id")) }
    }

    func storeCheckout(_ state: CheckoutState, of payment: ID<Payment>) throws {
        try run(
            """
            UPDATE payments SET gateway_checkout_id = \(state.id), checkout_url = \(state.url),
                gateway_intent_id = coalesce(gateway_intent_id, \(state.intent)),
                status = CASE WHEN status = 'created' THEN 'open' ELSE status END
            WHERE id = \(payment.uuid)
            """
        )
    }

    /// Notes when a charge is sent; each time is another one.
    func markSent(_ payment: ID<Payment>, now: Date) throws {
        try run(
            """
            UPDATE payments
            SET charge_sent_at = greatest(\(now), charge_sent_at + interval '1 microsecond')
            WHERE id = \(payment.uuid)
            """
        )
    }

    func markUnsent(_ payment: ID<Payment>) throws {
        try run("UPDATE payments SET charge_sent_at = NULL WHERE id = \(payment.uuid)")
    }

    func storeIntent(_ id: String, of payment: ID<Payment>) throws {
        try run(
            """
            UPDATE payments SET gateway_intent_id = \(id),
                status = CASE WHEN status = 'created' THEN 'open' ELSE status END
            WHERE id = \(payment.uuid)
            """
        )
    }

    func setStatus(
        _ status: PaymentRecord.Status,
        of payment: ID<Payment>,
        intent: String?,
        failure: String? = nil,
        now: Date
    ) throws {
        try run(
            """
            UPDATE payments SET status = \(status.rawValue), failure = \(failure),
                gateway_intent_id = coalesce(gateway_intent_id, \(intent)), checked_at = \(now),
                settled_at = CASE WHEN \(status == .succeeded) THEN \(now)::timestamptz END
            WHERE id = \(payment.uuid) AND status <> 'succeeded'
            """
        )
    }

    func markAskedAfter(_ payment: ID<Payment>, now: Date) throws {
        try run("UPDATE payments SET checked_at = \(now) WHERE id = \(payment.uuid)")
    }

    /// Whether money for an invoice arrived that somebody has to look at first.
    func hasPaymentInAttention(for invoice: ID<Invoice>) throws -> Bool {
        try exists(
            "SELECT 1 FROM payments WHERE invoice_id = \(invoice.uuid) AND status = 'attention'"
        )
    }
}

extension PaymentRecord {
    static let columns: SQL = """
        id, customer_id, order_id, invoice_id, gateway, kind, status, amount_minor, currency,
        idempotency_key, parameters::text AS parameters, gateway_checkout_id, gateway_intent_id,
        checkout_url, failure, reference, received_at, excess_minor, created_at,
        charge_sent_at, settled_at,
        (
            SELECT coalesce(sum(refunds.amount_minor), 0)::bigint FROM refunds
            WHERE refunds.payment_id = payments.id AND refunds.status = 'succeeded'
                AND refunds.currency = payments.currency
        ) AS refunded_minor
        """

    init(row: Row) throws {
        let parameters = try row.get("parameters", as: String.self)
        let currency = try row.currency("currency")
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            order: try row.optionalID("order_id"),
            invoice: try row.id("invoice_id"),
            channel: try row.choice("gateway"),
            kind: try row.choice("kind"),
            status: try row.choice("status"),
            amount: try row.money("amount_minor", currency),
            excess: try row.money("excess_minor", currency),
            refunded: try row.money("refunded_minor", currency),
            key: try row.get("idempotency_key"),
            parameters: try JSONDecoder().decode(
                PaymentParameters.self,
                from: Data(parameters.utf8)
            ),
            checkoutID: try row.optional("gateway_checkout_id"),
            intentID: try row.optional("gateway_intent_id"),
            checkoutURL: try row.optional("checkout_url"),
            failure: try row.optional("failure"),
            reference: try row.optional("reference"),
            receivedAt: try row.optional("received_at"),
            createdAt: try row.get("created_at"),
            chargeSentAt: try row.optional("charge_sent_at"),
            settledAt: try row.optional("settled_at")
        )
    }
}

extension JSONText {
    /// A value of ours as `jsonb`.
    init(encoding value: some Encodable) throws {
        self.init(String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
    }
}
