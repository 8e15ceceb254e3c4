package import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web

/// Makes the people who run the system, from outside it.
package struct Staff: Sendable {
    /// An administrator who has just been made.
    package struct NewAdmin: Sendable {
        package let id: ID<User>
        /// Where to choose the password, when none was given; works for 15 minutes.
        package let link: String?
    }

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Makes an administrator at an operator's command, who vouches for the address.
    ///
    /// - Throws: ``Web/Problem`` 409 when the address has an account, 422 for a weak password.
    package func createAdmin(
        email: EmailAddress,
        password: String?,
        name: String
    ) async throws -> NewAdmin {
        let (services, now) = (services, services.clock.now)
        var hash = UserRecord.noPassword
        if let password {
            hash = try await services.passwords.hashNew(password, email: email.text)
        }
        let user = admin(email, name: name, hash: hash, verifiedAt: now)
        let token = password == nil ? OpaqueToken.make() : nil
        try await services.database.transaction(for: .system) { session in
            try Staff.store(user, email, by: .system, session, now: now)
            guard let token else { return }
            try session.storeOneTimeToken(
                ID(services.ids.next()),
                hash: OpaqueToken.hash(token),
                for: .resetPassword,
                user: user.id,
                now: now
            )
        }
        let link = token.map {
            services.configuration.portalURL + AccountRoutes.resetPage.path($0)
        }
        return NewAdmin(id: user.id, link: link)
    }

    /// The address of a page that makes the first administrator; nil when there is one.
    ///
    /// It works once, for a week, and not at all once there is an administrator.
    package func firstAdminLink() async throws -> String? {
        let (services, now) = (services, services.clock.now)
        let token = OpaqueToken.make()
        let isNeeded = try await services.database.transaction(for: .system) { session in
            guard try !session.hasActiveAdmin() else { return false }
            try session.storeOneTimeToken(
                ID(services.ids.next()),
                hash: OpaqueToken.hash(token),
                for: .firstAdmin,
                user: nil,
                now: now
            )
            return true
        }
        guard isNeeded else { return nil }
        return services.configuration.portalURL + AccountRoutes.setupPage.path(token)
    }

    /// Whether a link still makes the first administrator.
    package func canSetUp(_ token: String) async throws -> Bool {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            guard try !session.hasActiveAdmin() else { return false }
            return try session.hasOneTimeToken(
                hash: OpaqueToken.hash(token),
                for: .firstAdmin,
                now: now
            )
        }
    }

    /// Makes the first administrator by the link and logs the browser in.
    ///
    /// - Throws: ``Web/Problem`` 410 for a link that is no good, 409 for a taken address, 422 for a
    ///   weak password.
    package func setUp(
        _ token: String,
        email: EmailAddress,
        password: String,
        name: String,
        from visit: Visit
    ) async throws -> OpenedSession {
        guard try await canSetUp(token) else { throw Problem.deadLink }
        let (services, now) = (services, services.clock.now)
        let hash = try await services.passwords.hashNew(password, email: email.text)
        let user = admin(email, name: name, hash: hash, verifiedAt: nil)
        return try await services.database.transaction(for: .system) { session in
            try session.lockAdmins()
            guard try !session.hasActiveAdmin(),
                try session.useOneTimeToken(
                    hash: OpaqueToken.hash(token),
                    for: .firstAdmin,
                    now: now
                )
            else { throw Problem.deadLink }
            try Staff.store(user, email, by: visit.anonymous, session, now: now)
            try AccountMails.sendVerification(to: user, session, services, now: now)
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

    private func admin(
        _ email: EmailAddress,
        name: String,
        hash: String,
        verifiedAt: Date?
    ) -> UserRecord {
        UserRecord(
            id: ID(services.ids.next()),
            customer: nil,
            email: email.text,
            emailVerifiedAt: verifiedAt,
            passwordHash: hash,
            fullName: name,
            role: .admin,
            isActive: true,
            createdAt: services.clock.now
        )
    }

    private static func store(
        _ user: UserRecord,
        _ email: EmailAddress,
        by actor: Actor,
        _ session: Session,
        now: Date
    ) throws {
        guard try session.storeUser(user, emailKey: email.key) else { throw Problem.emailTaken }
        try session.record(AuditEntry(actor, AccountActions.createAdmin, user.id), now: now)
    }
}
