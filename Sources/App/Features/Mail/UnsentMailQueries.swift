import Core
import Foundation
import Postgres

extension Session {
    /// The oldest first.
    func unsentMails(waitingSince time: Date, most: Int) throws -> [UnsentMail] {
        try all(
            """
            SELECT m.id, m.subject, m.recipient, m.status = 'failed' AS is_refused, m.last_error,
                m.created_at, c.id AS customer_id, c.name
            FROM email_outbox m JOIN customers c ON c.id = m.customer_id
            LEFT JOIN invoices i ON i.id = m.invoice_id
            LEFT JOIN account_removals r
                ON r.mail_id = m.id AND r.withdrawn_at IS NULL AND r.wished_at IS NULL
            WHERE m.status <> 'sent' AND NOT EXISTS (
                -- Where the customer is reached now it is told by another mail.
                SELECT FROM email_outbox o
                WHERE o.template = m.template AND o.cause_type = m.cause_type
                    AND o.cause_id = m.cause_id AND o.recipient = c.email AND o.id <> m.id
            ) AND (
                m.status = 'failed' AND i.status IN ('open', 'uncollectible')
                OR r.mail_id IS NOT NULL AND (m.status = 'failed' OR m.created_at <= \(time))
            )
            ORDER BY m.id LIMIT \(most)
            """
        ) { row in
            UnsentMail(
                id: try row.id("id"),
                subject: try row.get("subject"),
                recipient: try row.get("recipient"),
                isRefused: try row.get("is_refused"),
                error: try row.optional("last_error"),
                createdAt: try row.get("created_at"),
                customer: try row.id("customer_id"),
                customerName: try row.get("name")
            )
        }
    }

    /// Makes a refused mail about an invoice ready to be sent again, to where its customer is
    /// reached now; false for any other. What is for one log-in alone, such as a link for a new
    /// password, goes to nobody else.
    func reopenFailedMail(_ id: ID<Mail>) throws -> Bool {
        try run(
            """
            UPDATE email_outbox SET status = 'queued', last_error = NULL,
                recipient = customers.email
            FROM customers, invoices
            WHERE customers.id = email_outbox.customer_id
                AND invoices.id = email_outbox.invoice_id
                AND invoices.status IN ('open', 'uncollectible')
                AND email_outbox.status = 'failed' AND email_outbox.id = \(id.uuid)
            """
        ) > 0
    }
}
