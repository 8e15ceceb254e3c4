import Core
import Foundation
import Postgres

extension Session {
    /// The file of an invoice, once it was asked for.
    func storedPDF(of invoice: ID<Invoice>) throws -> StoredPDF? {
        try first(
            "SELECT bytes, sha256 FROM invoice_pdfs WHERE invoice_id = \(invoice.uuid)"
        ) {
            StoredPDF(bytes: try $0.get("bytes"), sha256: try $0.get("sha256"))
        }
    }

    /// Keeps the file of an invoice, unless it has one.
    func keepPDF(
        _ pdf: StoredPDF,
        of invoice: ID<Invoice>,
        customer: ID<Customer>,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO invoice_pdfs (invoice_id, customer_id, bytes, sha256, created_at)
            VALUES (
                \(invoice.uuid), \(customer.uuid), \(pdf.bytes), \(pdf.sha256), \(now)
            )
            ON CONFLICT DO NOTHING
            """
        )
    }
}
