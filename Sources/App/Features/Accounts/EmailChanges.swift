package import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web
import Wire

/// Verifies the addresses of users and changes them.
package struct EmailChanges: Sendable {
    /// How many mails a user can ask for in an hour.
    private static let mostMails = 5

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Whether a link can still be used.
    package func canVerify(_ token: String) async throws -> Bool {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) {
            try $0.hasOneTimeToken(hash: OpaqueToken.hash(token), for: .verifyEmail, now: now)
        }
    }

    /// Notes that the owner of an address is the user, who has followed the link sent there.
    ///
    /// - Throws: ``Web/Problem`` 410 for a link that is no good.
    package func verify(_ token: String, from visit: Visit) async throws {
        let (now, hash) = (services.clock.now, OpaqueToken.hash(token))
        try await services.database.transaction(for: .system) { session in
            guard
                let user = try session.user(ofOneTimeToken: hash, for: .verifyEmail, now: now),
                user.isActive,
                try session.useOneTimeToken(hash: hash, for: .verifyEmail, now: now)
            else { throw Problem.deadLink }
            try session.setEmailVerified(user.id, now: now)
            try session.record(
                AuditEntry(
                    user.actor(visit),
                    AccountActions.verifyEmail,
                    user.id,
                    customer: user.customer
                ),
                now: now
            )
        }
    }

    /// Sends the link again.
    ///
    /// - Throws: ``Web/Problem`` 429 after many of them.
    package func sendVerification(to user: SignedInUser) async throws {
        let (services, now) = (services, services.clock.now)
        try await services.database.transaction(for: .system) { session in
            let user = try session.lockUser(user.id).orThrow(Problem.unauthorized)
            guard user.emailVerifiedAt == nil else { return }
            try EmailChanges.limitMails(to: user, session, now: now)
            try AccountMails.sendVerification(to: user, session, services, now: now)
        }
    }

    /// Gives a user another address, which is to be verified; the old one is told.
    ///
    /// Links that were sent to the old address stop working: it may be somebody else's by now.
    ///
    /// - Throws: ``Web/Problem`` 422 for a wrong password, 409 when the address has an account.
    package func change(
        of user: SignedInUser,
        to email: EmailAddress,
        password: String,
        from visit: Visit
    ) async throws {
        try await LogIn(services).confirm(password, of: user.id)
        let (services, now) = (services, services.clock.now)
        try await services.database.transaction(for: .system) { session in
            let user = try session.lockUser(user.id).orThrow(Problem.unauthorized)
            guard user.isActive else { throw Problem.unauthorized }
            if user.email == email.text { return }
            try EmailChanges.limitMails(to: user, session, now: now)
            try EmailChanges.store(
                email,
                of: user,
                user.actor(visit),
                session,
                services,
                now: now
            )
        }
    }

    /// Gives a locked user another address within somebody else's transaction.
    static func store(
        _ email: EmailAddress,
        of user: UserRecord,
        _ actor: Actor,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard try session.setEmail(email, of: user.id) else { throw Problem.emailTaken }
        if let customer = user.customer {
            try session.setCustomerEmail(email.text, of: customer)
        }
        try session.useUpOneTimeTokens(of: user.id, for: .resetPassword, now: now)
        let changed = try session.user(user.id).orThrow(Problem.notFound)
        try AccountMails.sendVerification(to: changed, session, services, now: now)
        try AccountMails.sendEmailChanged(
            to: user,
            newAddress: email.text,
            session,
            services,
            now: now
        )
        try session.record(
            AuditEntry(
                actor,
                AccountActions.changeEmail,
                user.id,
                customer: user.customer,
                before: ["email": .string(user.email)],
                after: ["email": .string(email.text)]
            ),
            now: now
        )
    }

    private static func limitMails(
        to user: UserRecord,
        _ session: Session,
        now: Date
    ) throws {
        let since = now.addingTimeInterval(-3600)
        guard
            try session.countOneTimeTokens(of: user.id, for: .verifyEmail, since: since)
                < EmailChanges.mostMails
        else { throw Problem.tooManyRequests(retryAfterSeconds: 3600) }
    }
}
