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
        let page = try await AuditFilter(request).page(
            request,
            context,
            file: ConsoleRoutes.exportAuditLog.path()
        )
        return PortalPage.console(
            title: "Audit log",
            section: .auditLog,
            request,
            context
        ) { AuditLogView(page: page) }
    }

    private static func export(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        AuditFilter(request).export(context)
    }
}

extension AuditFilter {
    init(_ request: Request) {
        self.init(
            objectType: request.search("object_type"),
            objectID: request.search("object_id"),
            action: request.search("action"),
            actor: request.search("actor"),
            request: request.search("request"),
            sorting: Sorting(request)
        )
    }

    static let name = ListName.consoleAuditLog
    static let file: [FileColumn<StoredAuditEntry>] = [
        FileColumn("Number") { String($0.id) },
        FileColumn("Time") { $0.at.rfc3339 },
        FileColumn("Kind") { $0.actorType },
        FileColumn("Who") { $0.actorLabel ?? $0.actorID ?? "" },
        FileColumn("Action") { $0.action },
        FileColumn("Object") { $0.objectID },
        FileColumn("From") { $0.remoteAddress ?? "" },
        FileColumn("Request") { $0.requestID ?? "" },
        FileColumn("Before") { $0.before?.text ?? "" },
        FileColumn("After") { $0.after?.text ?? "" },
    ]
}
