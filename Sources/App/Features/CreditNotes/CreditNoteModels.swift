import Core
import Foundation
import Web

/// What to give back of one line.
struct NewCreditNoteLine: APIModel {
    let line: ID<InvoiceLine>
    let amount: MoneyBody?

    static let model = Model(
        "new_credit_note_line",
        "What to give back of a line of the invoice.",
        NewCreditNoteLine.init,
        Field("line_id", \.line, "The line."),
        Field("amount", \.amount, "With its tax; all that is left of the line when absent."),
    )
}

/// A credit note to issue.
struct NewCreditNote: APIModel {
    let reason: String
    let lines: [NewCreditNoteLine]?
    let isRefunded: Bool?

    static let model = Model(
        "new_credit_note",
        "What to give back of an invoice.",
        NewCreditNote.init,
        Field("reason", \.reason, "Stands on the document.", .length(1...500), .singleLine),
        Field(
            "lines",
            \.lines,
            "All that is left of the invoice when absent.",
            .count(1...ManualInvoice.mostLines)
        ),
        Field(
            "refund",
            \.isRefunded,
            "Whether what was paid already goes back to the payer; it becomes credit otherwise."
        ),
    )

    /// - Throws: a ``Problem`` for a currency that is not sold in.
    func wish(key: String?) throws -> CreditNotes.Wish {
        CreditNotes.Wish(
            lines: try (lines ?? []).enumerated().map { index, line in
                (line.line, try line.amount.map { try NewCreditNote.money($0, index) })
            },
            reason: reason,
            isRefunded: isRefunded ?? false,
            key: key
        )
    }

    private static func money(_ body: MoneyBody, _ index: Int) throws -> Money {
        guard let currency = Currency(body.currency) else {
            throw Problem.invalid(
                "lines.\(index).amount.currency",
                "unknown_value",
                "is no currency that is sold in"
            )
        }
        return Money(minorUnits: body.amount, currency)
    }
}

/// A credit note as the API shows it.
struct CreditNoteBody: APIModel {
    let id: ID<CreditNote>
    let number: String
    let invoiceID: ID<Invoice>
    let customerID: ID<Customer>
    let reason: String
    let lines: [CreditNoteLineBody]
    let taxes: [CreditNoteTaxBody]
    let tax: MoneyBody
    let total: MoneyBody
    let owed: MoneyBody
    let credited: MoneyBody
    let refunded: MoneyBody
    let issuedAt: Date

    static let model = Model(
        "credit_note",
        "What was given back of an invoice.",
        CreditNoteBody.init,
        Field("id", \.id, "Starts with crn_."),
        Field("number", \.number, "Of a series of its own, such as CN-2026-000001."),
        Field("invoice_id", \.invoiceID, "The invoice it is for."),
        Field("customer_id", \.customerID, "Who gets it."),
        Field("reason", \.reason, "Why."),
        Field("lines", \.lines, "What of."),
        Field("taxes", \.taxes, "The taxes in it."),
        Field("tax", \.tax, "What of the total is tax."),
        Field("total", \.total, "What is given back in all, with tax."),
        Field("reduced_due", \.owed, "What of it was still due of the invoice and is no more."),
        Field("credited", \.credited, "What of it had been paid and became credit."),
        Field("refunded", \.refunded, "What of it had been paid and goes back to the payer."),
        Field("issued_at", \.issuedAt, "When."),
    )
}

extension CreditNoteBody {
    init(_ shown: ShownCreditNote) {
        let note = shown.note
        self.init(
            id: note.id,
            number: note.number,
            invoiceID: note.invoice,
            customerID: note.customer,
            reason: note.reason,
            lines: shown.lines.map {
                CreditNoteLineBody(
                    line: $0.line,
                    description: $0.description,
                    tax: MoneyBody($0.tax),
                    total: MoneyBody($0.total)
                )
            },
            taxes: shown.taxes.map {
                CreditNoteTaxBody(label: $0.label, amount: MoneyBody($0.amount))
            },
            tax: MoneyBody(note.tax),
            total: MoneyBody(note.total),
            owed: MoneyBody(note.owed),
            credited: MoneyBody(note.isRefunded ? .zero(note.total.currency) : note.rest),
            refunded: MoneyBody(note.isRefunded ? note.rest : .zero(note.total.currency)),
            issuedAt: note.issuedAt
        )
    }
}

struct CreditNoteLineBody: APIModel {
    let line: ID<InvoiceLine>
    let description: String
    let tax: MoneyBody
    let total: MoneyBody

    static let model = Model(
        "credit_note_line",
        "What was given back of one line.",
        CreditNoteLineBody.init,
        Field("line_id", \.line, "The line of the invoice."),
        Field("description", \.description, "What for."),
        Field("tax", \.tax, "What of the total is tax."),
        Field("total", \.total, "With its tax."),
    )
}

struct CreditNoteTaxBody: APIModel {
    let label: String
    let amount: MoneyBody

    static let model = Model(
        "credit_note_tax",
        "One tax of a credit note.",
        CreditNoteTaxBody.init,
        Field("label", \.label, "Such as VAT 19 %."),
        Field("amount", \.amount, "How much of it is given back."),
    )
}

struct CreditNoteListBody: APIModel {
    let data: [CreditNoteBody]

    static let model = Model(
        "credit_note_list",
        "The credit notes of an invoice.",
        CreditNoteListBody.init,
        Field("data", \.data, "Oldest first."),
    )
}
