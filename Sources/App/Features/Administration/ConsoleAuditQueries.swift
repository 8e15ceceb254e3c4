import Core
import Foundation
import Postgres

/// Which entries of the audit log to list.
struct AuditFilter: Sendable {
    /// A kind of object, by the beginning of its identifiers, such as `ord`.
    var objectType: String?
    /// One object, by its identifier.
    var objectID: String?
    /// `object.verb`.
    var action: String?
    /// Part of who did it: an identifier, an address or a name.
    var actor: String?

    var isEmpty: Bool {
        objectType == nil && objectID == nil && action == nil && actor == nil
    }
}

extension Session {
    /// Entries of the audit log, newest first, those before one when paging.
    func auditEntries(
        matching filter: AuditFilter,
        before id: Int64?,
        most: Int
    ) throws -> [StoredAuditEntry] {
        try all(
            """
            SELECT \(StoredAuditEntry.columns) FROM audit_log
            WHERE (\(filter.objectType)::text IS NULL OR object_type = \(filter.objectType))
                AND (\(filter.objectID)::text IS NULL OR object_id = \(filter.objectID))
                AND (\(filter.action)::text IS NULL OR action = \(filter.action))
                AND (\(filter.actor)::text IS NULL OR actor_id = \(filter.actor)
                    OR actor_type = \(filter.actor)
                    OR strpos(lower(actor_label), lower(\(filter.actor))) > 0)
                AND (\(id)::bigint IS NULL OR id < \(id))
            ORDER BY id DESC LIMIT \(most)
            """,
            StoredAuditEntry.init(row:)
        )
    }

    /// The newest of what happened to a customer and to all that is the customer's.
    func auditEntries(ofCustomer customer: ID<Customer>, most: Int) throws -> [StoredAuditEntry] {
        try all(
            """
            SELECT \(StoredAuditEntry.columns) FROM audit_log
            WHERE customer_id = \(customer.uuid) ORDER BY id DESC LIMIT \(most)
            """,
            StoredAuditEntry.init(row:)
        )
    }

    /// The newest of what happened to an object.
    func newestAuditEntries(
        ofType type: String,
        id: String,
        most: Int
    ) throws -> [StoredAuditEntry] {
        try all(
            """
            SELECT \(StoredAuditEntry.columns) FROM audit_log
            WHERE object_type = \(type) AND object_id = \(id) ORDER BY id DESC LIMIT \(most)
            """,
            StoredAuditEntry.init(row:)
        )
    }
}
