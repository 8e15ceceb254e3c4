import Core
import Markup
import Web

/// A credit note as a document that can be read, printed and kept.
struct CreditNoteView: View {
    let shown: ShownCreditNote
    /// The invoice that it is for.
    let back: String
    let pdf: String

    private var note: CreditNoteRecord { shown.note }

    var body: HTML {
        PageHeading(note.label, back: ("Invoice \(note.invoiceNumber)", back)) {
            ButtonLink("Download PDF", to: pdf, size: .small, icon: "download")
        }
        article(.classes("card", "paper")) {
            div(.classes("paper-head")) {
                party("From", note.seller)
                party("To", note.buyer)
            }
            Facts([
                Facts.Fact("Number") { note.number },
                Facts.Fact("Date") { Moment(day: note.issuedAt) },
                Facts.Fact("For invoice") { TextLink(note.invoiceNumber, to: back) },
            ])
            p(.classes("start-l")) { note.reason }
            div(.classes("start-l")) {
                lines
                div(.classes("invoice-sums")) { Facts(sums: sums) }
            }
        }
    }

    private func party(_ label: String, _ party: Party) -> HTML {
        div {
            p(.classes("soft", "small")) { label }
            PartyView(party: party)
        }
    }

    private var lines: DataTable {
        DataTable(
            "Lines",
            ["Description", .number("Tax"), .number("Amount with tax")],
            shown.lines.map { line in
                DataTable.Row {
                    line.description
                    Amount(line.tax)
                    Amount(line.total)
                }
            }
        )
    }

    private var sums: [Facts.Fact] {
        shown.taxes.map { tax in
            Facts.Fact("\(tax.label) in it") { Amount(tax.amount) }
        } + [
            Facts.Fact("Credited", isTotal: true) { Amount(note.total, showsCode: true) },
            Facts.Fact("Less to pay") { Amount(note.owed) },
            Facts.Fact(note.isRefunded ? "Sent back to you" : "Added to your credit") {
                Amount(note.rest)
            },
        ]
    }
}

/// The credit notes of an invoice, on its page.
struct CreditNoteCard: View {
    let notes: [CreditNoteRecord]
    let path: @Sendable (ID<CreditNote>) -> String

    var body: HTML {
        Card("Credit notes", isFlush: true) {
            DataTable(
                "Credit notes",
                ["Number", "Date", "Reason", .number("Amount")],
                notes.map { note in
                    DataTable.Row {
                        TextLink(note.number, to: path(note.id))
                        Moment(day: note.issuedAt)
                        note.reason
                        Amount(note.total)
                    }
                }
            )
        }
    }
}

/// The form of a credit note: an amount for each line, all that is left of it to begin with.
struct CreditNoteFormView: View {
    let file: CreditFile
    let form: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            "Credit \(file.invoice.label)",
            back: (file.invoice.label, ConsoleOrderRoutes.invoice.path(file.invoice.id))
        )
        div(.classes("narrow-left", "stack")) {
            Markup.form(
                to: ConsoleCreditNoteRoutes.create.path(file.invoice.id),
                token: token,
                .classes("stack")
            ) {
                if let notice = Notice.formErrors(form) { notice }
                Card("What is given back") { div(.classes("form")) { fields } }
                div(.classes("row")) {
                    SubmitButton("Issue the credit note", .danger)
                }
            }
        }
    }

    @HTMLBuilder private var fields: HTML {
        p(.classes("soft", "small")) {
            "Amounts are with tax. What is due of the invoice becomes less first; what was paid "
            "already becomes the customer's credit. The note is numbered and mailed at once, and "
            "never changes."
        }
        if let message = form.message("lines") { FieldMessage(message, id: "lines-error") }
        FormField("Reason", "reason", form, hint: "Stands on the credit note.", .maxlength(500))
        for (row, each) in file.lines.enumerated() where each.line.remaining.isPositive {
            FormField(
                each.text,
                CreditFile.field(row),
                form,
                hint: "At most \(each.line.remaining.label).",
                isOptional: true,
                .inputmode("decimal")
            )
        }
        CheckBox(
            "Give back to the payer what was paid already",
            "refund",
            isChecked: !form.value("refund").isEmpty,
            hint: "It becomes the customer's credit otherwise."
        )
    }
}
