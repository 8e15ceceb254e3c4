import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web

/// Lets people in who know their password.
package struct LogIn: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Logs a program in.
    ///
    /// - Throws: ``Web/Problem`` 401 for wrong credentials, 429 after too many wrong ones.
    package func byAPI(
        email: String,
        password: String,
        from visit: Visit
    ) async throws -> IssuedTokens {
        let (services, now) = (services, services.clock.now)
        return try await enter(email, password, visit) { session, user in
            try RefreshTokens.issue(for: user, session, services, now: now)
        }
    }

    /// Logs a browser in; the session it had before ends.
    ///
    /// - Throws: ``Web/Problem`` 401 for wrong credentials, 429 after too many wrong ones.
    package func byPortal(
        email: String,
        password: String,
        from visit: Visit,
        replacing old: String?
    ) async throws -> OpenedSession {
        let (services, now) = (services, services.clock.now)
        return try await enter(email, password, visit) { session, user in
            try PortalSessions.open(
                for: user,
                from: visit,
                replacing: old,
                session,
                services,
                now: now
            )
        }
    }

    /// Checks the password of somebody who is logged in, before a change that matters.
    ///
    /// - Throws: ``Web/Problem`` 422 for a wrong one, 429 after too many wrong ones.
    func confirm(_ password: String, of user: ID<User>) async throws {
        let throttle = LoginThrottle.confirmation(of: user)
        let now = services.clock.now
        let hash = try await services.database.transaction(for: .system) { session in
            try throttle.charge(session, now: now)
            return try session.user(user)?.passwordHash
        }
        guard try await check(password, against: hash, throttle) else {
            throw Problem.wrongCurrentPassword
        }
        try await services.database.transaction(for: .system) {
            try throttle.clear($0, now: now)
        }
    }

    private func enter<Value: Sendable>(
        _ email: String,
        _ password: String,
        _ visit: Visit,
        _ issue: @escaping @Sendable (Session, UserRecord) throws -> Value
    ) async throws -> Value {
        let now = services.clock.now
        let emailKey = email.lowercased()
        let (found, throttle) = try await services.database.transaction(for: .system) { session in
            let user = try session.user(emailKey: emailKey)
            let throttle = try LoginThrottle.logIn(
                emailKey: emailKey,
                user: user,
                from: visit,
                session,
                now: now
            )
            try throttle.charge(session, now: now)
            return (user, throttle)
        }
        let fits = try await check(password, against: found?.passwordHash, throttle)
        guard fits, let found, found.isActive else {
            services.log.info(
                "a log-in was refused",
                ["request_id": visit.requestID, "remote_address": visit.remoteAddress]
            )
            throw Problem.wrongCredentials
        }
        let fresh = try await freshHash(of: password, for: found)
        return try await services.database.transaction(for: .system) { session in
            let user = try session.lockUser(found.id).orThrow(Problem.wrongCredentials)
            // Whoever changed the password meanwhile wants the old one to open nothing.
            guard user.isActive, user.passwordHash == found.passwordHash else {
                throw Problem.wrongCredentials
            }
            if let fresh { try session.setPasswordHash(fresh, of: user.id) }
            try throttle.clear(session, now: now)
            try session.record(
                AuditEntry(
                    user.actor(visit),
                    AccountActions.logIn,
                    user.id,
                    customer: user.customer
                ),
                now: now
            )
            return try issue(session, user)
        }
    }

    private func check(
        _ password: String,
        against hash: String?,
        _ throttle: LoginThrottle
    ) async throws -> Bool {
        do {
            return try await services.passwords.check(password, against: hash)
        } catch {
            let now = services.clock.now
            try await services.database.transaction(for: .system) {
                try throttle.refund($0, now: now)
            }
            throw error
        }
    }

    /// A stronger hash, when the stored one was made at a lower cost than today's.
    private func freshHash(of password: String, for user: UserRecord) async throws -> String? {
        guard services.passwords.isStale(user.passwordHash) else { return nil }
        return try? await services.passwords.hash(PasswordRules.canonical(password))
    }
}
