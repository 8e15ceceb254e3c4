import Core
import Foundation
import Postgres

/// What a link that works once is for.
enum OneTimePurpose: String, Sendable {
    case verifyEmail = "verify_email"
    case resetPassword = "reset_password"
    case firstAdmin = "first_admin"

    /// How long the link works.
    var lifetimeSeconds: Double {
        switch self {
        case .verifyEmail: 3 * 86_400
        case .resetPassword: 15 * 60
        case .firstAdmin: 7 * 86_400
        }
    }
}

extension Session {
    func storeOneTimeToken(
        _ id: ID<OneTimeToken>,
        hash: [UInt8],
        for purpose: OneTimePurpose,
        user: ID<User>?,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO one_time_tokens (id, purpose, token_hash, user_id, created_at, expires_at)
            VALUES (
                \(id.uuid), \(purpose.rawValue), \(hash), \(user?.uuid), \(now),
                \(now.addingTimeInterval(purpose.lifetimeSeconds))
            )
            """
        )
    }

    /// Whether a link still works, without using it.
    func hasOneTimeToken(hash: [UInt8], for purpose: OneTimePurpose, now: Date) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM one_time_tokens
            WHERE purpose = \(purpose.rawValue) AND token_hash = \(hash) AND used_at IS NULL
                AND expires_at > \(now)
            """
        )
    }

    /// The user of a link that still works, without using it.
    func user(
        ofOneTimeToken hash: [UInt8],
        for purpose: OneTimePurpose,
        now: Date
    ) throws -> UserRecord? {
        let id = try first(
            """
            SELECT user_id FROM one_time_tokens
            WHERE purpose = \(purpose.rawValue) AND token_hash = \(hash) AND used_at IS NULL
                AND expires_at > \(now) AND user_id IS NOT NULL
            """
        ) { try $0.id("user_id", of: User.self) }
        return try id.flatMap { try user($0) }
    }

    /// Uses a link; of two uses at the same time one succeeds.
    func useOneTimeToken(hash: [UInt8], for purpose: OneTimePurpose, now: Date) throws -> Bool {
        try run(
            """
            UPDATE one_time_tokens SET used_at = \(now)
            WHERE purpose = \(purpose.rawValue) AND token_hash = \(hash) AND used_at IS NULL
                AND expires_at > \(now)
            """
        ) > 0
    }

    /// Makes the links that a user has not used worthless.
    func useUpOneTimeTokens(of user: ID<User>, for purpose: OneTimePurpose, now: Date) throws {
        try run(
            """
            UPDATE one_time_tokens SET used_at = \(now)
            WHERE user_id = \(user.uuid) AND purpose = \(purpose.rawValue) AND used_at IS NULL
            """
        )
    }

    /// How many links a user was sent since a moment.
    func countOneTimeTokens(
        of user: ID<User>,
        for purpose: OneTimePurpose,
        since: Date
    ) throws -> Int {
        try one(
            """
            SELECT count(*) AS many FROM one_time_tokens
            WHERE user_id = \(user.uuid) AND purpose = \(purpose.rawValue)
                AND created_at > \(since)
            """
        ) { try $0.get("many") }
    }
}
