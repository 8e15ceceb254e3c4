import Core
import Foundation
import Postgres

/// The invoices of one currency in figures.
struct InvoiceSums: Sendable {
    struct Part: Sendable {
        let count: Int64
        let total: Money
    }

    let currency: Currency
    private let parts: [InvoiceRecord.Status: Part]
    /// Open past their due date.
    let overdue: Part
    /// What is still to be paid of the open ones.
    let outstanding: Money

    func part(_ status: InvoiceRecord.Status) -> Part {
        parts[status] ?? Part(count: 0, total: .zero(currency))
    }

    /// The rows of a currency, one a status.
    fileprivate init(_ currency: Currency, _ rows: [SumsRow]) {
        self.currency = currency
        parts = Dictionary(
            rows.map { ($0.status, Part(count: $0.count, total: $0.total)) }
        ) { first, _ in first }
        let open = rows.first { $0.status == .open }
        overdue = Part(
            count: open?.overdueCount ?? 0,
            total: open?.overdueTotal ?? .zero(currency)
        )
        outstanding = open?.due ?? .zero(currency)
    }
}

private struct SumsRow {
    let currency: Currency
    let status: InvoiceRecord.Status
    let count: Int64
    let total: Money
    let due: Money
    let overdueCount: Int64
    let overdueTotal: Money
}

extension Session {
    /// Invoices by currency and status; with times, those that were issued between them.
    func invoiceSums(from: Date?, before: Date?, now: Date) throws -> [InvoiceSums] {
        let rows = try all(
            """
            SELECT currency, status, count(*) AS invoices,
                sum(total_minor)::bigint AS total_minor,
                sum(total_minor - paid_minor - credited_minor)::bigint AS due_minor,
                count(*) FILTER (WHERE due_at < \(now)) AS overdue,
                coalesce(sum(total_minor) FILTER (WHERE due_at < \(now)), 0)::bigint
                    AS overdue_minor
            FROM invoices
            WHERE (\(from)::timestamptz IS NULL OR issued_at >= \(from))
                AND (\(before)::timestamptz IS NULL OR issued_at < \(before))
            GROUP BY currency, status ORDER BY currency, status
            """
        ) { row in
            let currency = try row.currency("currency")
            return SumsRow(
                currency: currency,
                status: try row.choice("status"),
                count: try row.get("invoices"),
                total: try row.money("total_minor", currency),
                due: try row.money("due_minor", currency),
                overdueCount: try row.get("overdue"),
                overdueTotal: try row.money("overdue_minor", currency)
            )
        }
        return Dictionary(grouping: rows, by: \.currency)
            .sorted { $0.key.code < $1.key.code }
            .map { InvoiceSums($0.key, $0.value) }
    }
}
