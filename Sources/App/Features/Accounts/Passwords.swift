package import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web
import Wire

/// Changes passwords and replaces forgotten ones.
package struct Passwords: Sendable {
    /// How many links a user is sent in the time that one works.
    private static let mostLinks = 3

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Sees to it that the owner of an address gets a link to choose a new password.
    ///
    /// A job looks for the account, so that neither the answer nor its time tells whether there is
    /// one.
    package func forgot(_ email: EmailAddress) async throws {
        let (services, now) = (services, services.clock.now)
        _ = try await services.database.transaction(for: .system) { session in
            try session.enqueue(
                NewJob(
                    .sendResetLink,
                    payload: ["email": .string(email.key)],
                    dedupKey: LoginThrottle.accountKey(email.key)
                ),
                ids: services.ids,
                now: now
            )
        }
    }

    /// The job that sends the link, if there is an account.
    func sendLink(_ job: LeasedJob) async throws -> JobOutcome {
        guard let key = job.payload["email"]?.string else {
            throw MalformedPayload(kind: job.kind, field: "email")
        }
        let (services, now) = (services, services.clock.now)
        try await services.database.transaction(for: .system) { session in
            guard let user = try session.user(emailKey: key), user.isActive else { return }
            let since = now.addingTimeInterval(-OneTimePurpose.resetPassword.lifetimeSeconds)
            let sent = try session.countOneTimeTokens(
                of: user.id,
                for: .resetPassword,
                since: since
            )
            guard sent < Passwords.mostLinks else { return }
            try AccountMails.sendReset(to: user, session, services, now: now)
        }
        return .done
    }

    /// Whether a link can still be used.
    package func canReset(_ token: String) async throws -> Bool {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) {
            try $0.hasOneTimeToken(hash: OpaqueToken.hash(token), for: .resetPassword, now: now)
        }
    }

    /// Sets a new password by a link, which is used up; all log-ins end.
    ///
    /// Whoever has the mail owns the address, so that it counts as verified, and may try the new
    /// password at once.
    ///
    /// - Returns: the owner, for the browser to be known from then on.
    /// - Throws: ``Web/Problem`` 410 for a link that is no good, 422 for a weak password.
    @discardableResult
    package func reset(
        _ token: String,
        to password: String,
        from visit: Visit
    ) async throws -> KnownBrowser {
        let (services, now) = (services, services.clock.now)
        let tokenHash = OpaqueToken.hash(token)
        let found = try await services.database.transaction(for: .system) {
            try $0.user(ofOneTimeToken: tokenHash, for: .resetPassword, now: now)
        }
        guard let found, found.isActive else { throw Problem.deadLink }
        let hash = try await services.passwords.hashNew(password, email: found.email)
        return try await services.database.transaction(for: .system) { session in
            guard let user = try session.lockUser(found.id), user.isActive,
                try session.useOneTimeToken(hash: tokenHash, for: .resetPassword, now: now)
            else { throw Problem.deadLink }
            try Passwords.set(
                hash,
                of: user,
                AccountActions.resetPassword,
                visit,
                session,
                services,
                now: now
            )
            try session.setEmailVerified(user.id, now: now)
            let key = LoginThrottle.accountKey(user.email.lowercased())
            try session.removeThrottles(ofAccount: key)
            return KnownBrowser(of: user.id)
        }
    }

    /// Changes the password of somebody who is logged in; all other log-ins end.
    ///
    /// - Returns: the browser's new session.
    /// - Throws: ``Web/Problem`` 422 for a wrong current password or a weak new one.
    package func change(
        of user: SignedInUser,
        from current: String,
        to password: String,
        from visit: Visit
    ) async throws -> OpenedSession {
        let (services, now) = (services, services.clock.now)
        if let fault = PasswordRules.fault(in: password, email: user.email) {
            throw Problem.refusedPassword(fault)
        }
        try await LogIn(services).confirm(current, of: user.id)
        let hash = try await services.passwords.hashNew(password, email: user.email)
        return try await services.database.transaction(for: .system) { session in
            let user = try session.lockUser(user.id).orThrow(Problem.unauthorized)
            guard user.isActive else { throw Problem.unauthorized }
            try Passwords.set(
                hash,
                of: user,
                AccountActions.changePassword,
                visit,
                session,
                services,
                now: now
            )
            return try PortalSessions.open(
                for: user,
                from: visit,
                replacing: nil,
                session,
                services,
                now: now
            )
        }
    }

    private static func set(
        _ hash: String,
        of user: UserRecord,
        _ action: String,
        _ visit: Visit,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.setPasswordHash(hash, of: user.id)
        try session.endEverySession(of: user.id, because: action, now: now)
        try session.useUpOneTimeTokens(of: user.id, for: .resetPassword, now: now)
        try AccountMails.sendPasswordChanged(to: user, session, services, now: now)
        try session.record(
            AuditEntry(user.actor(visit), action, user.id, customer: user.customer),
            now: now
        )
    }
}
