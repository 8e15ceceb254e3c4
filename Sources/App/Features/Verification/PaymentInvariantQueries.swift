import Core
import Postgres

extension Invariant {
    /// Money that came, and money that went back.
    static let payments: [Invariant] = [
        oneCapturePerInvoice, gatewayNamesOnce, paymentsFitInvoices, capturesArePosted,
        refundsWithinPayments, refundsArePosted,
    ]

    private static let oneCapturePerInvoice = Invariant(
        "payment.within_invoice",
        "The payments that succeeded bring no more than their invoice asks for.",
        of: .of(Invoice.self),
        """
        SELECT invoice_id::text AS id FROM payments p JOIN invoices i ON i.id = invoice_id
        WHERE p.status = 'succeeded' GROUP BY invoice_id, total_minor
        HAVING sum(amount_minor - excess_minor) > total_minor
        """
    )

    private static let gatewayNamesOnce = Invariant(
        "payment.known_once",
        "A payment at the processor belongs to one payment of ours.",
        of: .of(Payment.self),
        """
        SELECT max(id::text) AS id
        FROM payments, unnest(ARRAY[gateway_checkout_id, gateway_intent_id]) AS remote
        WHERE remote IS NOT NULL GROUP BY gateway, remote HAVING count(*) > 1
        """
    )

    private static let paymentsFitInvoices = Invariant(
        "payment.fits_invoice",
        "A payment is of the customer, the order and the currency of its invoice.",
        of: .of(Payment.self),
        """
        SELECT p.id::text AS id FROM payments p LEFT JOIN invoices i ON i.id = invoice_id
        WHERE i.id IS NULL OR p.customer_id <> i.customer_id OR p.currency <> i.currency
            OR p.order_id IS DISTINCT FROM i.order_id OR p.amount_minor <= 0
        """
    )

    private static let capturesArePosted = Invariant(
        "payment.captured_is_posted",
        "A payment that succeeded, and no other, stands in the books with its amount.",
        of: .of(Payment.self),
        """
        SELECT p.id::text AS id FROM payments p
        LEFT JOIN (
            SELECT cause_id, e.currency, sum(amount_minor) AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'clearing'
            WHERE t.kind IN ('payment_captured', 'payment_reversed') GROUP BY 1, 2
        ) posted ON cause_id = p.id
        WHERE posted.currency <> p.currency OR coalesce(amount, 0)
            <> CASE status WHEN 'succeeded' THEN amount_minor ELSE 0 END
        """
    )

    /// A payment that could not be placed brought what the books say, whatever it should have been.
    private static let refundsWithinPayments = Invariant(
        "refund.within_payment",
        "No more goes back than a payment has brought, and in the same currency.",
        of: .of(Payment.self),
        """
        SELECT p.id::text AS id
        FROM (
            SELECT payment_id, currency, sum(amount_minor) AS returned FROM refunds
            WHERE status <> 'failed' GROUP BY 1, 2
        ) refunds
        JOIN payments p ON p.id = payment_id
        LEFT JOIN (
            SELECT cause_id, e.currency, -sum(amount_minor) AS arrived
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'suspense'
            WHERE t.kind = 'payment_unplaced' GROUP BY 1, 2
        ) unplaced ON cause_id = p.id AND unplaced.currency = refunds.currency
        WHERE returned > CASE
            WHEN status <> 'succeeded' THEN coalesce(arrived, 0)
            WHEN refunds.currency = p.currency THEN p.amount_minor
            ELSE 0
        END
        """
    )

    private static let refundsArePosted = Invariant(
        "refund.success_is_posted",
        "A refund that reached the payer, and no other, stands in the books with its amount; one "
            + "that failed afterwards was taken back there.",
        of: .of(Refund.self),
        """
        SELECT r.id::text AS id FROM refunds r
        LEFT JOIN (
            SELECT cause_id, e.currency, -sum(amount_minor) AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'clearing'
            WHERE t.kind IN (
                'refund', 'unplaced_returned', 'refund_failed', 'unplaced_return_failed'
            ) GROUP BY 1, 2
        ) posted ON cause_id = r.id
        WHERE posted.currency <> r.currency OR coalesce(amount, 0)
            <> CASE status WHEN 'succeeded' THEN amount_minor ELSE 0 END
        """
    )
}
