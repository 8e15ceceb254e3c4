package import Core
import Foundation
import Postgres

/// A refund before it is stored.
struct NewRefund {
    let id: ID<Refund>
    let payment: PaymentRecord
    let amount: Money
    let reason: String
    let kind: RefundRecord.Kind
    let source: RefundRecord.Source
    /// The key of the request that asked for it.
    var askedWith: String?
    /// The credit that it sends back.
    var creditPayout: ID<CreditPayout>?
}

/// Which refunds to list.
package struct RefundFilter: Sendable {
    package var customer: ID<Customer>?
    package var payment: ID<Payment>?
    package var status: RefundRecord.Status?

    package init(
        customer: ID<Customer>? = nil,
        payment: ID<Payment>? = nil,
        status: RefundRecord.Status? = nil
    ) {
        self.customer = customer
        self.payment = payment
        self.status = status
    }
}

extension Session {
    func store(_ refund: NewRefund, now: Date) throws {
        try run(
            """
            INSERT INTO refunds (
                id, payment_id, customer_id, amount_minor, currency, reason, kind, source, status,
                idempotency_key, asked_with, credit_payout_id, created_at
            ) VALUES (
                \(refund.id.uuid), \(refund.payment.id.uuid), \(refund.payment.customer.uuid),
                \(refund.amount.minorUnits), \(refund.amount.currency.code), \(refund.reason),
                \(refund.kind.rawValue), \(refund.source.rawValue), 'created',
                \("ref-\(refund.id.text)"), \(refund.askedWith),
                \(refund.creditPayout?.uuid), \(now)
            )
            """
        )
    }

    /// The refund that was asked for with a key.
    func refund(of payment: ID<Payment>, askedWith key: String) throws -> RefundRecord? {
        try first(
            """
            SELECT \(RefundRecord.columns)
            WHERE payment_id = \(payment.uuid) AND asked_with = \(key)
            """,
            RefundRecord.init(row:)
        )
    }

    func refund(_ id: ID<Refund>) throws -> RefundRecord? {
        try first(
            "SELECT \(RefundRecord.columns) WHERE refunds.id = \(id.uuid)",
            RefundRecord.init(row:)
        )
    }

    /// The refund that the processor knows by this name.
    func refund(gatewayID: String) throws -> ID<Refund>? {
        try first("SELECT id FROM refunds WHERE gateway_refund_id = \(gatewayID)") {
            try $0.id("id")
        }
    }

    func refunds(
        _ filter: RefundFilter,
        before: ID<Refund>? = nil,
        most: Int
    ) throws -> [RefundRecord] {
        let (customer, payment) = (filter.customer?.uuid, filter.payment?.uuid)
        return try all(
            """
            SELECT \(RefundRecord.columns)
            WHERE (\(customer)::uuid IS NULL OR refunds.customer_id = \(customer))
                AND (\(payment)::uuid IS NULL OR payment_id = \(payment))
                AND (\(filter.status?.rawValue)::text IS NULL
                    OR refunds.status = \(filter.status?.rawValue))
                AND (\(before?.uuid)::uuid IS NULL OR refunds.id < \(before?.uuid))
            ORDER BY refunds.id DESC LIMIT \(most)
            """,
            RefundRecord.init(row:)
        )
    }

    /// The refunds of an order, oldest first.
    func refunds(of order: ID<Order>) throws -> [RefundRecord] {
        try all(
            "SELECT \(RefundRecord.columns) WHERE order_id = \(order.uuid) ORDER BY refunds.id",
            RefundRecord.init(row:)
        )
    }

    /// The refunds of an invoice's payments, oldest first.
    func refunds(of invoice: ID<Invoice>) throws -> [RefundRecord] {
        try all(
            "SELECT \(RefundRecord.columns) WHERE invoice_id = \(invoice.uuid) ORDER BY refunds.id",
            RefundRecord.init(row:)
        )
    }

    /// Refunds that failed and that nobody has looked at, newest first.
    func failedRefunds(most: Int) throws -> [RefundRecord] {
        try all(
            """
            SELECT \(RefundRecord.columns)
            WHERE refunds.status = 'failed' AND dealt_with_at IS NULL
            ORDER BY refunds.id DESC LIMIT \(most)
            """,
            RefundRecord.init(row:)
        )
    }

    /// A captured payment with what was, or may be, given back of it.
    func refundable(_ payment: PaymentRecord) throws -> RefundableAmount {
        let currency = payment.amount.currency
        let disputed = try disputedAmount(of: payment.id, currency)
        let (refunded, ofCredit) = try one(
            """
            SELECT coalesce(sum(amount_minor), 0)::bigint AS refunded,
                coalesce(sum(amount_minor) FILTER (WHERE kind = 'credit'), 0)::bigint AS of_credit
            FROM refunds
            WHERE payment_id = \(payment.id.uuid) AND status <> 'failed'
                AND currency = \(currency.code)
            """
        ) { (try $0.money("refunded", currency), try $0.money("of_credit", currency)) }
        let left = payment.amount - payment.excess - (refunded - ofCredit) - disputed
        let onInvoice = try notGivenBack(of: payment.invoice)
        let short = onInvoice.minorUnits < left.minorUnits ? left - onInvoice : .zero(currency)
        // What became credit and was sent back is gone once, not twice.
        let credited = payment.excess + short - ofCredit
        return RefundableAmount(
            captured: payment.amount,
            refunded: refunded,
            disputed: disputed,
            credited: credited.minorUnits > 0 ? credited : .zero(currency)
        )
    }

    /// The refund of an order's payment, stored at the first call; nil when nothing is to be given
    /// back. Names that were registered stay the customer's, and so does what they cost. What came
    /// another way than through the processor is sent back by staff.
    func claimRefund(
        _ id: ID<Refund>,
        ofOrder order: ID<Order>,
        reason: String,
        now: Date
    ) throws -> RefundRecord? {
        guard let payment = try lockSucceededPayment(of: order),
            let invoice = try invoice(payment.invoice)
        else { return nil }
        let claimed = try first(
            """
            SELECT \(RefundRecord.columns)
            WHERE payment_id = \(payment.id.uuid) AND refunds.kind = 'undo'
                AND refunds.status <> 'failed'
            """,
            RefundRecord.init(row:)
        )
        if let claimed { return claimed }
        guard try !isChargedBack(payment.id) else { return nil }
        let most = try refundable(payment).remaining
        let wanted = try notGivenBack(of: invoice.id) - keptAmount(of: invoice)
        let left = most.minorUnits < wanted.minorUnits ? most : wanted
        guard left.isPositive else { return nil }
        try store(
            NewRefund(
                id: id,
                payment: payment,
                amount: left,
                reason: reason,
                kind: .undo,
                source: .refunds
            ),
            now: now
        )
        return try refund(id)
    }

    private func lockSucceededPayment(of order: ID<Order>) throws -> PaymentRecord? {
        try first(
            """
            SELECT \(PaymentRecord.columns) FROM payments
            WHERE order_id = \(order.uuid) AND status = 'succeeded' AND gateway = 'stripe'
            FOR UPDATE
            """,
            PaymentRecord.init(row:)
        )
    }

    /// What is left of what the invoice of an undone order charged for names that the customer
    /// keeps, with discount and tax.
    private func keptAmount(of invoice: InvoiceRecord) throws -> Money {
        let kept = Set(
            try all(
                """
                SELECT l.id FROM invoice_lines l JOIN order_steps s ON s.item_id = l.order_item_id
                WHERE l.invoice_id = \(invoice.id.uuid) AND l.kind = 'domain'
                    AND s.name = 'domain' AND s.status = 'succeeded'
                """
            ) { try $0.id("id", of: InvoiceLine.self) }
        )
        return try creditableLines(of: invoice).filter { kept.contains($0.id) }.map(\.remaining)
            .sum(invoice.total.currency)
    }

    /// What is to become credit of an order that is undone, once its payment went back: what credit
    /// had paid, which pays first for the names that the customer keeps, and what no card takes
    /// back.
    func creditToReturn(of invoice: InvoiceRecord) throws -> Money {
        let currency = invoice.total.currency
        let spent = try one(
            """
            SELECT coalesce(sum(amount_minor), 0)::bigint AS amount
            FROM credit_spendings WHERE invoice_id = \(invoice.id.uuid)
            """
        ) { try $0.money("amount", currency) }
        // What no card takes back any more because a bank took a part of it.
        let stuck = try payments(of: invoice.id)
            .filter { try $0.status == .succeeded && $0.channel == .stripe && isChargedBack($0.id) }
            .map { try refundable($0).remaining }.sum(currency)
        let kept = try keptAmount(of: invoice)
        let left = try notGivenBack(of: invoice.id)
        let most = spent + stuck
        return (left.minorUnits < most.minorUnits ? left : most) - kept
    }

    func markPending(_ id: ID<Refund>, gatewayID: String) throws {
        try run(
            """
            UPDATE refunds SET status = 'pending', gateway_refund_id = \(gatewayID)
            WHERE id = \(id.uuid) AND status IN ('created', 'pending')
            """
        )
    }

    func markSucceeded(_ id: ID<Refund>, gatewayID: String?, now: Date) throws {
        try run(
            """
            UPDATE refunds SET status = 'succeeded', succeeded_at = \(now), finished_at = \(now),
                gateway_refund_id = coalesce(\(gatewayID), gateway_refund_id)
            WHERE id = \(id.uuid) AND status IN ('created', 'pending')
            """
        )
    }

    func markFailed(
        _ id: ID<Refund>,
        because reason: String,
        gatewayID: String?,
        now: Date
    ) throws {
        try run(
            """
            UPDATE refunds SET status = 'failed', failure = \(reason), finished_at = \(now),
                gateway_refund_id = coalesce(\(gatewayID), gateway_refund_id)
            WHERE id = \(id.uuid)
            """
        )
    }

    /// Whether it had failed and was not seen before.
    func markDealtWith(_ id: ID<Refund>, now: Date) throws -> Bool {
        try run(
            """
            UPDATE refunds SET dealt_with_at = \(now)
            WHERE id = \(id.uuid) AND status = 'failed' AND dealt_with_at IS NULL
            """
        ) > 0
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
    static let columns: SQL = """
        refunds.id, payment_id, order_id, invoice_id, refunds.customer_id, gateway,
        gateway_intent_id, refunds.amount_minor, refunds.currency, refunds.reason, refunds.kind,
        refunds.source, refunds.status, refunds.idempotency_key, gateway_refund_id,
        refunds.failure, refunds.created_at, succeeded_at, finished_at, dealt_with_at
        FROM refunds JOIN payments ON payments.id = payment_id
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            payment: try row.id("payment_id"),
            order: try row.optionalID("order_id"),
            invoice: try row.id("invoice_id"),
            customer: try row.id("customer_id"),
            channel: try row.choice("gateway"),
            intent: try row.optional("gateway_intent_id"),
            amount: try row.money("amount_minor", try row.currency("currency")),
            reason: try row.get("reason"),
            kind: try row.choice("kind"),
            source: try row.choice("source"),
            status: try row.choice("status"),
            key: try row.get("idempotency_key"),
            gatewayID: try row.optional("gateway_refund_id"),
            failure: try row.optional("failure"),
            createdAt: try row.get("created_at"),
            succeededAt: try row.optional("succeeded_at"),
            finishedAt: try row.optional("finished_at"),
            dealtWithAt: try row.optional("dealt_with_at")
        )
    }
}
