import Postgres

/// The audit log as administrators read it.
package struct AuditLog: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Which entries are asked for; nil asks for all.
    package struct Filter: Sendable {
        package var objectType: String?
        package var objectID: String?
        package var action: String?

        package init(objectType: String? = nil, objectID: String? = nil, action: String? = nil) {
            self.objectType = objectType
            self.objectID = objectID
            self.action = action
        }
    }

    /// Entries newest first, those before one when paging.
    package func list(
        _ filter: Filter = Filter(),
        before id: Int64? = nil,
        most: Int
    ) async throws -> [StoredAuditEntry] {
        try await services.database.transaction(for: .system) {
            try $0.auditEntries(
                objectType: filter.objectType,
                objectID: filter.objectID,
                action: filter.action,
                before: id,
                most: most
            )
        }
    }
}
