import Core
import Cryptography
import Foundation
import Markup
import Postgres
import Support
import Web

/// The mails with a link that shows an account's initial password once.
enum RevealMails {
    static let template = "reveal"
    /// How long a link works.
    static let seconds = 7 * 86_400.0

    /// Makes a link; those that were made before work no longer.
    static func link(
        to account: HostingAccountRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> (id: ID<OneTimeToken>, address: String) {
        let token = OpaqueToken.make()
        let id = ID<OneTimeToken>(services.ids.next())
        try session.endRevealTokens(of: account.id, now: now)
        try session.storeRevealToken(
            hash: OpaqueToken.hash(token),
            id: id,
            account: account.id,
            expiresAt: now.addingTimeInterval(seconds),
            now: now
        )
        return (id, services.configuration.portalURL + RevealRoutes.show.path(token))
    }

    /// Tells the owner of an account that was made by hand how to log in, once.
    static func sendFirst(
        for account: HostingAccountRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard account.passwordSealed != nil,
            try !session.hasMail(template: template, causeID: account.id.text)
        else { return }
        let address = try link(to: account, session, services, now: now).address
        try store(
            address,
            for: account,
            cause: (HostingAccount.idPrefix, account.id.text),
            session,
            services,
            now: now
        )
    }

    /// Sends another link in place of those before.
    static func sendAnother(
        for account: HostingAccountRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let (id, address) = try link(to: account, session, services, now: now)
        try store(
            address,
            for: account,
            cause: (OneTimeToken.idPrefix, id.text),
            session,
            services,
            now: now
        )
    }

    private static func store(
        _ address: String,
        for account: HostingAccountRecord,
        cause: (type: String, id: String),
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let server = try session.server(account.server).orThrow(Problem.notFound)
        let customer = try session.customer(account.customer).orThrow(Problem.notFound)
        try Outbox.store(
            Outbox.NewMail(
                template: template,
                causeType: cause.type,
                causeID: cause.id,
                customer: account.customer,
                // What was bought has the buyer's address, though perhaps tagged; what staff made
                // by hand has the one that they gave it.
                recipient: account.item == nil ? account.email : customer.email,
                subject: "Your password for \(account.username)",
                body: body(address, account, panel: server.baseURL)
            ),
            session,
            services,
            now: now
        )
    }

    private static func body(
        _ address: String,
        _ account: HostingAccountRecord,
        panel: String
    ) -> MailBody {
        MailBody(
            preview: "Log in to your panel as \(account.username).",
            reason: "You get this mail because you have a hosting account with us."
        ) {
            p { "Hello," }
            p {
                "Your hosting account \(account.username) is at "
                a(.href(panel)) { panel }
                "."
            }
            p { "This link shows its password once, and works for a week." }
            p { a(.href(address), .classes("action")) { "Show the password once" } }
        }
    }
}
