import Core
import Markup
import Web

/// One invoice for whoever has a link to it.
struct InvoiceLinkView: View {
    let found: ShownInvoice
    /// What the link's address has.
    let link: String
    /// What forms carry.
    let token: String

    private var invoice: InvoiceRecord { found.invoice }

    var body: HTML {
        PageHeading(invoice.label, badge: invoice.status.badge) {
            if invoice.isPayable {
                ActionForm(
                    "Pay \(invoice.due.label)",
                    to: InvoiceLinkRoutes.pay.path(link),
                    token: token,
                    .primary,
                    icon: "credit-card"
                )
            }
            ButtonLink("Download PDF", to: InvoiceLinkRoutes.pdf.path(link), icon: "download")
        }
        InvoicePaper(
            invoice: invoice,
            lines: found.lines,
            email: "",
            name: "",
            explanations: found.explanations,
            houseNotes: found.houseNotes
        )
    }
}

/// Says that a link is not good any more.
struct InvoiceLinkEndedView: View {
    var body: HTML {
        Card(isFlush: true) {
            div(.classes("empty")) {
                Icon("eye-off")
                h1 { "This link has ended" }
                p(.classes("soft")) {
                    "It is too old, or somebody has ended it. Log in to see and pay your "
                    "invoices, or write to us for a new link."
                }
                div(.classes("row")) {
                    ButtonLink("Go to your invoices", to: InvoiceRoutes.list.path(), .primary)
                }
            }
        }
    }
}
