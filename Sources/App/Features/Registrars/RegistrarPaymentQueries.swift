import Core
import Foundation
import Postgres
import Support
import Web

/// Which payments to a registrar to list.
struct RegistrarPaymentFilter: Sendable {
    var registrar: String
    var sorting = RegistrarPaymentColumn.standard
}

/// What payments to a registrar can be sorted by, of which there are some each month.
enum RegistrarPaymentColumn: String, StoredSortColumn {
    case recorded, paid, amount

    static let standard = Sorting(RegistrarPaymentColumn.recorded, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .recorded: nil
        case .paid: .moment("paid_at")
        case .amount: .number("amount_minor")
        }
    }
}

extension RegistrarPaymentFilter: ListFilter {
    static let name = ListName.consoleRegistrarPayments
    static let file: [FileColumn<RegistrarPaymentRecord>] = [
        FileColumn("Payment") { $0.id.text },
        FileColumn("Registrar") { RegistrarName.label($0.registrar) },
        FileColumn("Paid") { $0.paidAt.rfc3339 },
        FileColumn("Recorded") { $0.createdAt.rfc3339 },
        FileColumn("Reference") { $0.reference },
        FileColumn("Amount") { $0.amount.decimalText },
        FileColumn("Currency") { $0.amount.currency.code },
        FileColumn("Taken back") { $0.reversedAt?.rfc3339 ?? "" },
        FileColumn("Reason") { $0.reversalReason ?? "" },
    ]

    var isActive: Bool { false }

    func rows(
        _ session: Session,
        after place: [String]?,
        most: Int
    ) throws -> [RegistrarPaymentRecord] {
        try session.registrarPayments(self, after: place, most: most)
    }

    func place(of row: RegistrarPaymentRecord) -> [String] {
        let value =
            switch sorting.column {
            case .recorded: ""
            case .paid: row.paidAt.cursorKey
            case .amount: String(row.amount.minorUnits)
            }
        return [value, row.id.uuid.uuidString]
    }
}

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

    func registrarPayments(
        _ filter: RegistrarPaymentFilter,
        after place: [String]?,
        most: Int
    ) throws -> [RegistrarPaymentRecord] {
        try all(
            """
            SELECT \(RegistrarPaymentRecord.columns) FROM registrar_payments
            WHERE registrar = \(filter.registrar) AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
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
