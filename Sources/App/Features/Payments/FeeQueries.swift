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
