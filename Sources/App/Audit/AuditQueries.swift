import Core
import Foundation
import Postgres
import Wire

extension Session {
    /// Appends to the audit log, in the same transaction as what it tells of.
    func record(_ entry: AuditEntry, now: Date) throws {
        try run(
            """
            INSERT INTO audit_log (
                at, actor_type, actor_id, actor_label, action, object_type, object_id, customer_id,
                before, after, remote_address, request_id
            ) VALUES (
                \(now), \(entry.actor.kind.rawValue), \(entry.actor.id), \(entry.actor.label),
                \(entry.action), \(entry.objectType), \(entry.objectID), \(entry.customer?.uuid),
                \(entry.before.map { JSONText($0.text) }), \(entry.after.map { JSONText($0.text) }),
                \(entry.actor.remoteAddress), \(entry.actor.requestID)
            )
            """
        )
    }

    /// What happened to an object, oldest first.
    func auditEntries(ofType type: String, id: String) throws -> [StoredAuditEntry] {
        try all(
            """
            SELECT \(StoredAuditEntry.columns) FROM audit_log
            WHERE object_type = \(type) AND object_id = \(id) ORDER BY id LIMIT 500
            """,
            StoredAuditEntry.init(row:)
        )
    }

    /// The newest entries, of one kind of object or with one action when asked, before an id.
    func auditEntries(
        objectType: String?,
        objectID: String? = nil,
        action: String?,
        before id: Int64?,
        most: Int
    ) throws -> [StoredAuditEntry] {
        try all(
            """
            SELECT \(StoredAuditEntry.columns) FROM audit_log
            WHERE (\(objectType)::text IS NULL OR object_type = \(objectType))
                AND (\(objectID)::text IS NULL OR object_id = \(objectID))
                AND (\(action)::text IS NULL OR action = \(action))
                AND (\(id)::bigint IS NULL OR id < \(id))
            ORDER BY id DESC LIMIT \(most)
            """,
            StoredAuditEntry.init(row:)
        )
    }
}

extension StoredAuditEntry {
    static let columns: SQL = """
        id, at, actor_type, actor_id, actor_label, action, object_type, object_id,
        before::text AS before, after::text AS after, remote_address, request_id
        """

    init(row: Row) throws {
        func json(_ column: String) throws -> JSON? {
            try row.optional(column, as: String.self).map { try JSON(reading: $0) }
        }
        self.init(
            id: try row.get("id"),
            at: try row.get("at"),
            actorType: try row.get("actor_type"),
            actorID: try row.optional("actor_id"),
            actorLabel: try row.optional("actor_label"),
            action: try row.get("action"),
            objectType: try row.get("object_type"),
            objectID: try row.get("object_id"),
            before: try json("before"),
            after: try json("after"),
            remoteAddress: try row.optional("remote_address"),
            requestID: try row.optional("request_id")
        )
    }
}
