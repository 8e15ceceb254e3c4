import Core
import Foundation
import Postgres
import Support

extension Session {
    /// Stores a link to each of some invoices.
    func storeLinks(
        _ ids: [ID<InvoiceLink>],
        to invoices: [InvoiceRecord],
        hashes: [[UInt8]],
        expiresAt: Date,
        now: Date
    ) throws {
        guard !ids.isEmpty else { return }
        try run(
            """
            INSERT INTO invoice_links (
                id, invoice_id, customer_id, token_hash, created_at, expires_at
            )
            SELECT id, invoice, customer, decode(hash, 'hex'), \(now), \(expiresAt)
            FROM unnest(
                \(ids.map(\.uuid)), \(invoices.map(\.id.uuid)), \(invoices.map(\.customer.uuid)),
                \(hashes.map { Hex.encode($0) })
            ) AS l (id, invoice, customer, hash)
            """
        )
    }

    /// What a link opens, while it is good.
    func link(hash: [UInt8], now: Date) throws -> InvoiceLinks.Opened? {
        try first(
            """
            SELECT l.id, invoice_id, l.customer_id
            FROM invoice_links l JOIN invoices ON invoices.id = invoice_id
            WHERE token_hash = \(hash) AND revoked_at IS NULL AND expires_at > \(now)
                AND status <> 'draft'
            """
        ) { row in
            InvoiceLinks.Opened(
                id: try row.id("id"),
                invoice: try row.id("invoice_id"),
                customer: try row.id("customer_id")
            )
        }
    }

    func markLinkUsed(_ id: ID<InvoiceLink>, now: Date) throws {
        try run("UPDATE invoice_links SET last_used_at = \(now) WHERE id = \(id.uuid)")
    }

    func revokeLinks(of invoice: ID<Invoice>, now: Date) throws {
        try run(
            """
            UPDATE invoice_links SET revoked_at = \(now)
            WHERE invoice_id = \(invoice.uuid) AND revoked_at IS NULL
            """
        )
    }

    /// How many links to an invoice are good.
    func openLinks(of invoice: ID<Invoice>, now: Date) throws -> Int64 {
        try one(
            """
            SELECT count(*) AS links FROM invoice_links
            WHERE invoice_id = \(invoice.uuid) AND revoked_at IS NULL AND expires_at > \(now)
            """
        ) { try $0.get("links") }
    }
}
