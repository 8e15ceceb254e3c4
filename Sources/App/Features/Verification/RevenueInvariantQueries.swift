import Core
import Postgres

extension Invariant {
    /// What was put off, what is earned of it, and what names cost.
    static let revenue: [Invariant] = [
        deferredIsUnearned, linesAreFollowed, daysArePosted, domainCostsArePosted,
        registrarPaymentsArePosted, payablesAreUnpaidCharges,
    ]

    private static let registrarPaymentsArePosted = Invariant(
        "registrar.payment_is_posted",
        "What was paid to registrars stands in the books, and not what was taken back.",
        of: .of(RegistrarPayment.self),
        """
        SELECT coalesce(r.id, cause_id)::text AS id
        FROM (SELECT * FROM registrar_payments WHERE reversed_at IS NULL) r
        FULL JOIN (
            SELECT cause_id, e.currency, sum(amount_minor) AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'payables'
            WHERE t.cause_type = 'rgp' GROUP BY 1, 2 HAVING sum(amount_minor) <> 0
        ) posted ON cause_id = r.id
        WHERE (amount_minor, r.currency) IS DISTINCT FROM (amount, posted.currency)
        """
    )

    private static let payablesAreUnpaidCharges = Invariant(
        "ledger.payables_are_unpaid_charges",
        "The books owe registrars what they have charged, less what they were paid.",
        """
        SELECT currency::text AS id FROM (
            SELECT e.currency, amount_minor AS amount
            FROM ledger_entries e JOIN ledger_accounts a ON a.id = account_id
            WHERE a.kind = 'payables'
            UNION ALL
            SELECT cost_currency, cost_minor FROM domain_operations WHERE cost_minor > 0
            UNION ALL
            SELECT currency, -amount_minor FROM registrar_payments WHERE reversed_at IS NULL
        ) parts
        GROUP BY currency HAVING sum(amount) <> 0
        """
    )

    private static let deferredIsUnearned = Invariant(
        "ledger.deferred_is_unearned",
        "The books put off what is not earned yet of the lines of issued invoices.",
        """
        SELECT currency::text AS id FROM (
            SELECT e.currency, amount_minor AS amount
            FROM ledger_entries e JOIN ledger_accounts a ON a.id = account_id
            WHERE a.kind = 'deferred_revenue'
            UNION ALL
            SELECT currency, net_minor - earned_minor
            FROM (\(Session.followedLines)) followed
        ) parts
        GROUP BY currency HAVING sum(amount) <> 0
        """
    )

    private static let linesAreFollowed = Invariant(
        "revenue.lines_are_followed",
        "Each issued line that pays for a time is earned as that passes, and what has ended is "
            + "earned in full.",
        of: .of(InvoiceLine.self),
        """
        SELECT l.id::text AS id FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
        LEFT JOIN line_earnings e ON e.line_id = l.id
        WHERE (i.status <> 'draft' AND \(Session.isDeferred)) <> (e.line_id IS NOT NULL)
        UNION
        SELECT line_id::text FROM (\(Session.followedLines)) followed
        WHERE NOT is_running AND earned_minor <> net_minor
        """
    )

    private static let daysArePosted = Invariant(
        "revenue.days_are_posted",
        "What each day earned stands in the books, and together it is what was earned of the "
            + "lines.",
        """
        SELECT d.id::text AS id FROM revenue_days d
        LEFT JOIN (
            SELECT cause_id, e.currency, -sum(amount_minor) AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'revenue'
            WHERE t.kind = 'revenue_earned' GROUP BY 1, 2
        ) posted ON cause_id = d.id AND posted.currency = d.currency
        WHERE amount IS DISTINCT FROM amount_minor
        UNION
        SELECT currency::text FROM (
            SELECT currency, amount_minor AS amount FROM revenue_days
            UNION ALL
            SELECT i.currency, -earned_minor
            FROM line_earnings e JOIN invoice_lines l ON l.id = e.line_id
            JOIN invoices i ON i.id = l.invoice_id
        ) parts
        GROUP BY currency HAVING sum(amount) <> 0
        """
    )

    /// A name whose cost is not known yet has a job that asks for it, or waits for staff.
    private static let domainCostsArePosted = Invariant(
        "domain.cost_is_posted",
        "What registrars have charged for names stands in the books, or a job asks for it.",
        of: .of(DomainOperation.self),
        """
        SELECT coalesce(o.id, cause_id)::text AS id
        FROM (SELECT * FROM domain_operations WHERE status = 'confirmed') o
        FULL JOIN (
            SELECT cause_id, e.currency, sum(amount_minor) AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'domain_costs'
            GROUP BY 1, 2
        ) posted ON cause_id = o.id
        WHERE (nullif(cost_minor, 0), CASE WHEN cost_minor > 0 THEN cost_currency END)
                IS DISTINCT FROM (amount, currency)
            OR o.id IS NOT NULL AND cost_minor IS NULL AND NOT EXISTS (
                SELECT FROM jobs WHERE kind = 'domain.learn_cost' AND dedup_key = o.id::text
                    AND jobs.status IN ('queued', 'running', 'dead')
            )
        """
    )
}
