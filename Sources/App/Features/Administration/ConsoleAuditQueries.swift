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
    /// What was changed by one request.
    var request: String?
    var sorting = AuditColumn.standard
}

/// What the audit log can be sorted by.
enum AuditColumn: String, StoredSortColumn {
    case time

    static let standard = Sorting(AuditColumn.time, isDescending: true)
    static let id = SortTerm.number("id")

    /// Entries are numbered as they are written.
    var term: SortTerm? { nil }
}

extension AuditFilter: ListFilter {
    var isActive: Bool {
        objectType != nil || objectID != nil || action != nil || actor != nil
            || request != nil
    }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [StoredAuditEntry] {
        try session.auditEntries(matching: self, after: place, most: most)
    }

    func place(of row: StoredAuditEntry) -> [String] { ["", String(row.id)] }
}

extension Session {
    /// Entries of the audit log, those after a place when paging.
    func auditEntries(
        matching filter: AuditFilter,
        after place: [String]?,
        most: Int
    ) throws -> [StoredAuditEntry] {
        try all(
            """
            SELECT \(StoredAuditEntry.columns) FROM audit_log
            WHERE (\(filter.objectType)::text IS NULL OR object_type = \(filter.objectType))
                AND (\(filter.objectID)::text IS NULL OR object_id = \(filter.objectID))
                AND (\(filter.action)::text IS NULL OR action = \(filter.action))
                AND (\(filter.request)::text IS NULL OR request_id = \(filter.request))
                AND (\(filter.actor)::text IS NULL OR actor_id = \(filter.actor)
                    OR actor_type = \(filter.actor)
                    OR strpos(lower(actor_label), lower(\(filter.actor))) > 0)
                AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
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
