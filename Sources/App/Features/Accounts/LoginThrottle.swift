import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web

/// Slows those who guess passwords, without ever shutting the owner out.
///
/// Each try is counted as a failure before the password is looked at, so that many at once gain
/// nothing; the right password takes it back. Somebody from a browser or an address that has logged
/// in before is counted apart from strangers who guess at the same account.
struct LoginThrottle: Sendable {
    /// Something that tries are counted by.
    struct Counter: Sendable, Equatable {
        let key: String
        let pause: LoginPause
        /// Whether the right password clears it; otherwise it only takes back its own try.
        let isCleared: Bool
    }

    let counters: [Counter]

    /// The counters of a try to log in.
    ///
    /// Accounts that do not exist are counted alike. What was typed is stored as a hash, because
    /// some type their password there.
    static func logIn(
        emailKey: String,
        user: UserRecord?,
        from visit: Visit,
        _ session: Session,
        now: Date
    ) throws -> LoginThrottle {
        if let user, let browser = visit.browser, browser.user == user.id {
            let key = "browser:\(browser.id)"
            return LoginThrottle(counters: [Counter(key: key, pause: .perPlace, isCleared: true)])
        }
        let account = accountKey(emailKey)
        let place = Counter(
            key: "place:\(account):\(visit.remoteAddress)",
            pause: .perPlace,
            isCleared: true
        )
        if let user, try session.hasLoggedIn(user.id, from: visit.remoteAddress, now: now) {
            return LoginThrottle(counters: [place])
        }
        let everywhere = Counter(
            key: "account:\(account)",
            pause: .perAccount,
            isCleared: false
        )
        return LoginThrottle(counters: [place, everywhere])
    }

    /// The counter of tries to confirm something with the password while logged in.
    static func confirmation(of user: ID<User>) -> LoginThrottle {
        let key = "confirm:\(user.text)"
        return LoginThrottle(counters: [Counter(key: key, pause: .perPlace, isCleared: true)])
    }

    /// Counts a try.
    ///
    /// - Throws: ``Web/Problem`` 429 when it comes too early, and then counts nothing.
    func charge(_ session: Session, now: Date) throws {
        for counter in counters {
            guard let until = try session.chargeThrottle(counter, now: now) else { continue }
            let seconds = Int(until.timeIntervalSince(now).rounded(.up))
            throw Problem.tooManyRequests(retryAfterSeconds: max(1, seconds))
        }
    }

    /// Takes the try back, because the password was right.
    func clear(_ session: Session, now: Date) throws {
        for counter in counters {
            if counter.isCleared {
                try session.removeThrottle(counter.key)
            } else {
                try session.refundThrottle(counter.key, now: now)
            }
        }
    }

    /// Takes the try back, because the password was not looked at.
    func refund(_ session: Session, now: Date) throws {
        for counter in counters { try session.refundThrottle(counter.key, now: now) }
    }

    static func accountKey(_ emailKey: String) -> String {
        Hex.encode(Array(SHA256.hash(Array(emailKey.utf8)).prefix(16)))
    }
}
