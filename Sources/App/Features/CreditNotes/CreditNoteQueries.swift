import Core
import Foundation
import Postgres

extension Session {
    /// The note that was asked for with a key.
    func creditNote(of invoice: ID<Invoice>, askedWith key: String) throws -> ID<CreditNote>? {
        try first(
            """
            SELECT id FROM credit_notes
            WHERE invoice_id = \(invoice.uuid) AND asked_with = \(key)
            """
        ) { try $0.id("id") }
    }

    func store(
        _ note: CreditNoteRecord,
        series: String,
        number: Int64,
        askedWith key: String?
    ) throws {
        try run(
            """
            INSERT INTO credit_notes (
                id, invoice_id, customer_id, series_id, number, number_text, currency,
                is_tax_inclusive, total_minor, tax_minor, owed_minor, is_refunded, reason,
                seller, buyer, issued_at, asked_with
            ) VALUES (
                \(note.id.uuid), \(note.invoice.uuid), \(note.customer.uuid), \(series), \(number),
                \(note.number), \(note.total.currency.code), \(note.isTaxInclusive),
                \(note.total.minorUnits), \(note.tax.minorUnits), \(note.owed.minorUnits),
                \(note.isRefunded), \(note.reason), \(try JSONText(encoding: note.seller)),
                \(try JSONText(encoding: note.buyer)), \(note.issuedAt), \(key)
            )
            """
        )
    }

    func store(
        _ line: CreditNoteLine,
        _ description: String,
        position: Int,
        of note: CreditNoteRecord
    ) throws {
        try run(
            """
            INSERT INTO credit_note_lines (
                credit_note_id, position, customer_id, invoice_line_id, description, total_minor,
                tax_minor
            ) VALUES (
                \(note.id.uuid), \(position), \(note.customer.uuid), \(line.line.uuid),
                \(description), \(line.total.minorUnits), \(line.tax.minorUnits)
            )
            """
        )
    }

    func store(_ tax: CreditNoteTax, position: Int, of note: CreditNoteRecord) throws {
        try run(
            """
            INSERT INTO credit_note_taxes (
                credit_note_id, position, customer_id, component, country, region, rate,
                amount_minor
            ) VALUES (
                \(note.id.uuid), \(position), \(note.customer.uuid), \(tax.component),
                \(tax.place.country), \(tax.place.region), \(tax.rate.inMillionths),
                \(tax.amount.minorUnits)
            )
            """
        )
    }

    /// What a credit note takes off what is due of its invoice.
    func credit(
        _ invoice: InvoiceRecord,
        by owed: Money,
        becoming status: InvoiceStatus,
        now: Date
    ) throws {
        let isPaidNow = status == .paid && invoice.status != .paid
        try run(
            """
            UPDATE invoices SET credited_minor = credited_minor + \(owed.minorUnits),
                status = \(status.rawValue),
                paid_at = CASE WHEN \(isPaidNow) THEN \(now)::timestamptz ELSE paid_at END
            WHERE id = \(invoice.id.uuid)
            """
        )
    }

    func creditNote(_ id: ID<CreditNote>) throws -> CreditNoteRecord? {
        try first(
            "SELECT \(CreditNoteRecord.columns) WHERE n.id = \(id.uuid)",
            CreditNoteRecord.init(row:)
        )
    }

    func creditNotes(of invoice: ID<Invoice>) throws -> [CreditNoteRecord] {
        try all(
            "SELECT \(CreditNoteRecord.columns) WHERE invoice_id = \(invoice.uuid) ORDER BY n.id",
            CreditNoteRecord.init(row:)
        )
    }

    func shownCreditNote(_ id: ID<CreditNote>) throws -> ShownCreditNote? {
        guard let note = try creditNote(id) else { return nil }
        let currency = note.total.currency
        let lines = try all(
            """
            SELECT invoice_line_id, description, total_minor, tax_minor FROM credit_note_lines
            WHERE credit_note_id = \(id.uuid) ORDER BY position
            """
        ) { row in
            CreditNoteLineRecord(
                line: try row.id("invoice_line_id"),
                description: try row.get("description"),
                total: try row.money("total_minor", currency),
                tax: try row.money("tax_minor", currency)
            )
        }
        let taxes = try all(
            """
            SELECT component, country, region, rate, amount_minor FROM credit_note_taxes
            WHERE credit_note_id = \(id.uuid) ORDER BY position
            """
        ) { row in
            CreditNoteTax(
                component: try row.get("component"),
                place: TaxPlace(try row.get("country"), region: try row.optional("region")),
                rate: .millionths(try row.get("rate")),
                amount: try row.money("amount_minor", currency)
            )
        }
        return ShownCreditNote(note: note, lines: lines, taxes: taxes)
    }

    func storedPDF(of note: ID<CreditNote>) throws -> StoredPDF? {
        try first(
            "SELECT bytes, sha256 FROM credit_note_pdfs WHERE credit_note_id = \(note.uuid)"
        ) { StoredPDF(bytes: try $0.get("bytes"), sha256: try $0.get("sha256")) }
    }

    /// Keeps the file of a credit note, unless it has one.
    func keepPDF(_ pdf: StoredPDF, of note: CreditNoteRecord, now: Date) throws {
        try run(
            """
            INSERT INTO credit_note_pdfs (credit_note_id, customer_id, bytes, sha256, created_at)
            VALUES (
                \(note.id.uuid), \(note.customer.uuid), \(pdf.bytes), \(pdf.sha256), \(now)
            )
            ON CONFLICT DO NOTHING
            """
        )
    }
}

extension CreditNoteRecord {
    fileprivate static let columns: SQL = """
        n.id, invoice_id, i.number_text AS invoice_number, n.customer_id, n.number_text,
        n.currency, n.is_tax_inclusive, n.total_minor, n.tax_minor, owed_minor, is_refunded,
        reason, n.seller::text AS seller, n.buyer::text AS buyer, n.issued_at
        FROM credit_notes n JOIN invoices i ON i.id = invoice_id
        """

    fileprivate init(row: Row) throws {
        let currency = try row.currency("currency")
        self.init(
            id: try row.id("id"),
            invoice: try row.id("invoice_id"),
            invoiceNumber: try row.get("invoice_number"),
            customer: try row.id("customer_id"),
            number: try row.get("number_text"),
            isTaxInclusive: try row.get("is_tax_inclusive"),
            total: try row.money("total_minor", currency),
            tax: try row.money("tax_minor", currency),
            owed: try row.money("owed_minor", currency),
            isRefunded: try row.get("is_refunded"),
            reason: try row.get("reason"),
            seller: try Party(row, "seller").orThrow(UnreadableColumn("seller")),
            buyer: try Party(row, "buyer").orThrow(UnreadableColumn("buyer")),
            issuedAt: try row.get("issued_at")
        )
    }
}
