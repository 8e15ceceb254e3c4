import Core
import Foundation
import Postgres

extension Session {
    /// Stores a link that shows an account's initial password once.
    func storeRevealToken(
        hash: [UInt8],
        id: ID<OneTimeToken>,
        account: ID<HostingAccount>,
        expiresAt: Date,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO one_time_tokens (
                id, purpose, token_hash, subject_id, created_at, expires_at
            ) VALUES (
                \(id.uuid), 'reveal_password', \(hash), \(account.uuid), \(now), \(expiresAt)
            )
            """
        )
    }

    /// Ends the links to an account's initial password that are still open.
    func endRevealTokens(of account: ID<HostingAccount>, now: Date) throws {
        try run(
            """
            UPDATE one_time_tokens SET used_at = \(now)
            WHERE purpose = 'reveal_password' AND subject_id = \(account.uuid)
                AND used_at IS NULL
            """
        )
    }

    /// Whether a reveal link still works, without using it.
    func accountToReveal(hash: [UInt8], now: Date) throws -> ID<HostingAccount>? {
        try first(
            """
            SELECT subject_id FROM one_time_tokens
            WHERE purpose = 'reveal_password' AND token_hash = \(hash)
                AND used_at IS NULL AND expires_at > \(now)
            """
        ) { try $0.id("subject_id") }
    }

    /// Uses a reveal link; of two uses at the same time one gets the account.
    func useRevealToken(hash: [UInt8], now: Date) throws -> ID<HostingAccount>? {
        try first(
            """
            UPDATE one_time_tokens SET used_at = \(now)
            WHERE purpose = 'reveal_password' AND token_hash = \(hash)
                AND used_at IS NULL AND expires_at > \(now)
            RETURNING subject_id
            """
        ) { try $0.id("subject_id") }
    }
}
