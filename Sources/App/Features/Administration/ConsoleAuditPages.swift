import Core
import Markup
import Postgres
import Support
import Web
import Wire

/// The audit log as staff read it.
enum ConsoleAuditPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleRoutes.auditLog, as: AdminContext.self, list)
        router.on(ConsoleRoutes.exportAuditLog, as: AdminContext.self, export)
    }

    private static func list(_ request: Request, _ context: AdminContext) async throws -> Response {
        let listing = Listing(request, list: "console.audit.-id")
        let filter = AuditFilter(request)
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
        ) {
            AuditLogView(
                filter: filter,
                entries: part.rows,
                pager: part.pager,
                exportPath: listing.sibling(ConsoleRoutes.exportAuditLog.path())
            )
        }
    }

    private static func export(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        let filter = AuditFilter(request)
        let services = context.services
        return CSVExport.response(
            "audit-log",
            [
                "Number", "Time", "Kind", "Who", "Action", "Object", "From", "Request", "Before",
                "After",
            ],
            now: services.clock.now,
            read: { last in
                try await services.database.transaction(for: .system) {
                    try $0.auditEntries(
                        matching: filter,
                        before: last?.id,
                        most: CSVExport.batch
                    )
                }
            },
            cells: { each in
                [
                    String(each.id), each.at.rfc3339, each.actorType,
                    each.actorLabel ?? each.actorID ?? "", each.action, each.objectID,
                    each.remoteAddress ?? "", each.requestID ?? "", each.before?.text ?? "",
                    each.after?.text ?? "",
                ]
            }
        )
    }
}

extension AuditFilter {
    init(_ request: Request) {
        self.init(
            objectType: request.search("object_type"),
            objectID: request.search("object_id"),
            action: request.search("action"),
            actor: request.search("actor")
        )
    }
}
