import Core
import Foundation
import Testing
import Typesetting
import Wire

@testable import App

@Suite struct InvoiceDocumentTests {
    private static let issued = Date(timeIntervalSince1970: 1_795_000_000)
    private static let typesetter = Typesetter(threads: 2)

    private func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .usd) }

    private func party(_ name: String, country: String) -> Party {
        Party(name: name, company: nil, email: "a@example.com", address: ["1 Street", country])
    }

    private func record(
        _ status: InvoiceRecord.Status,
        paidAt: Date?,
        country: String = "DE"
    ) -> InvoiceRecord {
        InvoiceRecord(
            id: ID(UUID()),
            customer: ID(UUID()),
            order: nil,
            number: status == .draft ? nil : "INV-2026-000001",
            status: status,
            subtotal: money(1000),
            discount: money(100),
            tax: money(171),
            isTaxInclusive: false,
            carried: money(0),
            total: money(1071),
            paid: paidAt == nil ? money(0) : money(1071),
            paidByCredit: money(0),
            paidByCreditAtIssue: money(0),
            credited: money(0),
            notes: [],
            taxReasons: [],
            seller: status == .draft ? nil : party("Seller", country: "US"),
            buyer: status == .draft ? nil : party("Buyer", country: country),
            createdAt: Self.issued,
            issuedAt: status == .draft ? nil : Self.issued,
            dueAt: Self.issued,
            paidAt: paidAt
        )
    }

    @Test func `a draft is no document`() {
        #expect(InvoiceDocument(issued: record(.draft, paidAt: nil), []) == nil)
    }

    @Test func `the document says what credit has paid, what became credit, and why the tax`()
        async throws
    {
        var invoice = InvoiceDocument(
            number: "INV-1",
            seller: party("Seller", country: "DE"),
            buyer: party("Buyer", country: "FR"),
            issuedAt: Self.issued,
            dueAt: Self.issued,
            lines: [],
            subtotal: money(1_000),
            discount: money(0),
            taxes: [],
            carried: money(70),
            total: money(1_000),
            paid: money(400),
            paidByCredit: money(300),
            notes: ["Reverse charge."],
            taxReasons: ["The buyer owes the tax."]
        )
        let json = invoice.json
        #expect(json["paid_from_credit"] == 300 && json["amount_paid"] == 400)
        #expect(json["carried_to_credit"] == 70)
        #expect(json["tax_reasons"] == ["The buyer owes the tax."])
        let words = "\(InvoicePDF(invoice).document.blocks)"
        for text in [
            "Paid from credit", "Added to your credit", "Why this tax", "The buyer owes the tax.",
            "Reverse charge.",
        ] { #expect(words.contains(text), "\(text)") }
        invoice = try #require(InvoiceDocument(issued: record(.open, paidAt: nil), []))
        #expect(!"\(InvoicePDF(invoice).document.blocks)".contains("Paid from credit"))
    }

    @Test func `the document does not depend on what came after its issue`() throws {
        let open = try #require(InvoiceDocument(issued: record(.open, paidAt: nil), []))
        let later = Self.issued.addingTimeInterval(60)
        let paid = try #require(InvoiceDocument(issued: record(.paid, paidAt: later), []))
        let void = try #require(InvoiceDocument(issued: record(.void, paidAt: nil), []))
        #expect(open.json == paid.json)
        #expect(open.json == void.json)
        #expect(paid.due == money(1071))
        #expect(paid.stamp == nil)
    }

    @Test func `what is paid at its issue is on it`() throws {
        let paid = record(.paid, paidAt: Self.issued)
        let document = try #require(InvoiceDocument(issued: paid, []))
        #expect(document.due.isZero)
        guard case .paid(let date) = document.stamp else {
            Issue.record("there is no stamp")
            return
        }
        #expect(date == Self.issued)
    }

    @Test(arguments: [("DE", Paper.a4), ("US", .letter), ("CA", .letter), ("GB", .a4)])
    func `the paper is that of the buyer's country`(country: String, paper: Paper) throws {
        let record = record(.open, paidAt: nil, country: country)
        let document = try #require(InvoiceDocument(issued: record, []))
        #expect(InvoicePDF(document).document.paper == paper)
    }

    private func long(_ count: Int) -> InvoiceDocument {
        let lines = (1...count).map { index in
            InvoiceDocument.Line(
                description: "Line \(index) " + String(repeating: "long ", count: index % 40),
                quantity: 1,
                unitPrice: money(999_999_999),
                discount: money(index % 3 == 0 ? 100 : 0),
                tax: money(19),
                amount: money(999_999_999),
                periodStart: Self.issued,
                periodEnd: Self.issued.addingTimeInterval(86_400)
            )
        }
        return InvoiceDocument(
            kind: .creditNote,
            number: "CN-1",
            seller: party("Seller", country: "DE"),
            buyer: party("Buyer", country: "DE"),
            issuedAt: Self.issued,
            dueAt: nil,
            lines: lines,
            subtotal: lines.map(\.amount).sum(.usd),
            discount: money(0),
            taxes: [InvoiceDocument.TaxComponent(label: "VAT 19 %", amount: money(19))],
            total: lines.map(\.amount).sum(.usd) + money(19),
            paid: money(0),
            stamp: .void(Self.issued),
            notes: ["Reverse charge."],
            paymentInstructions: ["Nothing is to be paid."]
        )
    }

    @Test func `two hundred lines make pages that are numbered`() async throws {
        let bytes = try await Self.typesetter.typeset(InvoicePDF(long(200)).document)
        let pages = try PDFFile(bytes).pages()
        #expect(pages.count > 5)
        for (index, page) in pages.enumerated() {
            #expect(page.contains("Page \(index + 1) of \(pages.count)"))
            #expect(page.contains("Description") || index == pages.count - 1)
        }
        let text = pages.joined()
        for index in 1...200 { #expect(text.contains("Line \(index) ")) }
        for word in ["Credit note", "CN-1", "VOID", "VAT 19 %", "Reverse charge.", "Total"] {
            #expect(text.contains(word), "\(word)")
        }
    }
}
