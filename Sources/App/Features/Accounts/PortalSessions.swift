package import Core
import Cryptography
import Foundation
import Postgres
import Support
package import Web

/// A browser's new log-in.
package struct OpenedSession: Sendable {
    package let role: Role
    /// What makes the browser logged in, and known from then on.
    let cookies: [Cookie]
}

/// The log-ins of browsers.
package struct PortalSessions: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Logs a browser in, in the transaction that has found out who it is.
    ///
    /// The session is a new one each time: one that somebody else has planted is worth nothing.
    static func open(
        for user: UserRecord,
        from visit: Visit,
        replacing old: String?,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> OpenedSession {
        if let old { try session.endPortalSession(hash: OpaqueToken.hash(old), now: now) }
        let token = OpaqueToken.make()
        let lifetime = SessionLifetime(user.role)
        try session.storePortalSession(
            ID(services.ids.next()),
            of: user.id,
            hash: OpaqueToken.hash(token),
            from: visit,
            expiresAt: now.addingTimeInterval(lifetime.absoluteSeconds),
            now: now
        )
        let known = visit.browser.flatMap { $0.user == user.id ? $0 : nil }
        let cookie = Cookie(
            PortalSecurity.sessionCookie,
            token,
            maxAgeSeconds: Int(lifetime.absoluteSeconds),
            isSecure: services.configuration.isPortalSecure
        )
        let browser = known ?? KnownBrowser(of: user.id)
        return OpenedSession(role: user.role, cookies: [cookie, browser.cookie(services)])
    }

    /// Ends the session of a request's browser, if it has one.
    package func end(_ request: Request) async throws {
        guard let token = PortalSecurity.sessionToken(of: request, services) else { return }
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let hash = OpaqueToken.hash(token)
            if let user = try session.portalSession(hash: hash)?.user {
                try session.record(.logOut(of: user, request), now: now)
            }
            try session.endPortalSession(hash: hash, now: now)
        }
    }

    /// Ends one of a user's sessions.
    ///
    /// - Throws: ``Web/Problem/notFound`` for somebody else's.
    package func end(
        _ id: ID<PortalSession>,
        of user: SignedInUser,
        _ request: Request
    ) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard try session.endPortalSession(id, of: user.id, now: now) else {
                throw Problem.notFound
            }
            try session.record(.logOut(of: user, request), now: now)
        }
    }

    /// Where a user is logged in, and which of these the request comes from.
    package func list(
        of user: SignedInUser,
        _ request: Request
    ) async throws -> (sessions: [PortalSessionRecord], current: ID<PortalSession>?) {
        let now = services.clock.now
        let hash = PortalSecurity.sessionToken(of: request, services).map(OpaqueToken.hash)
        return try await services.database.transaction(for: .system) { session in
            (
                sessions: try session.portalSessions(of: user.id, now: now),
                current: try hash.flatMap { try session.portalSession(hash: $0)?.id }
            )
        }
    }
}

extension AuditEntry {
    /// A log-in was ended by its owner.
    static func logOut(of user: SignedInUser, _ request: Request) -> AuditEntry {
        AuditEntry(
            user.actor(request),
            AccountActions.logOut,
            user.id,
            customer: user.customer
        )
    }
}
