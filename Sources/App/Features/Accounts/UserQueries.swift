import Core
import Foundation
import Postgres

extension Session {
    func user(_ id: ID<User>) throws -> UserRecord? {
        try first(
            "SELECT \(UserRecord.columns) FROM users WHERE id = \(id.uuid)",
            UserRecord.init(row:)
        )
    }

    /// The user of an address in the form of ``Core/EmailAddress/key``.
    func user(emailKey: String) throws -> UserRecord? {
        try first(
            "SELECT \(UserRecord.columns) FROM users WHERE email_key = \(emailKey)",
            UserRecord.init(row:)
        )
    }

    /// A user whom nobody else changes until the transaction ends.
    func lockUser(_ id: ID<User>) throws -> UserRecord? {
        try first(
            "SELECT \(UserRecord.columns) FROM users WHERE id = \(id.uuid) FOR UPDATE",
            UserRecord.init(row:)
        )
    }

    /// Stores a new user; false when somebody has the address already.
    func storeUser(_ user: UserRecord, emailKey: String) throws -> Bool {
        try run(
            """
            INSERT INTO users (
                id, customer_id, email, email_key, email_verified_at, password_hash, full_name,
                role, active, created_at
            ) VALUES (
                \(user.id.uuid), \(user.customer?.uuid), \(user.email), \(emailKey),
                \(user.emailVerifiedAt), \(user.passwordHash), \(user.fullName),
                \(user.role.rawValue), \(user.isActive), \(user.createdAt)
            )
            ON CONFLICT (email_key) DO NOTHING
            """
        ) > 0
    }

    func setPasswordHash(_ hash: String, of user: ID<User>) throws {
        try run("UPDATE users SET password_hash = \(hash) WHERE id = \(user.uuid)")
    }

    /// Notes that the owner of an address is the user; the first time counts.
    func setEmailVerified(_ user: ID<User>, now: Date) throws {
        try run(
            """
            UPDATE users SET email_verified_at = coalesce(email_verified_at, \(now))
            WHERE id = \(user.uuid)
            """
        )
    }

    /// Gives a user another address, which has to be verified; false when somebody has it.
    func setEmail(_ email: EmailAddress, of user: ID<User>) throws -> Bool {
        try run(
            """
            UPDATE users SET email = \(email.text), email_key = \(email.key),
                email_verified_at = NULL
            WHERE id = \(user.uuid) AND NOT EXISTS (
                SELECT 1 FROM users WHERE email_key = \(email.key) AND id <> \(user.uuid)
            )
            """
        ) > 0
    }

    func setFullName(_ name: String, of user: ID<User>) throws {
        try run("UPDATE users SET full_name = \(name) WHERE id = \(user.uuid)")
    }

    func setRole(_ role: Role, isActive: Bool, of user: ID<User>) throws {
        try run(
            """
            UPDATE users SET role = \(role.rawValue), active = \(isActive)
            WHERE id = \(user.uuid)
            """
        )
    }

    /// Whether anybody can administer the system.
    func hasActiveAdmin(except user: ID<User>? = nil) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM users WHERE role = 'admin' AND active
                AND (\(user?.uuid)::uuid IS NULL OR id <> \(user?.uuid))
            """
        )
    }

    /// Lets one transaction at a time decide who administers the system.
    func lockAdmins() throws {
        try run("SELECT pg_advisory_xact_lock(7002)")
    }

    /// Users, newest first, filtered, after the sort keys of the last one shown.
    func users(
        matching filter: UserFilter,
        after key: (createdAt: Date, id: ID<User>)?,
        most: Int
    ) throws -> [UserRecord] {
        try all(
            """
            SELECT \(UserRecord.columns) FROM users
            WHERE (\(filter.role?.rawValue)::text IS NULL OR role = \(filter.role?.rawValue))
                AND (\(filter.isActive)::boolean IS NULL OR active = \(filter.isActive))
                AND (\(filter.text)::text IS NULL
                    OR strpos(email_key, lower(\(filter.text))) > 0
                    OR strpos(lower(full_name), lower(\(filter.text))) > 0)
                AND (\(key?.id.uuid)::uuid IS NULL
                    OR (created_at, id) < (\(key?.createdAt)::timestamptz, \(key?.id.uuid)::uuid))
            ORDER BY created_at DESC, id DESC LIMIT \(most)
            """,
            UserRecord.init(row:)
        )
    }
}

/// Which users to list.
struct UserFilter: Sendable {
    var role: Role?
    var isActive: Bool?
    /// Part of the address or of the name.
    var text: String?
}

extension UserRecord {
    static let columns: SQL = """
        id, customer_id, email, email_verified_at, password_hash, full_name, role, active,
        created_at
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            customer: try row.optionalID("customer_id"),
            email: try row.get("email"),
            emailVerifiedAt: try row.optional("email_verified_at"),
            passwordHash: try row.get("password_hash"),
            fullName: try row.get("full_name"),
            role: try row.choice("role"),
            isActive: try row.get("active"),
            createdAt: try row.get("created_at")
        )
    }
}
