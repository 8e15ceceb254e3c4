import Core
import Foundation
import Postgres

extension Session {
    /// Starts a family of refresh tokens.
    func storeRefreshFamily(_ id: ID<RefreshFamily>, of user: ID<User>, now: Date) throws {
        try run(
            """
            INSERT INTO refresh_families (id, user_id, created_at)
            VALUES (\(id.uuid), \(user.uuid), \(now))
            """
        )
    }

    /// Adds a token to a family whose earlier ones are all used.
    func storeRefreshToken(
        hash: [UInt8],
        id: UUID,
        family: ID<RefreshFamily>,
        expiresAt: Date,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO refresh_tokens (id, family_id, token_hash, created_at, expires_at)
            VALUES (\(id), \(family.uuid), \(hash), \(now), \(expiresAt))
            """
        )
    }

    /// The token with this hash, which nobody else uses until the transaction ends.
    func lockRefreshToken(hash: [UInt8]) throws -> RefreshTokenRecord? {
        try first(
            """
            SELECT t.id, t.family_id, t.expires_at, t.used_at, f.user_id, f.revoked_at,
                f.created_at AS family_created_at
            FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id
            WHERE t.token_hash = \(hash) FOR UPDATE OF f, t
            """
        ) { row in
            RefreshTokenRecord(
                id: try row.get("id"),
                family: try row.id("family_id"),
                user: try row.id("user_id"),
                expiresAt: try row.get("expires_at"),
                isUsed: try row.optional("used_at", as: Date.self) != nil,
                isRevoked: try row.optional("revoked_at", as: Date.self) != nil,
                familyCreatedAt: try row.get("family_created_at")
            )
        }
    }

    func setRefreshTokenUsed(_ id: UUID, now: Date) throws {
        try run("UPDATE refresh_tokens SET used_at = \(now) WHERE id = \(id)")
    }

    /// Ends a family: its refresh tokens and the access tokens made for it.
    func revokeRefreshFamily(
        _ id: ID<RefreshFamily>,
        because reason: String,
        now: Date
    ) throws {
        try run(
            """
            UPDATE refresh_families SET revoked_at = \(now), revoked_because = \(reason)
            WHERE id = \(id.uuid) AND revoked_at IS NULL
            """
        )
    }
}

/// A refresh token as stored.
struct RefreshTokenRecord: Sendable {
    let id: UUID
    let family: ID<RefreshFamily>
    let user: ID<User>
    let expiresAt: Date
    let isUsed: Bool
    let isRevoked: Bool
    let familyCreatedAt: Date
}
