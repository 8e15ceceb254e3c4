import Core
import Cryptography
import Foundation
import Postgres
import Support
import Typesetting
import Web

/// The files of credit notes, made when they are first asked for and then kept, as an invoice's.
struct CreditNotePDFs: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func response(_ id: ID<CreditNote>, for scope: Scope) async throws -> Response {
        let (number, file) = try await file(of: id, for: scope)
        return .file(file.bytes, contentType: "application/pdf", name: "\(number).pdf")
            .with("ETag", "\"\(Hex.encode(file.sha256))\"")
    }

    func file(
        of id: ID<CreditNote>,
        for scope: Scope
    ) async throws -> (number: String, file: StoredPDF) {
        let (shown, stored) = try await services.database.transaction(for: scope) { session in
            (
                try session.shownCreditNote(id).orThrow(Problem.notFound),
                try session.storedPDF(of: id)
            )
        }
        if let stored { return (shown.note.number, stored) }
        let made = try await InvoicePDFs(services).make(InvoiceDocument(shown))
        let now = services.clock.now
        let kept = try await services.database.transaction(for: scope) { session in
            try session.keepPDF(made, of: shown.note, now: now)
            return try session.storedPDF(of: id)
        }
        return (shown.note.number, try kept.orThrow(Problem.notFound))
    }
}

extension InvoiceDocument {
    /// A credit note on paper.
    init(_ shown: ShownCreditNote) {
        let note = shown.note
        let nothing = Money.zero(note.total.currency)
        self.init(
            kind: .creditNote,
            number: note.number,
            seller: note.seller,
            buyer: note.buyer,
            issuedAt: note.issuedAt,
            dueAt: nil,
            lines: shown.lines.map { line in
                let amount = note.isTaxInclusive ? line.total : line.net
                return Line(
                    description: line.description,
                    quantity: 1,
                    unitPrice: amount,
                    discount: nothing,
                    tax: line.tax,
                    amount: amount
                )
            },
            subtotal: note.isTaxInclusive ? note.total : note.total - note.tax,
            discount: nothing,
            taxes: shown.taxes.map { TaxComponent(label: $0.label, amount: $0.amount) },
            total: note.total,
            paid: nothing,
            notes: ["For invoice \(note.invoiceNumber).", note.reason]
        )
    }
}

extension CreditNoteTax {
    /// `VAT 19 %`.
    var label: String {
        var digits = String(rate.inMillionths)
        digits = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        let whole = digits.dropLast(4)
        let rest = digits.suffix(4).reversed().drop { $0 == "0" }.reversed()
        return "\(component) \(whole)\(rest.isEmpty ? "" : ".\(String(rest))") %"
    }
}
