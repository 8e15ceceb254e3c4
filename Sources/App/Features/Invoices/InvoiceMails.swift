import Core
import Foundation
import Markup
import Postgres
import Support
import Web

/// The mails of invoices that no order asks for.
enum InvoiceMails {
    static let newTemplate = "invoice"
    static let declinedTemplate = "invoice_declined"
    static let paidTemplate = "invoice_paid"
    static let copyTemplate = "invoice_copy"
    static let voidTemplate = "invoice_void"

    /// Tells of new invoices, and whether their customers have to do something about them; once
    /// an invoice.
    static func sendNew(
        _ ids: [ID<Invoice>],
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let invoices = try session.invoices(ids)
        let customers = try session.customers(invoices.map(\.customer))
        let cards = try session.defaultPaymentMethods(of: customers.map(\.id))
        let named = Dictionary(customers.map { ($0.id, $0) }) { first, _ in first }
        let links = try addresses(of: invoices, session, services, now: now)
        let mails = try zip(invoices, links).map { invoice, address in
            let card = cards[invoice.customer]
            let isChargeable = !invoice.due.isTooLittleForCards
            let what =
                !isChargeable
                ? "This is too little for a card. You can pay it by bank transfer or from credit; "
                    + "nothing happens while it stays open."
                : card.map { "It will be charged to your card \($0.label) when it is due." }
                    ?? "Please pay it by then, on the invoice's page."
            return mail(
                newTemplate,
                "\(invoice.label) of \(invoice.total.label)",
                ["\(invoice.label) of \(invoice.total.label) is due on \(invoice.dueText).", what],
                action: card == nil && isChargeable ? "Pay the invoice" : "See the invoice",
                address,
                reason: "You get this mail because you are a customer of ours.",
                invoice,
                to: try named[invoice.customer].orThrow(Problem.notFound),
                attachesDocument: true
            )
        }
        try Outbox.store(mails, session, services, now: now)
    }

    /// Asks for another way to pay.
    static func sendDeclined(
        _ id: ID<Invoice>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let invoice = try session.invoice(id).orThrow(Problem.notFound)
        try send(
            declinedTemplate,
            "Your payment of \(invoice.due.label) did not go through",
            [
                "We could not charge your card for \(invoice.label), \(invoice.due.label).",
                "Nothing was taken, and your hosting goes on. Please pay the invoice by hand, or "
                    + "save another card.",
            ],
            action: "Pay the invoice",
            reason: "You get this mail because a payment for your hosting failed.",
            invoice,
            session,
            services,
            now: now
        )
    }

    /// Thanks for a payment.
    static func sendPaid(
        _ id: ID<Invoice>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let invoice = try session.invoice(id).orThrow(Problem.notFound)
        try send(
            paidTemplate,
            "Your payment of \(invoice.total.label), \(invoice.label.lowercasedFirst)",
            ["Thank you. We have received \(invoice.total.label) for \(invoice.label)."],
            action: "See the invoice",
            reason: "You get this mail because an invoice of yours was paid.",
            invoice,
            attachesDocument: true,
            session,
            services,
            now: now
        )
    }

    /// Sends an invoice once more because staff ask for it, as often as they do.
    static func sendCopy(
        _ invoice: InvoiceRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let isOwed = invoice.status == .open && invoice.due.isPositive
        try send(
            copyTemplate,
            "\(invoice.label) of \(invoice.total.label)",
            ["Here is \(invoice.label.lowercasedFirst) of \(invoice.total.label)."]
                + (isOwed ? ["\(invoice.due.label) is due on \(invoice.dueText)."] : []),
            action: isOwed ? "Pay the invoice" : "See the invoice",
            reason: "You get this mail because our staff sent you an invoice.",
            invoice,
            cause: ID<Mail>(services.ids.next()).text,
            attachesDocument: true,
            session,
            services,
            now: now
        )
    }

    /// Tells that an invoice need not be paid any more.
    static func sendVoid(
        _ id: ID<Invoice>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let invoice = try session.invoice(id).orThrow(Problem.notFound)
        try send(
            voidTemplate,
            "\(invoice.label) is cancelled",
            [
                "We have cancelled \(invoice.label.lowercasedFirst) of \(invoice.total.label).",
                "Nothing is due for it. Please do not pay it.",
            ],
            action: "See the invoice",
            reason: "You get this mail because an invoice of yours was cancelled.",
            invoice,
            session,
            services,
            now: now
        )
    }

    /// Sends a mail about an invoice, once for a cause, which is the invoice unless another one is
    /// named. While something is due, its button is a link that lets its holder pay without logging
    /// in.
    static func send(
        _ template: String,
        _ subject: String,
        _ paragraphs: [String],
        action: String,
        reason: String,
        _ invoice: InvoiceRecord,
        cause: String? = nil,
        attachesDocument: Bool = false,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let cause = cause ?? invoice.id.text
        guard try !session.hasMail(template: template, causeID: cause) else { return }
        let customer = try session.customer(invoice.customer).orThrow(Problem.notFound)
        let address = try addresses(of: [invoice], session, services, now: now)[0]
        try Outbox.store(
            mail(
                template,
                subject,
                paragraphs,
                action: action,
                address,
                reason: reason,
                invoice,
                cause: cause,
                to: customer,
                attachesDocument: attachesDocument
            ),
            session,
            services,
            now: now
        )
    }

    /// Where the buttons of mails about invoices lead.
    private static func addresses(
        of invoices: [InvoiceRecord],
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> [String] {
        let owed = invoices.filter { $0.status == .open && $0.due.isPositive }
        let links = try InvoiceLinks.make(for: owed, session, services, now: now)
        return invoices.map { invoice in
            links[invoice.id]?.address
                ?? services.configuration.portalURL + InvoiceRoutes.show.path(invoice.id)
        }
    }

    private static func mail(
        _ template: String,
        _ subject: String,
        _ paragraphs: [String],
        action: String,
        _ address: String,
        reason: String,
        _ invoice: InvoiceRecord,
        cause: String? = nil,
        to customer: CustomerRecord,
        attachesDocument: Bool
    ) -> Outbox.NewMail {
        Outbox.NewMail(
            template: template,
            causeType: Invoice.idPrefix,
            causeID: cause ?? invoice.id.text,
            customer: invoice.customer,
            recipient: customer.email,
            subject: subject,
            body: MailBody(preview: paragraphs[0], reason: reason) {
                p { "Hello \(customer.name)," }
                for paragraph in paragraphs { p { paragraph } }
                p { a(.href(address), .classes("action")) { action } }
                if attachesDocument {
                    p { "\(invoice.label) is attached as a PDF." }
                }
            },
            invoice: invoice.id,
            attachesDocument: attachesDocument
        )
    }
}

extension InvoiceRecord {
    fileprivate var dueText: String {
        dueAt?.dayText ?? "receipt"
    }
}

extension String {
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
