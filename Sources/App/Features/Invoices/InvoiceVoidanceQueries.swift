import Core
import Foundation
import Postgres

/// Why and when an invoice was cancelled.
struct InvoiceVoidance: Sendable {
    let reason: String
    let at: Date
}

extension Session {
    func markVoid(_ invoice: InvoiceRecord, because reason: String, now: Date) throws {
        try run(
            """
            UPDATE invoices SET status = 'void'
            WHERE id = \(invoice.id.uuid) AND status IN ('open', 'uncollectible')
            """
        )
        try run(
            """
            INSERT INTO invoice_voidances (invoice_id, customer_id, reason, at)
            VALUES (\(invoice.id.uuid), \(invoice.customer.uuid), \(reason), \(now))
            """
        )
    }

    func voidance(of invoice: ID<Invoice>) throws -> InvoiceVoidance? {
        try first(
            "SELECT reason, at FROM invoice_voidances WHERE invoice_id = \(invoice.uuid)"
        ) { InvoiceVoidance(reason: try $0.get("reason"), at: try $0.get("at")) }
    }

    /// What was booked for a cause; nil when nothing of the kind was.
    func posting(_ kind: String, cause: UUID) throws -> Posting? {
        let entries = try all(
            """
            SELECT a.kind, a.gateway, e.amount_minor, e.currency
            FROM ledger_transactions t JOIN ledger_entries e ON transaction_id = t.id
            JOIN ledger_accounts a ON a.id = account_id
            WHERE t.kind = \(kind) AND cause_id = \(cause) ORDER BY e.id
            """
        ) { row in
            LedgerEntry(
                try row.choice("kind"),
                try row.money("amount_minor", try row.currency("currency")),
                try row.optional("gateway", as: String.self)
                    .flatMap { PaymentChannel(rawValue: $0) } ?? .stripe
            )
        }
        return entries.isEmpty ? nil : Posting(kind: kind, entries: entries)
    }
}
