import Core
import Postgres

extension Invariant {
    /// Money that customers have with us, and what became of it.
    static let credits: [Invariant] = [
        remaindersAreBooked, withinItsAmount, creditFitsInvoices, spendingsArePosted,
        payoutsAreSent, wonIsGivenBack,
    ]

    private static let remaindersAreBooked = Invariant(
        "credit.remainders_are_booked",
        "What is left of a customer's credits is what the books say the customer has with us.",
        of: .of(Customer.self),
        """
        SELECT customer_id::text AS id
        FROM (
            SELECT customer_id, currency, amount_minor AS amount FROM credits
            UNION ALL
            SELECT c.customer_id, currency, -s.amount_minor
            FROM credit_spendings s JOIN credits c ON c.id = credit_id
            UNION ALL
            SELECT customer_id, a.currency, e.amount_minor
            FROM ledger_entries e JOIN ledger_accounts a ON a.id = account_id
            WHERE kind = 'customer_credit'
        ) moves
        GROUP BY customer_id, currency HAVING sum(amount) <> 0
        """
    )

    private static let withinItsAmount = Invariant(
        "credit.within_its_amount",
        "No more of a credit is spent, or kept for orders that are being paid, than it is.",
        of: .of(Credit.self),
        """
        SELECT c.id::text AS id
        FROM credits c JOIN (
            SELECT credit_id, amount_minor AS amount FROM credit_spendings
            UNION ALL
            SELECT credit_id, h.amount_minor
            FROM credit_holds h JOIN payments p ON p.id = payment_id
            WHERE status IN ('created', 'open', 'processing')
        ) parts ON credit_id = c.id
        GROUP BY c.id HAVING sum(amount) > amount_minor
        """
    )

    private static let creditFitsInvoices = Invariant(
        "credit.fits_invoice",
        "Credit pays for invoices of its customer and its currency.",
        of: .of(CreditUse.self),
        """
        SELECT s.id::text AS id FROM credit_spendings s
        JOIN credits c ON c.id = credit_id LEFT JOIN invoices i ON i.id = invoice_id
        WHERE s.customer_id <> c.customer_id OR kind = 'invoice' AND (
            i.id IS NULL OR i.customer_id <> c.customer_id OR i.currency <> c.currency
        )
        """
    )

    private static let payoutsAreSent = Invariant(
        "credit.payout_is_sent",
        "Credit that is paid out is taken of credits, and goes to cards or has left the bank.",
        of: .of(CreditPayout.self),
        """
        SELECT o.id::text AS id FROM credit_payouts o
        LEFT JOIN (
            SELECT payout_id, sum(amount_minor) AS amount FROM credit_spendings GROUP BY 1
        ) taken ON payout_id = o.id
        LEFT JOIN (
            SELECT credit_payout_id, sum(amount_minor) AS amount FROM refunds GROUP BY 1
        ) refunded ON credit_payout_id = o.id
        LEFT JOIN (
            SELECT cause_id, -sum(amount_minor) AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'clearing'
            WHERE t.kind = 'credit_sent' GROUP BY 1
        ) sent ON cause_id = o.id
        WHERE taken.amount IS DISTINCT FROM amount_minor
            OR CASE way WHEN 'card' THEN refunded.amount ELSE sent.amount END
                IS DISTINCT FROM amount_minor
        """
    )

    private static let wonIsGivenBack = Invariant(
        "credit.won_is_given_back",
        "What was written off for a dispute that was won is credit again.",
        of: .of(CreditUse.self),
        """
        SELECT s.id::text AS id
        FROM credit_spendings s JOIN disputes d ON d.id = dispute_id
        LEFT JOIN credits c ON c.source = 'dispute_won' AND c.cause_id = s.id
        WHERE d.status IN ('won', 'closed')
            AND c.amount_minor IS DISTINCT FROM s.amount_minor
        """
    )

    private static let spendingsArePosted = Invariant(
        "credit.spending_is_posted",
        "What a credit has paid, and what was taken back of it, stands in the books.",
        of: .of(CreditUse.self),
        """
        SELECT s.id::text AS id
        FROM credit_spendings s LEFT JOIN (
            SELECT cause_id, t.kind, sum(e.amount_minor) AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'customer_credit'
            WHERE t.kind IN (
                'credit_spent', 'credit_expired', 'credit_paid_out', 'credit_written_off'
            ) GROUP BY 1, 2
        ) posted ON cause_id = s.id
        WHERE amount IS DISTINCT FROM amount_minor
            OR posted.kind <> CASE s.kind WHEN 'invoice' THEN 'credit_spent'
                WHEN 'refund' THEN 'credit_paid_out'
                WHEN 'dispute' THEN 'credit_written_off' ELSE 'credit_expired' END
        """
    )
}
