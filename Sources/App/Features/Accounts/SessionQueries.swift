import Core
import Foundation
import Postgres

extension Session {
    /// An active user whose refresh family still stands.
    func signedInUser(_ id: ID<User>, family: ID<RefreshFamily>) throws -> SignedInUser? {
        try first(
            """
            SELECT \(SignedInUser.columns) FROM users u JOIN refresh_families f ON f.user_id = u.id
            WHERE u.id = \(id.uuid) AND u.active AND f.id = \(family.uuid)
                AND f.revoked_at IS NULL
            """,
            SignedInUser.init(row:)
        )
    }

    /// The session of a cookie whose user is active.
    func portalSession(hash: [UInt8]) throws -> PortalSessionRecord? {
        try first(
            """
            SELECT \(PortalSessionRecord.columns) FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE s.token_hash = \(hash) AND u.active AND s.ended_at IS NULL
            """,
            PortalSessionRecord.init(row:)
        )
    }

    /// Notes that a session was used.
    func touchPortalSession(_ id: ID<PortalSession>, now: Date) throws {
        try run("UPDATE sessions SET last_seen_at = \(now) WHERE id = \(id.uuid)")
    }

    /// Stores the session of a browser that has just logged in.
    func storePortalSession(
        _ id: ID<PortalSession>,
        of user: ID<User>,
        hash: [UInt8],
        from visit: Visit,
        expiresAt: Date,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO sessions (
                id, user_id, token_hash, created_at, last_seen_at, expires_at, remote_address,
                user_agent
            ) VALUES (
                \(id.uuid), \(user.uuid), \(hash), \(now), \(now), \(expiresAt),
                \(visit.remoteAddress), \(visit.userAgent)
            )
            """
        )
    }

    /// Ends the session of a cookie.
    func endPortalSession(hash: [UInt8], now: Date) throws {
        try run(
            """
            UPDATE sessions SET ended_at = \(now) WHERE token_hash = \(hash) AND ended_at IS NULL
            """
        )
    }

    /// Ends one of a user's sessions; false when it is none of theirs or has ended.
    func endPortalSession(_ id: ID<PortalSession>, of user: ID<User>, now: Date) throws -> Bool {
        try run(
            """
            UPDATE sessions SET ended_at = \(now)
            WHERE id = \(id.uuid) AND user_id = \(user.uuid) AND ended_at IS NULL
            """
        ) > 0
    }

    /// Logs a user out everywhere.
    func endEverySession(of user: ID<User>, because reason: String, now: Date) throws {
        try run(
            """
            UPDATE sessions SET ended_at = \(now) WHERE user_id = \(user.uuid) AND ended_at IS NULL
            """
        )
        try run(
            """
            UPDATE refresh_families SET revoked_at = \(now), revoked_because = \(reason)
            WHERE user_id = \(user.uuid) AND revoked_at IS NULL
            """
        )
    }

    /// A user's sessions that have not ended, the last used first.
    func portalSessions(of user: ID<User>, now: Date) throws -> [PortalSessionRecord] {
        try all(
            """
            SELECT \(PortalSessionRecord.columns) FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE s.user_id = \(user.uuid) AND s.ended_at IS NULL AND s.expires_at > \(now)
            ORDER BY s.last_seen_at DESC LIMIT 100
            """,
            PortalSessionRecord.init(row:)
        )
        .filter { $0.isLive(at: now) }
    }
}

extension SignedInUser {
    static let columns: SQL = """
        u.id AS user_id, u.customer_id, u.email, u.full_name, u.role, u.email_verified_at,
        (SELECT nullif(time_zone, 'UTC') FROM customers WHERE customers.id = u.customer_id)
            AS reader_zone
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("user_id"),
            customer: try row.optionalID("customer_id"),
            email: try row.get("email"),
            fullName: try row.get("full_name"),
            role: try row.choice("role"),
            isEmailVerified: try row.optional("email_verified_at", as: Date.self) != nil,
            timeZone: try row.optional("reader_zone")
        )
    }
}

extension PortalSessionRecord {
    static let columns: SQL = """
        s.id AS session_id, s.created_at, s.last_seen_at, s.expires_at, s.ended_at,
        s.remote_address, s.user_agent, \(SignedInUser.columns)
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("session_id"),
            user: try SignedInUser(row: row),
            createdAt: try row.get("created_at"),
            lastSeenAt: try row.get("last_seen_at"),
            expiresAt: try row.get("expires_at"),
            endedAt: try row.optional("ended_at"),
            remoteAddress: try row.optional("remote_address"),
            userAgent: try row.optional("user_agent")
        )
    }
}
