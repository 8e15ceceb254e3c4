import Core
import Foundation
import Postgres

/// The payments of one currency in figures.
struct PaymentSums: Sendable {
    enum Kind: String, Sendable {
        case captured, refunded, fees, disputed, failed
    }

    struct Part: Sendable {
        let count: Int64
        let total: Money
    }

    let currency: Currency
    fileprivate var parts: [Kind: Part] = [:]

    func part(_ kind: Kind) -> Part {
        parts[kind] ?? Part(count: 0, total: .zero(currency))
    }
}

extension Session {
    /// Payments and what became of them, by currency; with times, what happened between them.
    func paymentSums(from: Date?, before: Date?) throws -> [PaymentSums] {
        func happened(_ moment: SQL) -> SQL {
            """
            (\(from)::timestamptz IS NULL OR \(moment) >= \(from))
                AND (\(before)::timestamptz IS NULL OR \(moment) < \(before))
            """
        }
        let rows = try all(
            """
            SELECT currency, 'captured' AS part, count(*) AS number,
                sum(amount_minor)::bigint AS total
            FROM payments WHERE status = 'succeeded' AND \(happened("settled_at")) GROUP BY 1
            UNION ALL
            SELECT currency, 'refunded', count(*), sum(amount_minor)::bigint
            FROM refunds
            WHERE status = 'succeeded' AND kind <> 'return' AND \(happened("succeeded_at"))
            GROUP BY 1
            UNION ALL
            SELECT e.currency, 'fees', count(DISTINCT t.id), sum(e.amount_minor)::bigint
            FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
            JOIN ledger_transactions t ON t.id = e.transaction_id
            WHERE a.kind = 'fees' AND \(happened("t.at")) GROUP BY 1
            UNION ALL
            SELECT currency, 'disputed', count(*), sum(amount_minor)::bigint
            FROM disputes WHERE \(happened("opened_at")) GROUP BY 1
            UNION ALL
            SELECT currency, 'failed', count(*), sum(amount_minor)::bigint
            FROM payments WHERE status = 'failed' AND \(happened("created_at")) GROUP BY 1
            """
        ) { row in
            let currency = try row.currency("currency")
            let kind: PaymentSums.Kind = try row.choice("part")
            let part = PaymentSums.Part(
                count: try row.get("number"),
                total: try row.money("total", currency)
            )
            return (currency, kind, part)
        }
        let sums = rows.reduce(into: [Currency: PaymentSums]()) { sums, row in
            let (currency, kind, part) = row
            sums[currency, default: PaymentSums(currency: currency)].parts[kind] = part
        }
        return sums.values.sorted { $0.currency.code < $1.currency.code }
    }
}
