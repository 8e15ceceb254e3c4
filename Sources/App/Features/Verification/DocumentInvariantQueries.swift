import Core
import Postgres

extension Invariant {
    /// Invoices: what was issued is as it was, and adds up.
    static let documents: [Invariant] = [
        totalsAreSums, linesMultiply, amountsFit, numbersFollowStatus, numbersAreGapless,
        numbersFollowTime, paidIsPayments, issuedIsPosted, voidedIsTakenBack, periodsBilledOnce,
        periodsWithoutHoles,
    ]

    private static let totalsAreSums = Invariant(
        "invoice.total_is_sum_of_lines",
        "An issued invoice asks for the sum of its lines, less discounts, with tax; what was given "
            + "back beyond that was carried to credit.",
        of: .of(Invoice.self),
        """
        SELECT i.id::text AS id FROM invoices i
        LEFT JOIN (
            SELECT invoice_id, sum(amount_minor) AS amount, sum(discount_minor) AS discount,
                sum(tax_minor) AS tax
            FROM invoice_lines GROUP BY 1
        ) lines ON invoice_id = i.id
        WHERE total_minor <> subtotal_minor - discount_minor
                + CASE WHEN is_tax_inclusive THEN 0 ELSE tax_minor END + carried_minor
            OR status <> 'draft' AND (subtotal_minor, discount_minor, tax_minor)
                IS DISTINCT FROM (coalesce(amount, 0), coalesce(discount, 0), coalesce(tax, 0))
        """
    )

    private static let linesMultiply = Invariant(
        "invoice.lines_multiply",
        "A line costs its quantity times its price; discount and tax have its sign, and no discount "
            + "is greater than it.",
        of: .of(InvoiceLine.self),
        """
        SELECT id::text AS id FROM invoice_lines
        WHERE amount_minor <> quantity * unit_minor OR quantity < 1
            OR unit_minor < 0 AND kind <> 'subscription'
            OR discount_minor NOT BETWEEN least(amount_minor, 0) AND greatest(amount_minor, 0)
            OR tax_minor <> 0 AND sign(tax_minor) <> sign(amount_minor)
        """
    )

    private static let amountsFit = Invariant(
        "invoice.amounts_are_possible",
        "No invoice asks for less than nothing, or was paid more than it asks for.",
        of: .of(Invoice.self),
        """
        SELECT id::text AS id FROM invoices
        WHERE total_minor < 0 OR carried_minor < 0 OR carried_minor > 0 AND total_minor > 0
            OR paid_minor < 0 OR credited_minor < 0 OR paid_minor + credited_minor > total_minor
        """
    )

    private static let numbersFollowStatus = Invariant(
        "invoice.numbered_when_issued",
        "An invoice has number, date, seller and buyer from its issue on, and a draft has none.",
        of: .of(Invoice.self),
        """
        SELECT id::text AS id FROM invoices
        WHERE num_nulls(number, number_text, series_id, issued_at, seller, buyer)
            <> CASE WHEN status = 'draft' THEN 6 ELSE 0 END
        """
    )

    private static let numbersAreGapless = Invariant(
        "invoice.numbers_without_gaps",
        "The numbers of a series are 1, 2, 3 and so on, each once, up to the next one.",
        """
        SELECT s.id FROM invoice_series s LEFT JOIN (
            SELECT series_id, number FROM invoices WHERE number IS NOT NULL
            UNION ALL SELECT series_id, number FROM credit_notes
        ) documents ON series_id = s.id
        GROUP BY s.id HAVING count(number) <> count(DISTINCT number)
            OR count(number) <> coalesce(max(number), 0)
            OR next_number <> coalesce(max(number), 0) + 1
        """
    )

    /// Two that are issued at once read the clock before one of them waits for the other; no
    /// transaction takes as long as a minute.
    private static let numbersFollowTime = Invariant(
        "invoice.numbers_follow_time",
        "A later number of a series was not issued earlier, to the minute.",
        of: .of(Invoice.self),
        """
        SELECT id::text AS id FROM (
            SELECT id, issued_at, lag(issued_at) OVER (PARTITION BY series_id ORDER BY number)
                AS before
            FROM (
                SELECT id, series_id, number, issued_at FROM invoices WHERE number IS NOT NULL
                UNION ALL SELECT id, series_id, number, issued_at FROM credit_notes
            ) documents
        ) series WHERE issued_at < before - interval '1 minute'
        """
    )

    private static let paidIsPayments = Invariant(
        "invoice.paid_is_payments",
        "What an invoice was paid is what its payments brought and what credit paid, and a paid "
            + "one lacks nothing.",
        of: .of(Invoice.self),
        """
        SELECT i.id::text AS id FROM invoices i
        LEFT JOIN (
            SELECT invoice_id, sum(amount_minor) AS brought FROM (
                SELECT invoice_id, amount_minor - excess_minor AS amount_minor
                FROM payments WHERE status = 'succeeded'
                UNION ALL
                SELECT invoice_id, amount_minor FROM credit_spendings WHERE kind = 'invoice'
            ) parts GROUP BY 1
        ) paid ON invoice_id = i.id
        WHERE paid_minor <> coalesce(brought, 0)
            OR status = 'paid' AND paid_minor + credited_minor <> total_minor
        """
    )

    private static let issuedIsPosted = Invariant(
        "invoice.issued_is_posted",
        "What an issued invoice asks for, its tax and what it carried to credit stand in the books; "
            + "a draft does not.",
        of: .of(Invoice.self),
        """
        SELECT i.id::text AS id FROM invoices i
        LEFT JOIN (
            SELECT cause_id, sum(amount_minor) FILTER (WHERE a.kind = 'receivable') AS owed,
                -sum(amount_minor) FILTER (WHERE a.kind = 'tax') AS tax,
                -sum(amount_minor) FILTER (WHERE a.kind = 'customer_credit') AS carried
            FROM ledger_transactions t JOIN ledger_entries ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id
            WHERE t.kind = 'invoice_issued' GROUP BY 1
        ) posted ON cause_id = i.id
        WHERE coalesce(owed, 0) <> CASE status WHEN 'draft' THEN 0 ELSE total_minor END
            OR coalesce(tax, 0) <> CASE status WHEN 'draft' THEN 0 ELSE tax_minor END
            OR coalesce(carried, 0) <> CASE status WHEN 'draft' THEN 0 ELSE carried_minor END
        """
    )

    private static let voidedIsTakenBack = Invariant(
        "invoice.voided_is_taken_back",
        "What a void invoice had asked for is taken back in the books, with a reason; no other is.",
        of: .of(Invoice.self),
        """
        SELECT i.id::text AS id FROM invoices i
        LEFT JOIN invoice_voidances v ON v.invoice_id = i.id
        LEFT JOIN (
            SELECT cause_id, -sum(amount_minor) AS taken
            FROM ledger_transactions t JOIN ledger_entries ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'receivable'
            WHERE t.kind = 'invoice_voided' GROUP BY 1
        ) posted ON cause_id = i.id
        WHERE coalesce(taken, 0) <> CASE status WHEN 'void' THEN total_minor ELSE 0 END
            OR (status = 'void') <> (v.invoice_id IS NOT NULL)
        """
    )

    private static let periodsBilledOnce = Invariant(
        "invoice.periods_billed_once",
        "On the same terms no time of a subscription is billed twice.",
        of: .of(InvoiceLine.self),
        """
        SELECT id FROM (\(billedPeriods)) billed
        WHERE times > 1 OR period_start_at < billed_until
        """
    )

    /// Of what an undone order had been billed, the times are taken back as far as their bills were
    /// owed, wherever they lie.
    private static let periodsWithoutHoles = Invariant(
        "invoice.periods_without_holes",
        "Between two times of a subscription that were billed on the same terms, none was left "
            + "out, unless its order was undone.",
        of: .of(InvoiceLine.self),
        """
        SELECT billed.id FROM (\(billedPeriods)) billed
        JOIN subscriptions ON subscriptions.id = subscription_id
        JOIN order_items ON order_items.id = order_item_id
        JOIN orders ON orders.id = order_id
        WHERE period_start_at > billed_until AND orders.status <> 'refunded' AND NOT EXISTS (
            SELECT FROM jobs
            WHERE jobs.order_id = orders.id AND kind = 'order.undo' AND finished_at IS NULL
        )
        """
    )

    /// Whole periods by the event that set their terms; what was taken back is not billed.
    private static let billedPeriods: SQL = """
        SELECT min(invoice_line_id::text) AS id, subscription_id, period_start_at,
            sum(CASE WHEN is_reversal THEN -1 ELSE 1 END) AS times,
            max(max(period_end_at)) OVER (
                PARTITION BY subscription_id, cause ORDER BY period_start_at
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS billed_until
        FROM subscription_lines s JOIN invoice_lines l ON l.id = invoice_line_id
        JOIN invoices i ON i.id = invoice_id
        WHERE s.kind = 'period' AND i.status <> 'draft'
        GROUP BY subscription_id, cause, period_start_at
        HAVING sum(CASE WHEN is_reversal THEN -1 ELSE 1 END) > 0
        """
}
