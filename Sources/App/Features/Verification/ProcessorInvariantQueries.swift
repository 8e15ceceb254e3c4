import Core
import Postgres

extension Invariant {
    /// What the processor keeps, holds back and pays out.
    static let processor: [Invariant] = [feesArePosted, disputesArePosted, clearingIsReconciled]

    private static let feesArePosted = Invariant(
        "payment.fee_is_posted",
        "What the processor keeps of a payment or a refund stands in the books, once it is known.",
        """
        SELECT coalesce(known.id, posted.id)::text AS id
        FROM (
            SELECT id, fee_currency AS currency, fee_minor AS amount FROM payments
            WHERE fee_minor <> 0
            UNION ALL
            SELECT id, fee_currency, fee_minor FROM refunds WHERE fee_minor <> 0
        ) known
        FULL JOIN (
            SELECT cause_id AS id, e.currency, sum(amount_minor) AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'fees'
            WHERE t.kind = 'payment_fee' GROUP BY 1, 2
        ) posted USING (id, currency)
        WHERE known.amount IS DISTINCT FROM posted.amount
        """
    )

    private static let disputesArePosted = Invariant(
        "dispute.is_posted",
        "The books hold back what a dispute has taken and not given back, until it is lost.",
        of: .of(Dispute.self),
        """
        SELECT d.id::text AS id FROM disputes d
        LEFT JOIN (
            SELECT cause_id, sum(amount_minor) AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'disputes'
            WHERE t.cause_type = 'dsp' GROUP BY 1
        ) held ON cause_id = d.id
        WHERE coalesce(held.amount, 0) <> CASE status WHEN 'lost' THEN 0
            ELSE withdrawn_minor - reinstated_minor END
        """
    )

    /// Only what a comparison has covered can be known to be unreconciled.
    private static let clearingIsReconciled = Invariant(
        "ledger.clearing_is_reconciled",
        "What the books say moved at the processor, it has confirmed within four days, or staff "
            + "have explained why not.",
        of: .of(LedgerTransaction.self),
        """
        SELECT DISTINCT t.id::text AS id
        FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
        JOIN ledger_accounts a ON a.id = account_id
            AND a.kind = 'clearing' AND a.gateway = 'stripe'
        CROSS JOIN (
            SELECT min(from_time) AS first, max(until_time) AS last FROM reconciliations
        ) covered CROSS JOIN clock
        WHERE t.kind <> 'payment_fee' AND t.at >= first AND t.at < last - interval '1 hour'
            AND t.at < clock.now - interval '4 days'
            AND NOT EXISTS (SELECT FROM balance_moves b WHERE b.transaction_id = t.id)
            AND NOT EXISTS (\(Session.settlement(ofCause: "t.cause_id", as: "t.kind")))
            AND NOT EXISTS (
                SELECT FROM reconciliation_findings f
                WHERE f.subject = t.id::text AND resolved_at IS NOT NULL
            )
        """
    )
}
