import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What administrators can do to users.
package struct UserAdministration: Sendable {
    /// New values; what is nil stays as it is.
    struct Change: Sendable {
        var fullName: String?
        var email: EmailAddress?
        var role: Role?
        var isActive: Bool?
    }

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Users, newest first.
    func list(
        _ filter: UserFilter,
        after key: (createdAt: Date, id: ID<User>)?,
        most: Int
    ) async throws -> [AccountDetails] {
        try await services.database.transaction(for: .system) { session in
            try session.users(matching: filter, after: key, most: most)
                .map { try session.details(of: $0) }
        }
    }

    /// - Throws: ``Web/Problem/notFound``.
    func find(_ id: ID<User>) async throws -> AccountDetails {
        try await services.database.transaction(for: .system) { session in
            try session.details(of: try session.user(id).orThrow(Problem.notFound))
        }
    }

    /// Changes a user. Whose role changes or who is switched off is logged out everywhere.
    ///
    /// - Throws: ``Web/Problem`` 404, 409 for the last administrator or a taken address, 422 for a
    ///   customer who would become staff or the reverse.
    func change(_ id: ID<User>, _ change: Change, actor: Actor) async throws -> AccountDetails {
        let (services, now) = (services, services.clock.now)
        return try await services.database.transaction(for: .system) { session in
            try session.lockAdmins()
            let user = try session.lockUser(id).orThrow(Problem.notFound)
            if let name = change.fullName { try session.setFullName(name, of: id) }
            if let email = change.email, email.text != user.email {
                try EmailChanges.store(email, of: user, actor, session, services, now: now)
            }
            try UserAdministration.setPowers(of: user, change, session, now: now)
            let after = try session.user(id).orThrow(Problem.notFound)
            let action =
                user.isActive && !after.isActive
                ? AccountActions.deactivate : AccountActions.update
            try session.record(
                AuditEntry(
                    actor,
                    action,
                    id,
                    customer: user.customer,
                    before: user.auditText,
                    after: after.auditText
                ),
                now: now
            )
            return try session.details(of: after)
        }
    }

    /// Switches a user off; nothing is removed, because invoices and the audit log name them.
    ///
    /// - Throws: ``Web/Problem`` 404, 409 for the last administrator.
    func deactivate(_ id: ID<User>, actor: Actor) async throws {
        _ = try await change(id, Change(isActive: false), actor: actor)
    }

    private static func setPowers(
        of user: UserRecord,
        _ change: Change,
        _ session: Session,
        now: Date
    ) throws {
        let role = change.role ?? user.role
        let isActive = change.isActive ?? user.isActive
        guard role != user.role || isActive != user.isActive else { return }
        guard role.isStaff == user.role.isStaff else {
            throw Problem.invalid(
                "role",
                "fixed",
                "customers cannot become staff, nor staff customers"
            )
        }
        let wasAdmin = user.role == .admin && user.isActive
        if wasAdmin, role != .admin || !isActive, try !session.hasActiveAdmin(except: user.id) {
            throw Problem.lastAdmin
        }
        try session.setRole(role, isActive: isActive, of: user.id)
        try session.endEverySession(of: user.id, because: "changed by an admin", now: now)
        try session.useUpOneTimeTokens(of: user.id, for: .resetPassword, now: now)
    }
}

extension UserRecord {
    fileprivate var auditText: JSON {
        [
            "full_name": .string(fullName), "email": .string(email),
            "role": .string(role.rawValue), "active": .bool(isActive),
        ]
    }
}

extension Problem {
    static let lastAdmin = Problem.conflict(
        "last_admin",
        "Nobody else could administer the system."
    )
}
