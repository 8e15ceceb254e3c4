import Core
import Foundation
import Postgres

extension Session {
    func isFeeKnown(of payment: ID<Payment>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM payments
            WHERE id = \(payment.uuid) AND balance_move_id IS NOT NULL
            """
        )
    }

    /// Keeps what a payment cost, and under which names the processor knows its parts.
    func store(_ fee: Money, charge: String, move: String, of payment: ID<Payment>) throws {
        try run(
            """
            UPDATE payments SET gateway_charge_id = \(charge), balance_move_id = \(move),
                fee_minor = \(fee.minorUnits), fee_currency = \(fee.currency.code)
            WHERE id = \(payment.uuid)
            """
        )
    }

    /// What a payment brought to the processor, as the books have it.
    func broughtToClearing(by payment: ID<Payment>) throws -> Money? {
        try first(
            """
            SELECT e.currency, sum(amount_minor)::bigint AS amount
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id AND a.kind = 'clearing'
            WHERE cause_id = \(payment.uuid) AND t.kind IN (
                'payment_captured', 'payment_unplaced', 'write_off_recovered'
            ) GROUP BY 1
            """
        ) { try $0.money("amount", try $0.currency("currency")) }
    }

    /// Keeps what a payment was settled as, in another currency than its own.
    func store(_ settled: Money, settling payment: ID<Payment>) throws {
        try run(
            """
            UPDATE payments SET settled_minor = \(settled.minorUnits),
                settled_currency = \(settled.currency.code)
            WHERE id = \(payment.uuid)
            """
        )
    }

    /// Keeps what a refund took from what the processor holds in another currency; false when that
    /// is known.
    func store(_ settled: Money, settling refund: ID<Refund>) throws -> Bool {
        try run(
            """
            UPDATE refunds SET settled_minor = \(settled.minorUnits),
                settled_currency = \(settled.currency.code)
            WHERE id = \(refund.uuid) AND settled_minor IS NULL
            """
        ) > 0
    }

    /// Keeps what came back of that when the refund failed.
    func store(_ returned: Money, returnedOf refund: ID<Refund>) throws {
        try run(
            """
            UPDATE refunds SET returned_minor = \(returned.minorUnits)
            WHERE id = \(refund.uuid) AND status = 'failed'
            """
        )
    }

    /// Whether a refund was taken from what the processor holds in another currency.
    func isSettledElsewhere(_ refund: ID<Refund>) throws -> Bool {
        try exists(
            "SELECT 1 FROM refunds WHERE id = \(refund.uuid) AND settled_minor IS NOT NULL"
        )
    }

    /// The same of a refund.
    func store(_ fee: Money, move: String, of refund: ID<Refund>) throws {
        try run(
            """
            UPDATE refunds SET balance_move_id = \(move), fee_minor = \(fee.minorUnits),
                fee_currency = \(fee.currency.code)
            WHERE id = \(refund.uuid) AND balance_move_id IS NULL
            """
        )
    }

    /// What the processor kept of a payment; nil while that is not known.
    func fee(of payment: ID<Payment>) throws -> Money? {
        try first(
            """
            SELECT fee_minor, fee_currency FROM payments
            WHERE id = \(payment.uuid) AND fee_minor IS NOT NULL
            """
        ) { try $0.money("fee_minor", try $0.currency("fee_currency")) }
    }
}
