package import Core
package import Foundation
import Postgres

/// One thing that happened to an invoice.
package struct InvoiceEvent: Sendable {
    /// In the order in which they stand when they happened at the same moment.
    package enum Kind: String, Sendable, CaseIterable {
        case written, issued
        case paymentBegun = "payment_begun"
        case paymentFailed = "payment_failed"
        case paymentParked = "payment_parked"
        case paymentSucceeded = "payment_succeeded"
        case creditSpent = "credit_spent"
        case credited, paid, refunded, void
        case givenUp = "given_up"
        case dunned, mailed
        case dunningRestarted = "dunned_anew"
    }

    package let kind: Kind
    package let at: Date
    package let amount: Money?
    /// More of it, such as a mail's subject; what the processor said is for staff alone.
    package let detail: String
}

extension Session {
    /// What happened to an invoice, the earliest first.
    func events(of invoice: ID<Invoice>) throws -> [InvoiceEvent] {
        let id = invoice.uuid
        let currency = try one("SELECT currency FROM invoices WHERE id = \(id)") {
            try $0.currency("currency")
        }
        let parts: [SQL] = [
            """
            SELECT created_at AS at, 'written' AS kind, NULL::bigint AS amount, '' AS detail
            FROM invoices WHERE id = \(id) AND order_id IS NULL
                AND created_at < coalesce(issued_at, 'infinity')
            """,
            """
            SELECT issued_at, 'issued', total_minor, '' FROM invoices
            WHERE id = \(id) AND issued_at IS NOT NULL
            """,
            """
            SELECT sent_at, 'mailed', NULL, subject FROM email_outbox
            WHERE invoice_id = \(id) AND sent_at IS NOT NULL
            """,
            """
            SELECT coalesce(settled_at, checked_at, created_at), CASE
                    WHEN status IN ('failed', 'expired', 'cancelled') THEN 'payment_failed'
                    WHEN status IN ('created', 'open', 'processing') THEN 'payment_begun'
                    WHEN status = 'succeeded' THEN 'payment_succeeded'
                    ELSE 'payment_parked'
                END, amount_minor, coalesce(failure, '')
            FROM payments WHERE invoice_id = \(id)
            """,
            """
            SELECT paid_at, 'paid', NULL, '' FROM invoices
            WHERE id = \(id) AND paid_at IS NOT NULL
            """,
            "SELECT at, 'void', NULL, reason FROM invoice_voidances WHERE invoice_id = \(id)",
            """
            SELECT at, 'given_up', NULL, '' FROM ledger_transactions
            WHERE kind = 'written_off' AND cause_id = \(id)
            """,
            """
            SELECT coalesce(r.finished_at, r.created_at), 'refunded', r.amount_minor, r.status
            FROM refunds r JOIN payments p ON p.id = payment_id WHERE invoice_id = \(id)
            """,
            """
            SELECT issued_at, 'credited', total_minor, number_text FROM credit_notes
            WHERE invoice_id = \(id)
            """,
            """
            SELECT at, 'credit_spent', amount_minor, '' FROM credit_spendings
            WHERE invoice_id = \(id)
            """,
            "SELECT done_at, 'dunned', NULL, action FROM dunning_steps WHERE invoice_id = \(id)",
            "SELECT at, 'dunned_anew', NULL, '' FROM dunning_restarts WHERE invoice_id = \(id)",
        ]
        let union = parts.dropFirst().reduce(parts[0]) { "\($0) UNION ALL \($1)" }
        let order = InvoiceEvent.Kind.allCases.map(\.rawValue)
        return try all(
            """
            SELECT at, kind, amount, detail FROM (\(union)) events
            ORDER BY at, array_position(\(order), kind)
            """
        ) { row in
            InvoiceEvent(
                kind: try row.choice("kind"),
                at: try row.get("at"),
                amount: try row.optional("amount", as: Int64.self)
                    .map { Money(minorUnits: $0, currency) },
                detail: try row.get("detail")
            )
        }
    }
}
