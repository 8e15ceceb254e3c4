import Core
import Markup
import Web
import Wire

/// A customer's invoices.
struct InvoiceListView: View {
    let page: ListPage<InvoiceFilter>
    let request: Request

    private static let statuses: [InvoiceRecord.Status] = [.open, .paid, .void]
    private static let columns: [ListColumn<InvoiceFilter>] = [
        ListColumn("invoice", "Invoice") { invoice in
            a(.href(InvoiceRoutes.show.path(invoice.id)), .classes("strong")) { invoice.label }
        },
        ListColumn("date", "Date", sort: .date) { Moment(day: $0.issuedAt ?? $0.createdAt) },
        .number("total", "Total", sort: .total) { Amount($0.total) },
        .number("due", "Due") { invoice in
            if invoice.status == .open { Amount(invoice.due) } else { "–" }
        },
        ListColumn("status", "Status") { $0.status.badge },
    ]

    var body: HTML {
        ListView("Invoices", page, InvoiceListView.columns, empty: empty) {
            Filter(search: "Search", "q", page.filter.text, hint: "Number, such as INV-2026")
            Filter(
                "Status",
                "status",
                request.query["status"],
                all: "All",
                InvoiceListView.statuses.map { ($0.rawValue, $0.badge.text) }
                    + [(InvoiceFilter.overdue, "Overdue")]
            )
            Filter(date: "From", "issued_from", request.query["issued_from"])
            Filter(date: "To", "issued_to", request.query["issued_to"])
        }.body
    }

    private var empty: EmptyState {
        EmptyState(
            page.filter.isActive ? "No invoice fits" : "No invoices yet",
            "Each payment has a numbered invoice, which you find here.",
            icon: "receipt"
        )
    }
}

/// An invoice as a document that can be read, printed and kept.
struct InvoiceView: View {
    let invoice: InvoiceRecord
    let lines: [InvoiceLineRecord]
    let email: String
    let name: String
    /// How lines were computed, by their position.
    let explanations: [Int: String]
    /// What stands below the lines of every document.
    let houseNotes: [String]
    let dunning: DunningTimeline?
    let refunds: [RefundRecord]
    /// Whether mails have links to it that work without logging in.
    let hasLinks: Bool
    let creditNotes: [CreditNoteRecord]
    let events: [InvoiceEvent]
    let token: String

    var body: HTML {
        PageHeading(
            invoice.label,
            badge: invoice.status.badge,
            back: ("Invoices", InvoiceRoutes.list.path())
        ) {
            if invoice.isPayable {
                PayForm(
                    "Pay \(invoice.due.label)",
                    to: InvoiceRoutes.pay.path(invoice.id),
                    token: token
                )
            }
            if let order = invoice.order {
                ButtonLink("See the order", to: OrderRoutes.show.path(order), size: .small)
            }
            if invoice.number != nil {
                ButtonLink(
                    "Download PDF",
                    to: InvoiceRoutes.pdf.path(invoice.id),
                    size: .small,
                    icon: "download"
                )
            }
            if hasLinks {
                ActionForm(
                    "End links",
                    to: InvoiceRoutes.revokeLinks.path(invoice.id),
                    token: token,
                    .quiet,
                    size: .small,
                    asking: "End the links to this invoice in our mails? Whoever has one can see "
                        + "and pay it."
                )
            }
            button(
                .type("button"),
                .classes("button", "is-secondary", "is-small", "js-only"),
                .data("print", "")
            ) {
                Icon("printer")
                "Print"
            }
        }
        if let dunning { DunningCard(timeline: dunning) }
        InvoicePaper(
            invoice: invoice,
            lines: lines,
            email: email,
            name: name,
            explanations: explanations,
            houseNotes: houseNotes
        )
        if !creditNotes.isEmpty {
            CreditNoteCard(notes: creditNotes) { CreditNoteRoutes.show.path($0) }
        }
        InvoiceTimelineCard(invoice: invoice, events: events, isDunned: dunning != nil)
        InvoiceRefunds(refunds: refunds)
    }
}

/// The sheet that an invoice is.
struct InvoicePaper: View {
    let invoice: InvoiceRecord
    let lines: [InvoiceLineRecord]
    /// Who is named on a draft.
    let email: String
    let name: String
    /// How lines were computed, by their position.
    var explanations: [Int: String] = [:]
    /// What stands below the lines of every document.
    var houseNotes: [String] = []

    var body: HTML {
        article(.classes("card", "paper")) {
            parties
            dates
            table
            if let memo = invoice.memo {
                div(.classes("start-l")) {
                    for line in memo.split(separator: "\n") { p { String(line) } }
                }
            }
            remarks
            if !houseNotes.isEmpty {
                div(.classes("start-l")) { for note in houseNotes { p { note } } }
            }
            if let paidAt = invoice.paidAt {
                p(.classes("soft", "start-l")) {
                    "Paid in full on "
                    Moment(day: paidAt)
                    ". Thank you."
                }
            }
        }
    }

    private var parties: HTML {
        div(.classes("paper-head")) {
            div {
                p(.classes("soft", "small")) { "From" }
                if let seller = invoice.seller { PartyView(party: seller) }
            }
            div {
                p(.classes("soft", "small")) { "To" }
                PartyView(
                    party: invoice.buyer
                        ?? Party(name: name, company: nil, email: email, address: [])
                )
            }
        }
    }

    private var dates: HTML {
        Facts([
            Facts.Fact("Number") { invoice.number ?? "Not issued yet" },
            Facts.Fact("Date") { Moment(day: invoice.issuedAt ?? invoice.createdAt) },
            Facts.Fact("Due") { invoice.dueAt.map { Moment(day: $0).body } ?? HTML.text("–") },
        ]).body
    }

    private var table: HTML {
        div(.classes("start-l")) {
            DataTable(
                "Lines",
                columns,
                lines.enumerated().map { row($1, explanations[$0]) }
            )
            div(.classes("invoice-sums")) {
                Sums(
                    subtotal: invoice.subtotal,
                    discount: invoice.discount,
                    taxes: lines.taxes,
                    isTaxInclusive: invoice.isTaxInclusive,
                    total: invoice.total
                )
                Facts(sums: payments)
            }
        }
    }

    private var showsDiscount: Bool { lines.contains { !$0.discount.isZero } }
    private var showsTax: Bool { lines.contains { !$0.tax.isZero } }

    private var columns: [DataTable.Column] {
        var columns: [DataTable.Column] = [
            "Description", .number("Quantity"), .number("Unit price"),
        ]
        if showsDiscount { columns.append(.number("Discount")) }
        if showsTax { columns.append(.number("Tax")) }
        return columns + [.number("Amount")]
    }

    private func row(_ line: InvoiceLineRecord, _ explanation: String?) -> DataTable.Row {
        var cells = [
            description(of: line, explanation), HTML.text(String(line.quantity)),
            Amount(line.unitPrice).body,
        ]
        if showsDiscount { cells.append(Amount(-line.discount).body) }
        if showsTax { cells.append(Amount(line.tax).body) }
        return DataTable.Row(cells + [Amount(line.amount).body])
    }

    /// What the law wants said, and why the taxes are what they are.
    @HTMLBuilder private var remarks: HTML {
        if !invoice.notes.isEmpty {
            div(.classes("start-l")) { for note in invoice.notes { p { note } } }
        }
        TaxReasons(reasons: invoice.shownTaxReasons(lines.taxes))
    }

    private var payments: [Facts.Fact] {
        let credit = invoice.paidByCredit
        let paid = invoice.paid - credit
        var facts = [Facts.Fact("Paid") { paid.isZero ? HTML.text("–") : Amount(-paid).body }]
        if invoice.credited.isPositive {
            facts.insert(Facts.Fact("Credited") { Amount(-invoice.credited) }, at: 0)
        }
        if credit.isPositive { facts.append(Facts.Fact("Paid from credit") { Amount(-credit) }) }
        if invoice.carried.isPositive {
            facts.append(Facts.Fact("Added to your credit") { Amount(invoice.carried) })
        }
        let due = invoice.status == .void ? .zero(invoice.due.currency) : invoice.due
        facts.append(Facts.Fact("Amount due") { Amount(due, showsCode: true) })
        return facts
    }

    private func description(of line: InvoiceLineRecord, _ explanation: String?) -> HTML {
        div {
            line.description
            if let start = line.periodStart, let end = line.periodEnd {
                div(.classes("soft", "small")) {
                    Moment(day: start)
                    " to "
                    Moment(day: end)
                }
            }
            if let explanation { div(.classes("soft", "small")) { explanation } }
        }
    }
}

/// Why the taxes of a document are what they are.
struct TaxReasons: View {
    let reasons: [String]

    @HTMLBuilder var body: HTML {
        if !reasons.isEmpty {
            details(.classes("start-m", "soft", "small")) {
                summary { "Why this tax" }
                for reason in reasons { p { reason } }
            }
        }
    }
}

/// Who sells or buys.
struct PartyView: View {
    let party: Party

    var body: HTML {
        address {
            strong { party.company ?? party.name }
            for line in (party.company == nil ? [] : [party.name]) + party.address {
                br()
                line
            }
            br()
            party.email
            if let taxID = party.taxID {
                br()
                "Tax ID \(taxID)"
            }
        }
    }
}

extension InvoiceRecord {
    /// What people call the invoice.
    var label: String { number.map { "Invoice \($0)" } ?? "Draft invoice" }
}
