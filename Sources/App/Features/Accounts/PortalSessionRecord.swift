package import Core
package import Foundation

/// A browser's log-in as it is stored; the cookie's value is known to the browser alone.
package struct PortalSessionRecord: Sendable {
    package let id: ID<PortalSession>
    package let user: SignedInUser
    package let createdAt: Date
    package let lastSeenAt: Date
    package let expiresAt: Date
    package let endedAt: Date?
    package let remoteAddress: String?
    package let userAgent: String?

    /// Whether the session still logs its user in.
    package func isLive(at now: Date) -> Bool {
        endedAt == nil && now < expiresAt
            && now < lastSeenAt.addingTimeInterval(SessionLifetime(user.role).idleSeconds)
    }

    /// Whether the last sign of life is old enough to be worth a write.
    func isWorthTouching(at now: Date) -> Bool { now.timeIntervalSince(lastSeenAt) >= 60 }
}

/// How long browsers stay logged in.
package struct SessionLifetime: Sendable {
    /// From the log-in, whatever happens.
    package let absoluteSeconds: Double
    /// Since the last request.
    package let idleSeconds: Double

    /// Staff, who can do harm, log in every working day.
    package init(_ role: Role) {
        absoluteSeconds = role.isStaff ? 12 * 3600 : 30 * 86_400
        idleSeconds = role.isStaff ? 12 * 3600 : 86_400
    }
}
