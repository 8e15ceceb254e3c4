import Core
import Foundation
import Postgres

extension Session {
    /// What each registrar has charged and was paid, in each currency.
    func registrarBalances() throws -> [RegistrarBalance] {
        try all(
            """
            SELECT registrar, currency, sum(charged)::bigint AS charged, sum(paid)::bigint AS paid
            FROM (
                SELECT d.registrar, o.cost_currency AS currency, o.cost_minor AS charged, 0 AS paid
                FROM domain_operations o JOIN domains d ON d.id = o.domain_id
                WHERE o.cost_minor > 0 AND d.registrar IS NOT NULL
                UNION ALL
                SELECT registrar, currency, 0, amount_minor FROM registrar_payments
                WHERE reversed_at IS NULL
            ) moves
            GROUP BY registrar, currency ORDER BY registrar, currency
            """
        ) { row in
            let currency = try row.currency("currency")
            return RegistrarBalance(
                registrar: try row.get("registrar"),
                charged: try row.money("charged", currency),
                paid: try row.money("paid", currency)
            )
        }
    }

    /// Newest first, those before one when paging.
    func registrarPayments(
        to registrar: String,
        before: ID<RegistrarPayment>?,
        most: Int
    ) throws -> [RegistrarPaymentRecord] {
        try all(
            """
            SELECT \(RegistrarPaymentRecord.columns) FROM registrar_payments
            WHERE registrar = \(registrar)
                AND (\(before?.uuid)::uuid IS NULL OR id < \(before?.uuid))
            ORDER BY id DESC LIMIT \(most)
            """,
            RegistrarPaymentRecord.init(row:)
        )
    }

    func registrarPayment(_ id: ID<RegistrarPayment>) throws -> RegistrarPaymentRecord? {
        try first(
            """
            SELECT \(RegistrarPaymentRecord.columns) FROM registrar_payments WHERE id = \(id.uuid)
            """,
            RegistrarPaymentRecord.init(row:)
        )
    }

    func store(
        _ payment: RegistrarPayments.NewPayment,
        _ id: ID<RegistrarPayment>,
        to registrar: String,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO registrar_payments (
                id, registrar, amount_minor, currency, reference, paid_at, created_at
            ) VALUES (
                \(id.uuid), \(registrar), \(payment.amount.minorUnits),
                \(payment.amount.currency.code), \(payment.reference),
                \(payment.paidAt ?? now), \(now)
            )
            """
        )
    }

    /// Notes that a payment was recorded by mistake; false when that is noted already.
    func reverseRegistrarPayment(
        _ id: ID<RegistrarPayment>,
        because reason: String,
        now: Date
    ) throws -> Bool {
        try run(
            """
            UPDATE registrar_payments SET reversed_at = \(now), reversal_reason = \(reason)
            WHERE id = \(id.uuid) AND reversed_at IS NULL
            """
        ) > 0
    }
}

extension RegistrarPaymentRecord {
    fileprivate static let columns: SQL = """
        id, registrar, amount_minor, currency, reference, paid_at, created_at, reversed_at,
        reversal_reason
        """

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            registrar: try row.get("registrar"),
            amount: try row.money("amount_minor", try row.currency("currency")),
            reference: try row.get("reference"),
            paidAt: try row.get("paid_at"),
            createdAt: try row.get("created_at"),
            reversedAt: try row.optional("reversed_at"),
            reversalReason: try row.optional("reversal_reason")
        )
    }
}
