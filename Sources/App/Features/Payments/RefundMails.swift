import Core
import Foundation
import Markup
import Postgres
import Support
import Web

/// What payers are told of money that goes back to them.
enum RefundMails {
    static let doneTemplate = "refund"
    static let failedTemplate = "refund_failed"

    static func sendDone(
        _ refund: RefundRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let way =
            refund.channel == .stripe
            ? "It goes to the card or account that you paid with. Banks take up to ten days to "
                + "show it."
            : "It goes back the way in which you paid."
        try send(
            doneTemplate,
            "Your refund of \(refund.amount.label)",
            ["We have sent you \(refund.amount.label) back.", way],
            refund,
            session,
            services,
            now: now
        )
    }

    static func sendFailed(
        _ refund: RefundRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try send(
            failedTemplate,
            "Your refund of \(refund.amount.label) did not arrive",
            [
                "We had sent you \(refund.amount.label) back, but your bank did not take it.",
                "Our staff have been told and will write to you about another way.",
            ],
            refund,
            session,
            services,
            now: now
        )
    }

    private static func send(
        _ template: String,
        _ subject: String,
        _ paragraphs: [String],
        _ refund: RefundRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let customer = try session.customer(refund.customer).orThrow(Problem.notFound)
        let path = InvoiceRoutes.show.path(refund.invoice)
        try Outbox.store(
            Outbox.NewMail(
                template: template,
                causeType: Refund.idPrefix,
                causeID: refund.id.text,
                customer: refund.customer,
                recipient: customer.email,
                subject: subject,
                body: MailBody(
                    preview: paragraphs[0],
                    reason: "You get this mail because you have paid us and money goes back."
                ) {
                    p { "Hello \(customer.name)," }
                    for paragraph in paragraphs { p { paragraph } }
                    p {
                        a(.href(services.configuration.portalURL + path), .classes("action")) {
                            "See the invoice"
                        }
                    }
                }
            ),
            session,
            services,
            now: now
        )
    }
}
