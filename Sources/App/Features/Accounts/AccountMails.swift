import Core
import Cryptography
import Foundation
import Markup
import Postgres
import Support
import Web

/// The mails about an account.
enum AccountMails {
    /// Asks a user to confirm that an address is theirs; earlier links stop working.
    static func sendVerification(
        to user: UserRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.useUpOneTimeTokens(of: user.id, for: .verifyEmail, now: now)
        let link = try newLink(.verifyEmail, for: user, session, services, now: now)
        try store(
            "verify_email",
            link.cause,
            to: user,
            at: user.email,
            subject: "Confirm your e-mail address",
            MailBody(
                preview: "One click and we know that this address is yours.",
                reason: "You get this mail because this address was given for an account with us."
                    + " If that was not you, do nothing."
            ) {
                greeting(user)
                p { "Please confirm that this address is yours." }
                p { a(.href(link.address)) { "Confirm the address" } }
                p { "The link works for three days." }
            },
            session,
            services,
            now: now
        )
    }

    /// Sends a link that lets its reader choose a new password.
    static func sendReset(
        to user: UserRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let link = try newLink(.resetPassword, for: user, session, services, now: now)
        try store(
            "reset_password",
            link.cause,
            to: user,
            at: user.email,
            subject: "Choose a new password",
            MailBody(
                preview: "The link works once, for 15 minutes.",
                reason: "You get this mail because somebody asked for a new password for this"
                    + " address. If that was not you, do nothing: your password stays as it is."
            ) {
                greeting(user)
                p { "You can choose a new password now." }
                p { a(.href(link.address)) { "Choose a new password" } }
                p { "The link works once, for 15 minutes." }
            },
            session,
            services,
            now: now
        )
    }

    /// Tells a user that the password is another one now.
    static func sendPasswordChanged(
        to user: UserRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let forgot = services.configuration.portalURL + AccountRoutes.forgotPage.path()
        try store(
            "password_changed",
            ID<OneTimeToken>(services.ids.next()),
            to: user,
            at: user.email,
            subject: "Your password has been changed",
            MailBody(
                preview: "All other log-ins have been ended.",
                reason: "You get this mail because the password of your account was changed."
            ) {
                greeting(user)
                p {
                    "Your password was changed on \(now.dayText) at \(now.clockText) UTC, and other "
                    "log-ins were ended."
                }
                p {
                    "If that was not you, "
                    a(.href(forgot)) { "choose a new password" }
                    " at once."
                }
            },
            session,
            services,
            now: now
        )
    }

    /// Tells the old address of a user that there is a new one.
    static func sendEmailChanged(
        to user: UserRecord,
        newAddress: String,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try store(
            "email_changed",
            ID<OneTimeToken>(services.ids.next()),
            to: user,
            at: user.email,
            subject: "The e-mail address of your account has been changed",
            MailBody(
                preview: "Mails about your account go to another address from now on.",
                reason: "You get this mail because this was the address of your account."
            ) {
                greeting(user)
                p { "Mails about your account go to \(Masked.email(newAddress)) from now on." }
                p { "If that was not you, answer this mail at once." }
            },
            session,
            services,
            now: now
        )
    }

    /// Names nobody where it is not known whose the address is: a stranger may have given it, and a
    /// name is any text.
    private static func greeting(_ user: UserRecord) -> HTML {
        p { user.emailVerifiedAt == nil ? "Hello," : "Hello \(user.fullName)," }
    }

    /// A link that works once, and what its mail is told apart by.
    private struct Link {
        let address: String
        let cause: ID<OneTimeToken>
    }

    private static func newLink(
        _ purpose: OneTimePurpose,
        for user: UserRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Link {
        let (id, token) = (ID<OneTimeToken>(services.ids.next()), OpaqueToken.make())
        try session.storeOneTimeToken(
            id,
            hash: OpaqueToken.hash(token),
            for: purpose,
            user: user.id,
            now: now
        )
        let path =
            purpose == .verifyEmail
            ? AccountRoutes.verifyPage.path(token) : AccountRoutes.resetPage.path(token)
        return Link(address: services.configuration.portalURL + path, cause: id)
    }

    private static func store(
        _ template: String,
        _ cause: ID<OneTimeToken>,
        to user: UserRecord,
        at recipient: String,
        subject: String,
        _ body: MailBody,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try Outbox.store(
            Outbox.NewMail(
                template: template,
                causeType: OneTimeToken.idPrefix,
                causeID: cause.text,
                customer: user.customer,
                recipient: recipient,
                subject: subject,
                body: body
            ),
            session,
            services,
            now: now
        )
    }
}

/// Texts that tell their owner enough and others little.
enum Masked {
    /// `a…@example.org`.
    static func email(_ address: String) -> String {
        let parts = address.split(separator: "@")
        guard parts.count == 2, let first = parts[0].first else { return "…" }
        return "\(first)…@\(parts[1])"
    }
}
