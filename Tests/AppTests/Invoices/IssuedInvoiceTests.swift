import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

/// Nothing on an issued invoice ever changes: the database refuses it, whatever asks.
@Suite struct IssuedInvoiceTests {
    private static let issued = "IN (SELECT id FROM invoices WHERE status <> 'draft')"
    private static let draft = "(SELECT id FROM invoices WHERE status = 'draft')"
    private static let line = "IN (SELECT id FROM invoice_lines WHERE invoice_id \(issued))"
    private static let draftLine =
        "(SELECT id FROM invoice_lines WHERE invoice_id = \(draft) LIMIT 1)"

    /// A row of a table once more, with something else in it.
    private static func copy(_ table: String, of rows: String, with changes: String) -> String {
        """
        INSERT INTO \(table) SELECT (jsonb_populate_record(
            t, jsonb_build_object(\(changes))
        )).* FROM \(table) t WHERE \(rows) LIMIT 1
        """
    }

    /// Each of them finds rows, and no other rule of the database forbids what it does to them.
    private static let changesOfInvoices: [String] = [
        """
        UPDATE invoices SET total_minor = total_minor + 1, tax_minor = tax_minor + 1
        WHERE id \(issued)
        """,
        "UPDATE invoices SET buyer = jsonb_set(buyer, '{name}', '\"Eve\"') WHERE id \(issued)",
        "UPDATE invoices SET seller = seller || '{\"name\": \"Another\"}' WHERE id \(issued)",
        "UPDATE invoices SET currency = 'EUR' WHERE id \(issued)",
        "UPDATE invoices SET number = number + 1, number_text = 'INV-2' WHERE id \(issued)",
        "UPDATE invoices SET issued_at = issued_at - interval '1 day' WHERE id \(issued)",
        "UPDATE invoices SET due_at = due_at + interval '1 day' WHERE id \(issued)",
        "UPDATE invoices SET notes = '{Paid}', memo = 'Paid' WHERE id \(issued)",
        """
        UPDATE invoices SET status = 'draft', series_id = NULL, number = NULL, number_text = NULL,
            issued_at = NULL, due_at = NULL, seller = NULL, buyer = NULL WHERE id \(issued)
        """,
        "DELETE FROM invoices WHERE id \(issued)",
    ]
    private static let changesOfLines: [String] = [
        "UPDATE invoice_lines SET description = 'Advice' WHERE invoice_id \(issued)",
        """
        UPDATE invoice_lines SET unit_minor = unit_minor + 1, amount_minor = amount_minor + quantity
        WHERE invoice_id \(issued)
        """,
        "UPDATE invoice_lines SET invoice_id = \(draft), position = 9 WHERE invoice_id \(issued)",
        """
        UPDATE invoice_lines SET invoice_id = (SELECT id FROM invoices WHERE id \(issued)),
            position = 9 WHERE invoice_id = \(draft)
        """,
        copy(
            "invoice_lines",
            of: "invoice_id \(issued)",
            with: "'id', gen_random_uuid(), 'position', 9"
        ),
        "DELETE FROM invoice_lines WHERE invoice_id \(issued)",
    ]
    private static let changesOfTaxes: [String] = [
        "UPDATE invoice_line_taxes SET amount_minor = amount_minor - 1 WHERE line_id \(line)",
        "UPDATE invoice_line_taxes SET component = 'GST' WHERE line_id \(line)",
        """
        UPDATE invoice_line_taxes SET line_id = \(draftLine), position = 9 WHERE line_id \(line)
        """,
        copy("invoice_line_taxes", of: "line_id \(line)", with: "'position', 9"),
        "DELETE FROM invoice_line_taxes WHERE line_id \(line)",
    ]
    /// The program has no right to these at all.
    private static let changesOfNotes: [String] = [
        "UPDATE credit_notes SET total_minor = total_minor + 1",
        "UPDATE credit_notes SET buyer = jsonb_set(buyer, '{name}', '\"Eve\"')",
        "DELETE FROM credit_notes",
        "UPDATE credit_note_lines SET total_minor = total_minor + 1",
        "DELETE FROM credit_note_lines",
        "UPDATE credit_note_taxes SET amount_minor = amount_minor + 1",
        "DELETE FROM credit_note_taxes",
    ]

    @Test func `the database refuses to change what was issued`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.issueTaxedInvoice()
            let before = try await app.documents()
            #expect(before.values.allSatisfy { !$0.isEmpty }, "\(before)")
            let refusals = [
                (Self.changesOfInvoices + Self.changesOfLines + Self.changesOfTaxes, "NP001"),
                (Self.changesOfNotes, "42501"),
            ]
            for (changes, state) in refusals {
                for change in changes {
                    let found = await app.refusal(of: change)
                    #expect(found == state, "\(change)")
                }
            }
            #expect(try await app.documents() == before)
        }
    }

    @Test func `nothing is refused of what happens to an invoice, or while it is a draft`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            try await app.issueTaxedInvoice()
            for change in [
                "UPDATE invoices SET credited_minor = credited_minor + 1 WHERE id \(Self.issued)",
                "UPDATE invoice_lines SET description = 'Advice' WHERE invoice_id = \(Self.draft)",
                "DELETE FROM invoice_lines WHERE invoice_id = \(Self.draft)",
                "DELETE FROM invoices WHERE status = 'draft'",
            ] {
                let found = await app.refusal(of: change)
                #expect(found == nil, "\(change)")
            }
        }
    }
}

extension TestApp {
    /// An issued invoice with a tax, a part of which was credited, and a draft for its customer.
    fileprivate func issueTaxedInvoice() async throws {
        try await setSeller("DE")
        _ = try await setTaxRule("DE", "19")
        let customer = try await customer(of: try await register(in: "DE"))
        let invoice = try await issueInvoice(for: customer)
        let line = try #require(try await self.invoice(invoice)["lines"]?[0]?["id"]?.string)
        let part: JSON = [
            "line_id": .string(line), "amount": ["amount": 1_190, "currency": "USD"],
        ]
        let note = try await doTo(
            invoice,
            "credit-notes",
            json: ["reason": "Billed by mistake", "lines": [part]]
        )
        try #require(note.status == 201, "\(note.text)")
        let draft = try await writeInvoice(for: customer)
        try #require(draft.status == 201, "\(draft.text)")
    }

    /// The state that the database refuses a statement with; nil when it does it.
    fileprivate func refusal(of statement: String) async -> String? {
        do {
            try await run("\(unsafeRaw: statement)")
            return nil
        } catch {
            return (error as? DatabaseError)?.sqlState ?? "\(error)"
        }
    }

    /// The rows of each table that a document is made of.
    fileprivate func documents() async throws -> [String: [String]] {
        try await services.database.transaction(for: .system) { session in
            var rows: [String: [String]] = [:]
            for table in [
                "invoices", "invoice_lines", "invoice_line_taxes", "credit_notes",
                "credit_note_lines", "credit_note_taxes",
            ] {
                rows[table] = try session.all(
                    "SELECT t::text AS row FROM \(unsafeRaw: table) t ORDER BY 1"
                ) { try $0.get("row") }
            }
            return rows
        }
    }
}
