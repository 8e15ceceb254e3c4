package import Core
package import Foundation
import Postgres

/// A mail of the outbox; its bodies are sealed.
package struct OutboxMail: Sendable {
    package enum Status: String, Sendable { case queued, sending, sent, failed }

    package let id: ID<Mail>
    package let customer: ID<Customer>?
    package let template: String
    package let causeType: String
    package let causeID: String
    package let recipient: String
    package let subject: String
    package let textSealed: String
    package let htmlSealed: String
    package let status: Status
    package let createdAt: Date
    /// The invoice that it is about, and whether its PDF goes along.
    package var invoice: ID<Invoice>?
    package var attachesDocument = false
    package var creditNote: ID<CreditNote>?

    /// What the sealed bodies are bound to.
    package static func context(of id: ID<Mail>) -> String { "email_outbox.body.\(id.text)" }
}

extension Session {
    /// Stores mails; those of which their cause has sent none of this template to this address.
    func storeMails(_ mails: [OutboxMail]) throws -> [ID<Mail>] {
        guard !mails.isEmpty else { return [] }
        return try all(
            """
            INSERT INTO email_outbox (
                id, customer_id, template, cause_type, cause_id, recipient, subject,
                body_text_sealed, body_html_sealed, status, created_at, invoice_id,
                attaches_document, credit_note_id
            )
            SELECT * FROM unnest(
                \(mails.map(\.id.uuid)), \(mails.map { $0.customer?.uuid }),
                \(mails.map(\.template)), \(mails.map(\.causeType)), \(mails.map(\.causeID)),
                \(mails.map(\.recipient)), \(mails.map(\.subject)), \(mails.map(\.textSealed)),
                \(mails.map(\.htmlSealed)), \(mails.map(\.status.rawValue)),
                \(mails.map(\.createdAt)), \(mails.map { $0.invoice?.uuid }),
                \(mails.map(\.attachesDocument)), \(mails.map { $0.creditNote?.uuid })
            )
            ON CONFLICT DO NOTHING RETURNING id
            """
        ) { try $0.id("id") }
    }

    /// Whether a cause has a mail of a template already.
    func hasMail(template: String, causeID: String) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM email_outbox WHERE template = \(template) AND cause_id = \(causeID)
            """
        )
    }

    func mailStatus(template: String, causeID: String) throws -> OutboxMail.Status {
        try one(
            """
            SELECT status FROM email_outbox
            WHERE template = \(template) AND cause_id = \(causeID) LIMIT 1
            """
        ) { try $0.choice("status") }
    }

    func mail(_ id: ID<Mail>) throws -> OutboxMail? {
        try first(
            """
            SELECT id, customer_id, template, cause_type, cause_id, recipient, subject,
                body_text_sealed, body_html_sealed, status, created_at, invoice_id,
                attaches_document, credit_note_id
            FROM email_outbox WHERE id = \(id.uuid)
            """
        ) { row in
            OutboxMail(
                id: try row.id("id"),
                customer: try row.optionalID("customer_id"),
                template: try row.get("template"),
                causeType: try row.get("cause_type"),
                causeID: try row.get("cause_id"),
                recipient: try row.get("recipient"),
                subject: try row.get("subject"),
                textSealed: try row.get("body_text_sealed"),
                htmlSealed: try row.get("body_html_sealed"),
                status: try row.choice("status"),
                createdAt: try row.get("created_at"),
                invoice: try row.optionalID("invoice_id"),
                attachesDocument: try row.get("attaches_document"),
                creditNote: try row.optionalID("credit_note_id")
            )
        }
    }

    /// Makes refused mails of some causes ready to be sent again, to where their customers are
    /// reached now, and returns them.
    func reopenFailedMails(causes: [String]) throws -> [ID<Mail>] {
        try all(
            """
            UPDATE email_outbox SET status = 'queued', last_error = NULL,
                recipient = customers.email
            FROM customers
            WHERE customers.id = customer_id AND status = 'failed' AND cause_id = ANY(\(causes))
            RETURNING email_outbox.id
            """
        ) { try $0.id("id") }
    }

    func setMail(
        _ id: ID<Mail>,
        to status: OutboxMail.Status,
        error: String?,
        now: Date
    ) throws {
        try run(
            """
            UPDATE email_outbox SET status = \(status.rawValue), last_error = \(error),
                sent_at = CASE WHEN \(status == .sent) THEN \(now)::timestamptz END
            WHERE id = \(id.uuid) AND status <> 'sent'
            """
        )
    }
}
