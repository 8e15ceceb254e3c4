import Core
import Cryptography
import Foundation
import Markup
import Postgres
import Support
import Web

/// The mails of an order.
enum OrderMails {
    static let welcomeTemplate = "welcome"
    static let receiptTemplate = "receipt"
    /// Thanks for a payment and names its invoice.
    static func sendReceipt(
        for order: OrderRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let customer = try session.customer(order.customer).orThrow(Problem.notFound)
        let invoice = try session.invoice(ofOrder: order.id).orThrow(Problem.notFound)
        let address = services.configuration.portalURL + OrderRoutes.show.path(order.id)
        let number = invoice.number ?? ""
        try Outbox.store(
            Outbox.NewMail(
                template: receiptTemplate,
                causeType: Order.idPrefix,
                causeID: order.id.text,
                customer: order.customer,
                recipient: customer.email,
                subject: "Your payment of \(order.total.label), invoice \(number)",
                body: MailBody(
                    preview: "Your order \(order.label) is paid and is being set up.",
                    reason: "You get this mail because order \(order.label) was paid."
                ) {
                    p { "Hello \(customer.name)," }
                    p {
                        "Thank you. We have received \(order.total.label) for order "
                        "\(order.label)."
                    }
                    p { "Invoice \(number) is attached. Your hosting is being set up now." }
                    p { a(.href(address), .classes("action")) { "Watch your order" } }
                },
                invoice: invoice.id,
                attachesDocument: true
            ),
            session,
            services,
            now: now
        )
    }

    /// Tells of an order that staff have placed, and how it is paid.
    static func sendToPay(
        for order: OrderRecord,
        chargingCard card: String?,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let customer = try session.customer(order.customer).orThrow(Problem.notFound)
        let address = services.configuration.portalURL + OrderRoutes.show.path(order.id)
        let how =
            card.map { "It is charged to your card \($0). If that does not work, pay it there." }
            ?? "Please pay it there; it is set up as soon as you have."
        try Outbox.store(
            Outbox.NewMail(
                template: "order_to_pay",
                causeType: Order.idPrefix,
                causeID: order.id.text,
                customer: order.customer,
                recipient: customer.email,
                subject: "Your order \(order.label) of \(order.total.label)",
                body: MailBody(
                    preview: "We have placed an order for you.",
                    reason: "You get this mail because our staff placed an order for you."
                ) {
                    p { "Hello \(customer.name)," }
                    p { "We have placed order \(order.label) of \(order.total.label) for you." }
                    p { how }
                    p { a(.href(address), .classes("action")) { "See the order" } }
                }
            ),
            session,
            services,
            now: now
        )
    }

    /// Tells that the card which was to pay for an order of staff's was declined.
    static func sendDeclined(
        for order: OrderRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let template = "order_declined"
        guard try !session.hasMail(template: template, causeID: order.id.text) else { return }
        let customer = try session.customer(order.customer).orThrow(Problem.notFound)
        let address = services.configuration.portalURL + OrderRoutes.show.path(order.id)
        try Outbox.store(
            Outbox.NewMail(
                template: template,
                causeType: Order.idPrefix,
                causeID: order.id.text,
                customer: order.customer,
                recipient: customer.email,
                subject: "Your payment of \(order.total.label) did not go through",
                body: MailBody(
                    preview: "We could not charge your card for order \(order.label).",
                    reason: "You get this mail because a payment for your order failed."
                ) {
                    p { "Hello \(customer.name)," }
                    p { "We could not charge your card for order \(order.label)." }
                    p {
                        "Nothing was taken. Please pay the order by hand; it is set up as soon as "
                        "you have."
                    }
                    p { a(.href(address), .classes("action")) { "Pay the order" } }
                }
            ),
            session,
            services,
            now: now
        )
    }

    /// Tells a buyer how to log in. The password is not in the mail unless staff have set it so:
    /// a link shows it once.
    static func sendWelcome(
        for item: OrderItemRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard try !session.hasMail(template: welcomeTemplate, causeID: item.id.text) else { return }
        let customer = try session.customer(item.customer).orThrow(Problem.notFound)
        let account = try session.hostingAccount(ofItem: item.id).orThrow(Problem.notFound)
        let server = try session.server(account.server).orThrow(Problem.notFound)
        let license = try session.license(ofItem: item.id).orThrow(Problem.notFound)
        let key = try services.keyring.openText(
            license.keySealed,
            context: LicenseRecord.context(of: license.id)
        )
        let password = try initialPassword(of: account, session, services, now: now)
        try Outbox.store(
            Outbox.NewMail(
                template: welcomeTemplate,
                causeType: OrderItem.idPrefix,
                causeID: item.id.text,
                customer: item.customer,
                recipient: customer.email,
                subject: "Your hosting is ready",
                body: WelcomeMail(
                    name: customer.name,
                    plan: item.planName,
                    panel: server.baseURL,
                    username: account.username,
                    password: password,
                    licenseKey: key,
                    domain: item.domain?.name.text
                ).body
            ),
            session,
            services,
            now: now
        )
    }

    private static func initialPassword(
        of account: HostingAccountRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> WelcomeMail.Password {
        if try session.flag("welcome_mail_shows_password"), let sealed = account.passwordSealed {
            let context = HostingAccountRecord.passwordContext(of: account.id)
            // What the mail says need not be kept.
            try session.forgetPassword(of: account.id)
            return .shown(try services.keyring.openText(sealed, context: context))
        }
        return .link(try RevealMails.link(to: account, session, services, now: now).address)
    }
}

/// The mail that says how to log in.
struct WelcomeMail {
    enum Password {
        case shown(String)
        /// The address that shows the password once.
        case link(String)
    }

    let name: String
    let plan: String
    let panel: String
    let username: String
    let password: Password
    let licenseKey: String
    let domain: String?

    var body: MailBody {
        MailBody(
            preview: "Log in to your panel as \(username).",
            reason: "You get this mail because you bought hosting from us."
        ) {
            p { "Hello \(name)," }
            p { "Your \(plan) hosting is ready." }
            details
            if case .link(let address) = password {
                p { a(.href(address), .classes("action")) { "Show the password once" } }
            }
            p { "Keep the licence key to yourself: whoever has it can use your plan." }
        }
    }

    @HTMLBuilder private var details: HTML {
        Markup.table {
            row("Panel") { a(.href(panel)) { panel } }
            row("User name") { username }
            if case .shown(let password) = password { row("Password") { password } }
            row("Licence key") { licenseKey }
            if let domain { row("Domain") { domain } }
        }
    }

    private func row(_ name: String, @HTMLBuilder value: () -> HTML) -> HTML {
        tr {
            th { name }
            td { value() }
        }
    }
}
