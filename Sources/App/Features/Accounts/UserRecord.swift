package import Core
package import Foundation

/// Somebody who can log in, as stored.
package struct UserRecord: Sendable {
    package let id: ID<User>
    /// Nil for staff, who buy nothing.
    package let customer: ID<Customer>?
    package let email: String
    package let emailVerifiedAt: Date?
    package let passwordHash: String
    package let fullName: String
    package let role: Role
    package let isActive: Bool
    package let createdAt: Date

    /// A password hash that no password fits.
    package static let noPassword = "!"

    /// The user as the one who does something.
    func actor(_ visit: Visit) -> Actor {
        Actor(
            .user,
            id: id.text,
            label: email,
            remoteAddress: visit.remoteAddress,
            requestID: visit.requestID
        )
    }
}
