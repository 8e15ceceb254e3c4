import Core
import Markup
import Postgres
import Web

/// The audit log as staff read it.
enum ConsoleAuditPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleRoutes.auditLog, as: AdminContext.self, list)
    }

    private static func list(_ request: Request, _ context: AdminContext) async throws -> Response {
        let listing = ConsoleListing(request, list: "console.audit.-id")
        let filter = AuditFilter(
            objectType: request.search("object_type"),
            objectID: request.search("object_id"),
            action: request.search("action"),
            actor: request.search("actor")
        )
        let before = listing.after.flatMap { Int64($0[0]) }
        let found = try await context.services.database.transaction(for: .system) {
            try $0.auditEntries(matching: filter, before: before, most: listing.rowsToRead)
        }
        let part = listing.part(found) { [String($0.id)] }
        return PortalPage.console(
            title: "Audit log",
            section: .auditLog,
            request,
            context
        ) { AuditLogView(filter: filter, entries: part.rows, pager: part.pager) }
    }
}
