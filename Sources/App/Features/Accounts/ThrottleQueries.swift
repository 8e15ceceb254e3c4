import Core
import Foundation
import Postgres

extension Session {
    /// Counts a try; when it comes too early, nothing is counted and the end of the wait is told.
    func chargeThrottle(_ counter: LoginThrottle.Counter, now: Date) throws -> Date? {
        let isFirst = try run(
            """
            INSERT INTO login_throttles (key, failures, last_failure_at, blocked_until)
            VALUES (\(counter.key), 1, \(now), \(now)) ON CONFLICT (key) DO NOTHING
            """
        )
        if isFirst > 0 { return nil }
        let stored = try first(
            """
            SELECT failures, last_failure_at, blocked_until FROM login_throttles
            WHERE key = \(counter.key) FOR UPDATE
            """
        ) { row in
            (
                failures: try row.get("failures", as: Int.self),
                last: try row.get("last_failure_at", as: Date.self),
                until: try row.get("blocked_until", as: Date.self)
            )
        }
        guard let known = stored else { return nil }
        if known.until > now { return known.until }
        let isOld = now.timeIntervalSince(known.last) > LoginPause.memorySeconds
        let failures = isOld ? 1 : known.failures + 1
        try run(
            """
            UPDATE login_throttles SET failures = \(failures), last_failure_at = \(now),
                blocked_until = \(now.addingTimeInterval(counter.pause.seconds(after: failures)))
            WHERE key = \(counter.key)
            """
        )
        return nil
    }

    func removeThrottle(_ key: String) throws {
        try run("DELETE FROM login_throttles WHERE key = \(key)")
    }

    /// Takes one try back.
    func refundThrottle(_ key: String, now: Date) throws {
        try run("DELETE FROM login_throttles WHERE key = \(key) AND failures <= 1")
        try run(
            """
            UPDATE login_throttles SET failures = failures - 1, blocked_until = \(now)
            WHERE key = \(key)
            """
        )
    }

    /// Forgets what was counted against an account from anywhere, once its owner has shown up.
    func removeThrottles(ofAccount key: String) throws {
        try run(
            """
            DELETE FROM login_throttles
            WHERE key = \("account:" + key) OR starts_with(key, \("place:" + key + ":"))
            """
        )
    }

    /// Whether a user has logged in from an address in the last 90 days.
    func hasLoggedIn(_ user: ID<User>, from address: String, now: Date) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM audit_log
            WHERE object_type = \(User.idPrefix) AND object_id = \(user.text)
                AND action = \(AccountActions.logIn) AND remote_address = \(address)
                AND at > \(now.addingTimeInterval(-90 * 86_400))
            LIMIT 1
            """
        )
    }
}
