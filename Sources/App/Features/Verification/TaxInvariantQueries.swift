import Core
import Postgres

extension Invariant {
    /// Taxes: each line's are what their rates say, and the books owe what the invoices show.
    static let taxes: [Invariant] = [taxesAreSums, taxesAreRounded, booksOweTaxes]

    private static let taxesAreSums = Invariant(
        "tax.components_are_line_tax",
        "The tax of a line is the sum of its taxes.",
        of: .of(InvoiceLine.self),
        """
        SELECT l.id::text AS id FROM invoice_lines l
        LEFT JOIN (
            SELECT line_id, sum(amount_minor) AS sum FROM invoice_line_taxes GROUP BY 1
        ) taxes ON line_id = l.id
        WHERE tax_minor <> coalesce(sum, 0)
        """
    )

    /// A tax of its own is exact: rate times base, rounded to what the currency is charged in as
    /// the document says. Where it was shared out among lines, taken out of a price, levied on
    /// another tax or given back in part, it is less than two steps from that.
    private static let taxesAreRounded = Invariant(
        "tax.rounded_as_stated",
        "A tax is its rate of its base, rounded as its invoice says.",
        of: .of(InvoiceLine.self),
        """
        SELECT DISTINCT line_id::text AS id
        FROM (
            SELECT line_id, tax_rounding, amount_minor::numeric / step AS amount,
                base_minor::numeric * rate / 1000000 / step AS exact, is_own
            FROM (
                SELECT t.line_id, i.tax_rounding, t.amount_minor, t.base_minor, t.rate,
                    CASE WHEN i.currency IN ('BHD', 'JOD', 'KWD', 'OMR', 'TND') THEN 10
                        WHEN i.currency IN ('ISK', 'UGX') THEN 100 ELSE 1 END AS step,
                    i.tax_unit = 'line' AND NOT i.is_tax_inclusive AND NOT t.is_compound
                        AND l.amount_minor > 0 AND s.is_reversal IS NOT TRUE AS is_own
                FROM invoice_line_taxes t JOIN invoice_lines l ON l.id = line_id
                JOIN invoices i ON i.id = l.invoice_id
                LEFT JOIN subscription_lines s ON s.invoice_line_id = l.id
            ) levied
        ) taxes
        WHERE CASE WHEN is_own THEN amount <> CASE
                WHEN tax_rounding = 'towards_zero' THEN trunc(exact)
                WHEN tax_rounding = 'half_even' AND abs(exact - trunc(exact)) = 0.5
                    THEN 2 * round(exact / 2)
                ELSE round(exact) END
            ELSE abs(amount - exact) >= 2 END
        """
    )

    private static let booksOweTaxes = Invariant(
        "ledger.tax_is_invoiced",
        "The tax that is booked is what stands on issued invoices, and none on a void one, less "
            + "what stands on credit notes.",
        """
        SELECT currency::text AS id
        FROM (
            SELECT e.currency, amount_minor AS amount
            FROM ledger_entries e JOIN ledger_accounts a ON a.id = account_id
            WHERE a.kind = 'tax'
            UNION ALL
            SELECT currency, tax_minor FROM invoices WHERE status NOT IN ('draft', 'void')
            UNION ALL
            SELECT currency, -tax_minor FROM credit_notes
        ) moves
        GROUP BY currency HAVING sum(amount) <> 0
        """
    )
}
