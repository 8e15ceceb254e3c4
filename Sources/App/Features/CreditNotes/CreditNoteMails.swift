import Core
import Foundation
import Markup
import Postgres
import Support
import Web

/// The mail that brings a credit note.
enum CreditNoteMails {
    static let template = "credit_note"

    static func send(
        _ id: ID<CreditNote>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let note = try session.creditNote(id).orThrow(Problem.notFound)
        let customer = try session.customer(note.customer).orThrow(Problem.notFound)
        let address = services.configuration.portalURL + CreditNoteRoutes.show.path(id)
        let texts = [
            "We have credited \(note.total.label) of invoice \(note.invoiceNumber).",
            CreditNoteMails.outcome(of: note),
        ]
        try Outbox.store(
            Outbox.NewMail(
                template: template,
                causeType: CreditNote.idPrefix,
                causeID: id.text,
                customer: note.customer,
                recipient: customer.email,
                subject: "\(note.label) of \(note.total.label)",
                body: MailBody(
                    preview: texts[0],
                    reason: "You get this mail because an invoice of yours was credited."
                ) {
                    p { "Hello \(customer.name)," }
                    for text in texts { p { text } }
                    p { a(.href(address), .classes("action")) { "See the credit note" } }
                    p { "\(note.label) is attached as a PDF." }
                },
                invoice: note.invoice,
                attachesDocument: true,
                creditNote: id
            ),
            session,
            services,
            now: now
        )
    }

    private static func outcome(of note: CreditNoteRecord) -> String {
        if note.rest.isZero { return "You owe that much less." }
        return note.isRefunded
            ? "\(note.rest.label) of it is on its way back to where you paid it from."
            : "\(note.rest.label) of it is credit in your account now, and pays your next invoices."
    }
}
