import Core
import Postgres

extension Invariant {
    /// Credit notes: they add up, fit their invoices, and stand in the books.
    static let creditNotes: [Invariant] = [
        creditNotesAreSums, creditNotesFitInvoices, creditNotesArePosted, nothingGivenBackTwice,
    ]

    private static let creditNotesAreSums = Invariant(
        "creditnote.total_is_sum_of_lines",
        "A credit note gives back the sum of its lines, and its taxes are those in them.",
        of: .of(CreditNote.self),
        """
        SELECT n.id::text AS id FROM credit_notes n
        LEFT JOIN (
            SELECT credit_note_id, sum(total_minor) AS total, sum(tax_minor) AS tax
            FROM credit_note_lines GROUP BY 1
        ) lines ON lines.credit_note_id = n.id
        LEFT JOIN (
            SELECT credit_note_id, sum(amount_minor) AS amount FROM credit_note_taxes GROUP BY 1
        ) taxes ON taxes.credit_note_id = n.id
        WHERE total_minor IS DISTINCT FROM total OR tax_minor IS DISTINCT FROM tax
            OR tax_minor <> coalesce(amount, 0)
        """
    )

    private static let creditNotesFitInvoices = Invariant(
        "creditnote.within_invoice",
        "An invoice's credit notes give back no more than it asks for, of no line more than it "
            + "costs, and what they took off what was due is what the invoice says.",
        of: .of(Invoice.self),
        """
        SELECT i.id::text AS id FROM invoices i
        LEFT JOIN (
            SELECT invoice_id, sum(n.total_minor) AS total, sum(owed_minor) AS owed,
                bool_or(n.currency <> v.currency OR n.customer_id <> v.customer_id) AS is_foreign
            FROM credit_notes n JOIN invoices v ON v.id = invoice_id GROUP BY 1
        ) notes ON notes.invoice_id = i.id
        WHERE credited_minor <> coalesce(owed, 0) OR total > total_minor OR is_foreign
        UNION
        SELECT l.invoice_id::text FROM invoice_lines l
        JOIN (
            SELECT invoice_line_id, sum(total_minor) AS total FROM credit_note_lines GROUP BY 1
        ) credited ON invoice_line_id = l.id
        JOIN invoices i ON i.id = l.invoice_id
        WHERE total > amount_minor - l.discount_minor
            + CASE WHEN is_tax_inclusive THEN 0 ELSE l.tax_minor END
        """
    )

    private static let creditNotesArePosted = Invariant(
        "creditnote.issued_is_posted",
        "What a credit note gives back, and what of it is tax, stands in the books.",
        of: .of(CreditNote.self),
        """
        SELECT n.id::text AS id FROM credit_notes n
        LEFT JOIN (
            SELECT cause_id, e.currency,
                -sum(amount_minor) FILTER (WHERE amount_minor < 0) AS given,
                coalesce(sum(amount_minor) FILTER (WHERE a.kind = 'tax'), 0) AS tax
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id
            WHERE t.kind = 'credit_note' GROUP BY 1, 2
        ) posted ON cause_id = n.id
        WHERE given IS DISTINCT FROM total_minor OR tax IS DISTINCT FROM tax_minor
            OR posted.currency <> n.currency
        """
    )

    /// Shares of a line are rounded by themselves, amount, discount and tax.
    private static let nothingGivenBackTwice = Invariant(
        "invoice.given_back_once",
        "Of no line do credit notes and later bills together give back more than it cost, but for "
            + "the rounding of shares.",
        of: .of(InvoiceLine.self),
        """
        SELECT l.id::text AS id
        FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id JOIN (
            SELECT line_id, sum(total) AS total FROM (
                SELECT invoice_line_id AS line_id, total_minor AS total FROM credit_note_lines
                UNION ALL
                SELECT reduces_line_id, g.discount_minor - g.amount_minor
                    - CASE WHEN o.is_tax_inclusive THEN 0 ELSE g.tax_minor END
                FROM subscription_lines s JOIN invoice_lines g ON g.id = invoice_line_id
                JOIN invoices o ON o.id = g.invoice_id
                WHERE reduces_line_id IS NOT NULL AND o.status <> 'void' AND g.amount_minor < 0
            ) given GROUP BY 1
        ) given ON line_id = l.id
        WHERE total >= l.amount_minor - l.discount_minor
            + CASE WHEN is_tax_inclusive THEN 0 ELSE l.tax_minor END
            + 2 * CASE WHEN i.currency IN ('BHD', 'JOD', 'KWD', 'OMR', 'TND') THEN 10
                WHEN i.currency IN ('ISK', 'UGX') THEN 100 ELSE 1 END
        """
    )
}
