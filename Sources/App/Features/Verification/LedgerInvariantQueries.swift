import Core
import Postgres

extension Invariant {
    /// The books by themselves, and beside what they tell of.
    static let ledger: [Invariant] = [
        transactionsBalance, transactionsHaveEntries, entriesFitAccounts, causesOnce, causesExist,
        creditIsNeverNegative, receivableIsOpenInvoices, clearingIsWhatWasTaken,
        suspenseIsParkedMoney,
    ]

    private static let transactionsBalance = Invariant(
        "ledger.transactions_balance",
        "The entries of a transaction are two or more and sum to nothing in each currency.",
        of: .of(LedgerTransaction.self),
        """
        SELECT transaction_id::text AS id FROM ledger_entries
        GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0 OR count(*) < 2
        """
    )

    private static let transactionsHaveEntries = Invariant(
        "ledger.transactions_have_entries",
        "Every transaction has entries.",
        of: .of(LedgerTransaction.self),
        """
        SELECT id::text AS id FROM ledger_transactions t
        WHERE NOT EXISTS (SELECT FROM ledger_entries WHERE transaction_id = t.id)
        """
    )

    private static let entriesFitAccounts = Invariant(
        "ledger.entries_fit_accounts",
        "Every entry moves something on an account of its currency, in a transaction.",
        """
        SELECT e.id::text AS id FROM ledger_entries e
        LEFT JOIN ledger_accounts a ON a.id = e.account_id
        LEFT JOIN ledger_transactions t ON t.id = e.transaction_id
        WHERE t.id IS NULL OR a.currency IS DISTINCT FROM e.currency OR e.amount_minor = 0
        """
    )

    private static let causesOnce = Invariant(
        "ledger.one_transaction_per_cause",
        "What happened was booked once: a cause has one transaction of a kind.",
        of: .of(LedgerTransaction.self),
        """
        SELECT min(id::text) AS id FROM ledger_transactions
        GROUP BY kind, cause_type, cause_id HAVING count(*) > 1
        """
    )

    private static let causesExist = Invariant(
        "ledger.causes_exist",
        "The invoice, payment, refund, dispute, payout, credit, name or day that a transaction "
            + "tells of is there.",
        of: .of(LedgerTransaction.self),
        """
        SELECT t.id::text AS id FROM ledger_transactions t
        LEFT JOIN invoices i ON t.cause_type = 'inv' AND i.id = t.cause_id
        LEFT JOIN payments p ON t.cause_type = 'pay' AND p.id = t.cause_id
        LEFT JOIN refunds r ON t.cause_type = 'ref' AND r.id = t.cause_id
        LEFT JOIN credits c ON t.cause_type = 'crd' AND c.id = t.cause_id
        LEFT JOIN credit_spendings u ON t.cause_type = 'cru' AND u.id = t.cause_id
        LEFT JOIN credit_notes n ON t.cause_type = 'crn' AND n.id = t.cause_id
        LEFT JOIN disputes d ON t.cause_type = 'dsp' AND d.id = t.cause_id
        LEFT JOIN payouts o ON t.cause_type = 'out' AND o.id = t.cause_id
        LEFT JOIN domain_operations b ON t.cause_type = 'dop' AND b.id = t.cause_id
        LEFT JOIN revenue_days y ON t.cause_type = 'rvd' AND y.id = t.cause_id
        LEFT JOIN credit_payouts s ON t.cause_type = 'cpo' AND s.id = t.cause_id
        LEFT JOIN registrar_payments g ON t.cause_type = 'rgp' AND g.id = t.cause_id
        WHERE t.cause_type IN (
                'inv', 'pay', 'ref', 'crd', 'cru', 'crn', 'dsp', 'out', 'dop', 'rvd', 'cpo', 'rgp'
            ) AND coalesce(
                i.id, p.id, r.id, c.id, u.id, n.id, d.id, o.id, b.id, y.id, s.id, g.id
            ) IS NULL
        """
    )

    /// Credit is owed to the customer, and so a credit balance.
    private static let creditIsNeverNegative = Invariant(
        "ledger.credit_never_negative",
        "No customer has ever spent more credit than there was, at any entry.",
        of: .of(LedgerAccount.self),
        """
        SELECT DISTINCT account_id::text AS id FROM (
            SELECT account_id, sum(amount_minor) OVER (PARTITION BY account_id ORDER BY e.id) AS sum
            FROM ledger_entries e JOIN ledger_accounts a ON a.id = account_id
            WHERE kind = 'customer_credit'
        ) running WHERE sum > 0
        """
    )

    private static let receivableIsOpenInvoices = Invariant(
        "ledger.receivable_is_open_invoices",
        "What the books say a customer owes is what the open invoices still ask for.",
        of: .of(Customer.self),
        """
        SELECT customer_id::text AS id
        FROM (
            SELECT customer_id, a.currency, sum(amount_minor) AS booked
            FROM ledger_accounts a JOIN ledger_entries e ON account_id = a.id
            WHERE kind = 'receivable' GROUP BY 1, 2
        ) books
        FULL JOIN (
            SELECT customer_id, currency, sum(total_minor - paid_minor - credited_minor) AS asked
            FROM invoices WHERE status = 'open' GROUP BY 1, 2
        ) invoices USING (customer_id, currency)
        WHERE coalesce(booked, 0) <> coalesce(asked, 0)
        """
    )

    /// What arrived and could not be placed is known from the books alone; its amount need not be
    /// that of the payment.
    private static let clearingIsWhatWasTaken = Invariant(
        "ledger.clearing_is_captured_less_returned",
        "The processor holds what was captured and what arrived unplaced, less what went back, "
            + "fees, disputes and what was paid out.",
        """
        SELECT gateway || ' ' || currency AS id
        FROM (
            SELECT gateway, e.currency, amount_minor AS amount
            FROM ledger_entries e JOIN ledger_accounts a ON a.id = account_id
            WHERE kind = 'clearing'
            UNION ALL
            SELECT gateway, currency, -amount_minor FROM payments WHERE status = 'succeeded'
            UNION ALL
            SELECT gateway, r.currency, r.amount_minor
            FROM refunds r JOIN payments p ON p.id = payment_id WHERE r.status = 'succeeded'
            UNION ALL
            SELECT p.gateway, e.currency, e.amount_minor
            FROM ledger_transactions t JOIN payments p ON p.id = cause_id
            JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'suspense'
            WHERE t.kind = 'payment_unplaced'
            UNION ALL
            SELECT gateway, fee_currency, fee_minor FROM payments WHERE fee_minor IS NOT NULL
            UNION ALL
            SELECT p.gateway, r.fee_currency, r.fee_minor
            FROM refunds r JOIN payments p ON p.id = payment_id WHERE r.fee_minor IS NOT NULL
            UNION ALL
            SELECT p.gateway, d.settled_currency, withdrawn_minor - reinstated_minor + d.fee_minor
            FROM disputes d JOIN payments p ON p.id = payment_id
            WHERE d.settled_currency IS NOT NULL
            UNION ALL
            SELECT way, currency, amount_minor FROM credit_payouts WHERE way = 'bank_transfer'
            UNION ALL
            SELECT 'bank_transfer', currency, amount_minor FROM registrar_payments
            WHERE reversed_at IS NULL
            UNION ALL
            SELECT gateway, currency, amount_minor FROM payouts WHERE failed_at IS NULL
            UNION ALL
            SELECT 'bank_transfer', currency, -amount_minor FROM payouts WHERE failed_at IS NULL
            UNION ALL
            \(changedIntoOthers)
        ) moves
        GROUP BY gateway, currency HAVING sum(amount) <> 0
        """
    )

    /// What was settled in another currency than it was charged in; what came unplaced is known
    /// from the books alone.
    private static let changedIntoOthers: SQL = """
        SELECT p.gateway, e.currency, -e.amount_minor
        FROM payments p JOIN ledger_transactions t ON t.cause_id = p.id
            AND t.kind = 'payment_settled'
        JOIN ledger_entries e ON transaction_id = t.id AND e.currency <> settled_currency
        JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'clearing'
        WHERE settled_minor IS NOT NULL
        UNION ALL
        SELECT gateway, settled_currency, -settled_minor FROM payments
        WHERE settled_minor IS NOT NULL
        UNION ALL
        SELECT p.gateway, r.currency, -r.amount_minor
        FROM refunds r JOIN payments p ON p.id = payment_id
        WHERE r.settled_minor IS NOT NULL AND r.status = 'succeeded'
        UNION ALL
        SELECT p.gateway, r.settled_currency, r.settled_minor - coalesce(r.returned_minor, 0)
        FROM refunds r JOIN payments p ON p.id = payment_id WHERE r.settled_minor IS NOT NULL
        """

    private static let suspenseIsParkedMoney = Invariant(
        "ledger.suspense_is_parked_money",
        "Money waits to be placed for payments that need attention, and for no others.",
        of: .of(Payment.self),
        """
        SELECT payment::text AS id
        FROM (
            SELECT coalesce(r.payment_id, d.payment_id, cause_id) AS payment,
                sum(e.amount_minor) AS held
            FROM ledger_accounts a JOIN ledger_entries e ON account_id = a.id
            JOIN ledger_transactions t ON t.id = transaction_id
            LEFT JOIN refunds r ON cause_type = 'ref' AND r.id = cause_id
            LEFT JOIN disputes d ON cause_type = 'dsp' AND d.id = cause_id
            WHERE a.kind = 'suspense' GROUP BY 1
        ) suspense
        LEFT JOIN payments ON payments.id = payment
        WHERE held > 0 OR (held < 0) IS DISTINCT FROM (status = 'attention')
        """
    )
}
