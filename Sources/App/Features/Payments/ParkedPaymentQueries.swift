import Core
import Foundation
import Postgres

extension Session {
    /// What arrived with a payment and could not be placed; nil when nothing did.
    func unplacedAmount(of payment: ID<Payment>) throws -> Money? {
        try first(
            """
            SELECT -amount_minor AS amount_minor, currency FROM ledger_entries
            WHERE transaction_id = (
                    SELECT id FROM ledger_transactions
                    WHERE kind = 'payment_unplaced' AND cause_id = \(payment.uuid)
                ) AND amount_minor < 0
            """
        ) { try $0.money("amount_minor", try $0.currency("currency")) }
    }

    /// Whether money of a payment is on its way back.
    func isBeingRefunded(_ payment: ID<Payment>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM refunds
            WHERE payment_id = \(payment.uuid) AND status IN ('created', 'pending')
            """
        )
    }

    /// What of it lies there, by the books; nil when nothing does.
    func unplacedBalance(of payment: ID<Payment>) throws -> Money? {
        try first(
            """
            SELECT e.currency, -sum(e.amount_minor)::bigint AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'suspense'
            WHERE cause_id IN (
                SELECT \(payment.uuid)::uuid
                UNION ALL SELECT id FROM refunds WHERE payment_id = \(payment.uuid)
                UNION ALL SELECT id FROM disputes WHERE payment_id = \(payment.uuid)
            )
            GROUP BY 1 HAVING sum(e.amount_minor) < 0
            """
        ) { try $0.money("amount", try $0.currency("currency")) }
    }

    /// What of it can be decided about: it lies there, and is not on its way back.
    func unplacedRest(of payment: ID<Payment>) throws -> Money? {
        guard let balance = try unplacedBalance(of: payment) else { return nil }
        let rest = try one(
            """
            SELECT (\(balance.minorUnits) - coalesce(sum(amount_minor), 0))::bigint AS rest
            FROM refunds
            WHERE payment_id = \(payment.uuid) AND status IN ('created', 'pending')
            """
        ) { try $0.money("rest", balance.currency) }
        return rest.isPositive ? rest : nil
    }

    /// What of such money a dispute has taken out of suspense.
    func unplacedLoss(over dispute: ID<Dispute>, in currency: Currency) throws -> Money {
        try one(
            """
            SELECT unplaced_loss(d, \(currency.code)) AS amount FROM disputes d
            WHERE d.id = \(dispute.uuid)
            """
        ) { try $0.money("amount", currency) }
    }

    /// Whether it cannot be sent back: its bank asks for it, or has taken some of it for good, of
    /// which the processor sends nothing back. That is tried all the same where it is the last way.
    func isKeptFromReturn(_ payment: ID<Payment>) throws -> Bool {
        try isDisputed(payment)
            || isChargedBack(payment) && unusedSource(of: payment) != nil
    }

    /// What has made credit of it not yet: the payment, or the last of its returns that failed.
    func unusedSource(of payment: ID<Payment>) throws -> CreditSource? {
        guard try credit(from: .overpayment(payment)) != nil else { return .overpayment(payment) }
        return try first(
            """
            SELECT id FROM refunds
            WHERE payment_id = \(payment.uuid) AND status = 'failed' AND source = 'suspense'
                AND NOT EXISTS (
                    SELECT FROM credits WHERE source = 'payout_failed' AND cause_id = refunds.id
                )
            ORDER BY id DESC LIMIT 1
            """
        ) { .payoutFailed(try $0.id("id")) }
    }

    /// The refund of a payment that could not be placed, stored at the first call; nil when there
    /// is nothing to give back.
    func claimReturn(
        _ id: ID<Refund>,
        of payment: ID<Payment>,
        now: Date
    ) throws -> RefundRecord? {
        guard let record = try lockPayment(payment), record.status == .attention,
            record.intentID != nil
        else { return nil }
        let claimed = try first(
            """
            SELECT \(RefundRecord.columns)
            WHERE payment_id = \(payment.uuid) AND refunds.status IN ('created', 'pending')
            """,
            RefundRecord.init(row:)
        )
        if let claimed { return claimed }
        guard try !isKeptFromReturn(payment), let amount = try unplacedRest(of: payment) else {
            return nil
        }
        try store(
            NewRefund(
                id: id,
                payment: record,
                amount: amount,
                reason: "The payment could not be placed.",
                kind: .return,
                source: .suspense
            ),
            now: now
        )
        return try refund(id)
    }
}
