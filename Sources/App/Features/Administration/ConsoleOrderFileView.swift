import Core
import Markup
import Web

/// One order with everything that belongs to it, and what can be done about it.
struct OrderFileView: View {
    let file: OrderFile
    let token: String
    let rights: ConsoleRights

    private var order: OrderRecord { file.details.order }

    var body: HTML {
        PageHeading(
            "Order \(order.label)",
            badge: order.status.badge,
            back: ("Orders", ConsoleOrderRoutes.list.path())
        ) { if rights.movesMoney { actions } }
        div(.classes("split")) {
            div(.classes("stack")) {
                if order.status == .attention { attention }
                progress
                items
                PaymentCard(
                    payments: file.payments,
                    refunds: file.refunds,
                    unpaid: order.status == .pending ? file.invoice?.id : nil,
                    token: token,
                    rights: rights
                )
                if !file.jobs.isEmpty { jobs }
                AuditCard(entries: file.history, log: rights.log(of: order.id.text))
            }
            aside(.classes("aside", "stack")) {
                about
                sums
            }
        }
    }

    @HTMLBuilder private var actions: HTML {
        if order.status == .attention || order.status == .fulfilling {
            ActionForm(
                "Try again now",
                to: ConsoleOrderRoutes.retry.path(order.id),
                token: token,
                .primary,
                icon: "refresh-cw"
            )
        }
        if order.status == .attention {
            ButtonLink(
                "Undo and refund…",
                to: ConsoleOrderRoutes.askUndo.path(order.id),
                .danger,
                icon: "undo-2"
            )
        }
        if order.status.canBeCancelled {
            ButtonLink(
                "Cancel…",
                to: ConsoleOrderRoutes.askCancel.path(order.id),
                .danger,
                icon: "ban"
            )
        }
    }

    private var attention: HTML {
        let failed = file.details.steps.filter { $0.status == .failed || $0.status == .pending }
        return Notice(.failure, "This order waits for somebody") {
            for step in failed {
                if let detail = step.detail { p { "\(step.name.label): \(detail)" } }
            }
            p { "Mend the cause and try again, or undo the order and give the money back." }
        }.body
    }

    /// What the customer sees of the delivery, kept as it stands by the same stream.
    private var progress: HTML {
        div(
            .aria("live", "polite"),
            .when(
                order.status.isMoving,
                .data("live", ConsoleOrderRoutes.events.path(order.id))
            )
        ) { OrderTimeline(details: file.details, isForStaff: true) }
    }

    private var items: HTML {
        Card("What was ordered", isFlush: true) {
            DataTable(
                "What was ordered",
                ["Item", "Domain name", "Allows", .number("Price")],
                file.details.items.map { item in
                    DataTable.Row {
                        Stacked {
                            span(.classes("strong")) { item.planName }
                            span(.classes("soft", "small", "block")) { item.cycle.label }
                        }
                        domain(of: item)
                        HTML { span(.classes("soft", "small")) { item.quotas.words } }
                        Amount(item.amount)
                    }
                }
            )
        }.body
    }

    @HTMLBuilder private func domain(of item: OrderItemRecord) -> HTML {
        if let ordered = item.domain {
            Stacked {
                ordered.name.text
                span(.classes("soft", "small")) { ordered.words }
            }
        } else {
            span(.classes("soft")) { "None" }
        }
    }

    private var jobs: HTML {
        Card("Jobs of this order", isFlush: true) {
            DataTable(
                "Jobs of this order",
                ["Kind", "State", .number("Attempts"), "Last error", "Due"],
                file.jobs.map { job in
                    DataTable.Row {
                        TextLink(job.label, to: ConsoleRoutes.job.path(job.id))
                        job.status.badge
                        "\(job.attempts) of \(job.maxAttempts)"
                        HTML { span(.classes("clamp", "small")) { job.lastError ?? "–" } }
                        Moment(job.sortTime)
                    }
                }
            )
        }.body
    }

    private var about: HTML {
        Card("Order") { Facts(facts) }.body
    }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("Customer") {
                a(.href(ConsoleCustomerRoutes.show.path(order.customer))) { file.customer.name }
                EmailText(file.customer.email, classNames: "soft small block")
            },
            Facts.Fact("Placed") { Moment(order.createdAt) },
        ]
        if let paidAt = order.paidAt { facts.append(Facts.Fact("Paid") { Moment(paidAt) }) }
        if let end = order.finishedAt { facts.append(Facts.Fact("Ended") { Moment(end) }) }
        if let invoice = file.invoice {
            facts.append(
                Facts.Fact("Invoice") {
                    a(.href(ConsoleOrderRoutes.invoice.path(invoice.id))) {
                        invoice.number ?? "Draft"
                    }
                }
            )
        }
        for account in file.accounts {
            facts.append(
                Facts.Fact("Account") {
                    a(.href(ConsoleCustomerRoutes.account.path(account.id))) { account.username }
                }
            )
        }
        facts.append(
            Facts.Fact("Books") { TextLink("Entries", to: BooksRoutes.entries(of: order.id.text)) }
        )
        facts.append(Facts.Fact("Identifier") { ShortID(order.id.text) })
        return facts
    }

    private var sums: HTML {
        var sums = [Facts.Fact("Subtotal") { Amount(order.subtotal) }]
        if !order.discount.isZero {
            sums.append(Facts.Fact("Discount") { Amount(-order.discount) })
        }
        for tax in file.details.taxes {
            let name = order.isTaxInclusive ? "Includes \(tax.words)" : tax.words
            sums.append(Facts.Fact(name) { Amount(tax.amount) })
        }
        sums.append(Facts.Fact("Total", isTotal: true) { Amount(order.total, showsCode: true) })
        return Card {
            Facts(sums: sums)
            if let invoice = file.invoice {
                TaxReasons(reasons: invoice.shownTaxReasons(file.details.taxes))
            }
        }.body
    }
}

/// An invoice as staff look it up.
struct ConsoleInvoiceView: View {
    let invoice: InvoiceRecord
    let lines: [InvoiceLineRecord]
    let customer: CustomerRecord
    let explanations: [Int: String]
    let houseNotes: [String]
    let payments: [PaymentRecord]
    let refunds: [RefundRecord]
    let dunning: DunningTimeline?
    let creditNotes: [CreditNoteRecord]
    let events: [InvoiceEvent]
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        PageHeading(invoice.label, badge: invoice.status.badge, back: back) {
            if rights.movesMoney {
                ConsoleInvoiceButtons(
                    invoice: invoice,
                    token: token
                )
            }
            if invoice.number != nil {
                ButtonLink(
                    "Download PDF",
                    to: ConsoleOrderRoutes.invoicePDF.path(invoice.id),
                    size: .small,
                    icon: "download"
                )
            }
            ButtonLink(
                customer.name,
                to: ConsoleCustomerRoutes.show.path(invoice.customer),
                size: .small,
                icon: "user"
            )
            ButtonLink(
                "In the books",
                to: BooksRoutes.entries(of: invoice.id.text),
                size: .small,
                icon: "landmark"
            )
        }
        div(.classes("narrow-left")) {
            if let dunning { DunningCard(timeline: dunning) }
            InvoicePaper(
                invoice: invoice,
                lines: lines,
                email: customer.email,
                name: customer.name,
                explanations: explanations,
                houseNotes: houseNotes
            )
            PaymentCard(
                payments: payments,
                refunds: refunds,
                unpaid: invoice.isPayable ? invoice.id : nil,
                token: token,
                rights: rights
            )
            if !creditNotes.isEmpty {
                CreditNoteCard(notes: creditNotes) { ConsoleCreditNoteRoutes.show.path($0) }
            }
            InvoiceTimelineCard(
                invoice: invoice,
                events: events,
                isDunned: dunning != nil,
                isForStaff: true
            )
        }
    }

    private var back: (text: String, path: String) {
        invoice.order.map { ("Order", ConsoleOrderRoutes.show.path($0)) }
            ?? ("Invoices", ConsoleInvoiceRoutes.list.path())
    }
}

extension PaymentRecord {
    /// Where staff see what it is for.
    var consolePath: String {
        order.map { ConsoleOrderRoutes.show.path($0) } ?? ConsoleOrderRoutes.invoice.path(invoice)
    }
}
