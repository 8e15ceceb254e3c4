import Core
import Foundation
import Markup
import Web
import Wire

/// All invoices with their search.
struct ConsoleInvoiceListView: View {
    let page: ListPage<ConsoleInvoiceFilter>
    let rights: ConsoleRights
    let request: Request
    let now: Date

    var body: HTML {
        ListView("Invoices", page, columns, empty: empty) {
            Filter(
                search: "Search",
                "q",
                page.filter.invoices.text,
                hint: "Number, name, e-mail or identifier"
            )
            Filter("Status", "status", request.query["status"], all: "All", states)
            Filter(date: "Issued from", "issued_from", request.query["issued_from"])
            Filter(date: "To", "issued_to", request.query["issued_to"])
        } actions: {
            if rights.movesMoney {
                ButtonLink(
                    "New invoice",
                    to: ConsoleInvoiceRoutes.new.path(),
                    .primary,
                    icon: "plus"
                )
            }
        }.body
    }

    private var states: [(String, String)] {
        InvoiceRecord.Status.allCases.map { ($0.rawValue, $0.badge.text) }
            + [(InvoiceFilter.overdue, "Overdue")]
    }

    private var columns: [ListColumn<ConsoleInvoiceFilter>] {
        let now = now
        return [
            ListColumn("invoice", "Invoice") { each in
                a(
                    .href(ConsoleOrderRoutes.invoice.path(each.invoice.id)),
                    .classes("strong")
                ) { each.invoice.number ?? "Draft" }
            },
            ListColumn("customer", "Customer") { each in
                Stacked {
                    a(.href(ConsoleCustomerRoutes.show.path(each.invoice.customer))) {
                        each.customerName
                    }
                    EmailText(each.email)
                }
            },
            ListColumn("status", "Status") { each in
                if each.invoice.isOverdue(at: now) {
                    Badge("Overdue", .failure)
                } else {
                    each.invoice.status.badge
                }
            },
            .number("total", "Total", sort: .total) { Amount($0.invoice.total, showsCode: true) },
            .number("open", "To pay") { each in
                if each.invoice.status == .open { Amount(each.invoice.due) } else { "–" }
            },
            ListColumn("date", "Date", sort: .date) {
                Moment(day: $0.invoice.issuedAt ?? $0.invoice.createdAt)
            },
            ListColumn("due", "Due", sort: .due) { each in
                if let dueAt = each.invoice.dueAt { Moment(day: dueAt) } else { "–" }
            },
        ]
    }

    private var empty: EmptyState {
        EmptyState(
            page.filter.isActive ? "No invoice fits" : "No invoices yet",
            page.filter.isActive
                ? "Search for the beginning of a number, part of a name or an address, "
                    + "or any identifier."
                : "Each sale makes one, and you can write one by hand.",
            icon: "receipt"
        )
    }
}

/// The form of an invoice that staff write, new or a draft.
struct InvoiceFormView: View {
    /// Nil for a new one.
    let draft: InvoiceRecord?
    let form: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            draft == nil ? "New invoice" : "Edit the draft",
            back: draft.map { ("Draft invoice", ConsoleOrderRoutes.invoice.path($0.id)) }
                ?? ("Invoices", ConsoleInvoiceRoutes.list.path())
        )
        div(.classes("narrow-left", "stack")) {
            Markup.form(to: path, token: token, .classes("stack")) {
                if let notice = Notice.formErrors(form) { notice }
                input(.type("hidden"), .name("rows"), .value(String(InvoiceForm.rows(form))))
                Card("Invoice") { div(.classes("form")) { head } }
                Card("Lines") { div(.classes("form")) { lines } }
                div(.classes("row")) {
                    SubmitButton("Save the draft")
                    SubmitButton("More lines", .secondary, choice: ("more", "yes"))
                }
            }
        }
    }

    private var path: String {
        draft.map { ConsoleInvoiceRoutes.change.path($0.id) } ?? ConsoleInvoiceRoutes.create.path()
    }

    @HTMLBuilder private var head: HTML {
        if draft == nil {
            div(.classes("form-row")) {
                FormField(
                    "Customer",
                    "customer",
                    form,
                    hint: "The e-mail address, or an identifier that begins with cus_.",
                    .autocomplete("off")
                ).unrequired
                FormField(
                    "Currency",
                    "currency",
                    form,
                    hint: "Such as USD, EUR or JPY.",
                    .maxlength(3),
                    .autocomplete("off")
                ).unrequired
            }
        }
        FormField(
            "Due",
            "due_at",
            form,
            .input(type: "date"),
            hint: "14 days after its issue when left empty.",
            isOptional: true
        )
        FormField(
            "Memo",
            "memo",
            form,
            .textarea(rows: 3),
            hint: "Stands on the invoice below its lines.",
            isOptional: true,
            .maxlength(2_000)
        )
    }

    @HTMLBuilder private var lines: HTML {
        p(.classes("soft", "small")) { "Rows that are left empty are not on the invoice." }
        for row in 0..<InvoiceForm.rows(form) {
            fieldset(.classes("form-row")) {
                legend(.classes("visually-hidden")) { "Line \(row + 1)" }
                FormField(
                    "Description",
                    InvoiceForm.field(row, "description"),
                    form,
                    .maxlength(500)
                )
                .unrequired
                FormField(
                    "Quantity",
                    InvoiceForm.field(row, "quantity"),
                    form,
                    .inputmode("numeric")
                ).unrequired
                FormField(
                    "Unit price",
                    InvoiceForm.field(row, "unit_price"),
                    form,
                    .inputmode("decimal")
                ).unrequired
            }
        }
    }
}

/// The buttons of an invoice's page, as far as its state and the reader's rights allow.
struct ConsoleInvoiceButtons: View {
    let invoice: InvoiceRecord
    let token: String

    var body: HTML {
        HTML {
            if invoice.status == .draft {
                if invoice.order == nil { draftButtons }
            } else {
                issuedButtons
            }
        }
    }

    @HTMLBuilder private var draftButtons: HTML {
        ButtonLink(
            "Issue…",
            to: ConsoleInvoiceRoutes.askIssue.path(invoice.id),
            .primary,
            size: .small
        )
        ButtonLink(
            "Edit",
            to: ConsoleInvoiceRoutes.edit.path(invoice.id),
            size: .small,
            icon: "pencil"
        )
        ButtonLink(
            "Remove…",
            to: ConsoleInvoiceRoutes.askRemove.path(invoice.id),
            .danger,
            size: .small
        )
    }

    @HTMLBuilder private var issuedButtons: HTML {
        ActionForm(
            "Mail it",
            to: ConsoleInvoiceRoutes.send.path(invoice.id),
            token: token,
            size: .small,
            icon: "send"
        )
        ActionForm(
            "Make a link",
            to: ConsoleInvoiceRoutes.makeLink.path(invoice.id),
            token: token,
            size: .small
        )
        ActionForm(
            "End all links",
            to: ConsoleInvoiceRoutes.revokeLinks.path(invoice.id),
            token: token,
            size: .small,
            asking: "End all links to this invoice, those in mails too?"
        )
        if invoice.status != .void, invoice.total.isPositive {
            ButtonLink(
                "Credit…",
                to: ConsoleCreditNoteRoutes.new.path(invoice.id),
                size: .small
            )
        }
        if invoice.status == .open {
            ButtonLink(
                "Give up…",
                to: ConsoleInvoiceRoutes.askGiveUp.path(invoice.id),
                .danger,
                size: .small
            )
        }
        if [.open, .uncollectible].contains(invoice.status) {
            ButtonLink(
                "Cancel…",
                to: ConsoleInvoiceRoutes.askVoid.path(invoice.id),
                .danger,
                size: .small,
                icon: "ban"
            )
        }
    }
}

/// A new link, shown this once.
struct NewInvoiceLinkView: View {
    let link: InvoiceLinks.Link
    let back: (text: String, path: String)

    var body: HTML {
        PageHeading("Link to the invoice", back: back)
        div(.classes("narrow-left")) {
            Card {
                div(.classes("stack")) {
                    Notice(.warning) {
                        "Whoever has the link sees and can pay this invoice. It is shown this once."
                    }
                    Copyable(link.address, name: "link")
                    p(.classes("soft")) {
                        "It ends on "
                        Moment(day: link.expiresAt)
                        "."
                    }
                }
            }
        }
    }
}
