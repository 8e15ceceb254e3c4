import Core
import Markup
import Postgres
import Support
import Web

/// The fleet of panel servers as staff see it and administrators change it.
enum ConsoleServerPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleServerRoutes.list, as: StaffContext.self, list)
        router.on(ConsoleServerRoutes.export, as: StaffContext.self, export)
        router.on(ConsoleServerRoutes.show, as: StaffContext.self, show)
        router.on(ConsoleServerRoutes.exportAccounts, as: StaffContext.self, exportAccounts)
        router.on(ConsoleServerRoutes.new, as: AdminContext.self, new)
        router.on(ConsoleServerRoutes.add, as: AdminContext.self, add)
        router.on(ConsoleServerRoutes.edit, as: AdminContext.self, edit)
        router.on(ConsoleServerRoutes.change, as: AdminContext.self, change)
        router.on(ConsoleServerRoutes.askRemove, as: AdminContext.self, askRemove)
        router.on(ConsoleServerRoutes.remove, as: AdminContext.self, remove)
        router.on(ConsoleServerRoutes.check, as: AdminContext.self, check)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await ServerFilter(sorting: Sorting(request)).page(
            request,
            context,
            file: ConsoleServerRoutes.export.path()
        )
        return PortalPage.console(title: "Servers", section: .servers, request, context) {
            ServerListView(page: page, rights: context.rights)
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        ServerFilter(sorting: Sorting(request)).export(context)
    }

    private static func exportAccounts(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Server>
    ) async throws -> Response {
        // Whoever asks for a server that is not there learns that before the file begins.
        _ = try await Servers(context.services).show(id)
        return ServerAccountFilter(server: id, sorting: Sorting(request)).export(context)
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Server>
    ) async throws -> Response {
        let (server, history) = try await context.services.database.transaction(for: .system) {
            (
                try $0.server(id).orThrow(Problem.notFound),
                try $0.newestAuditEntries(ofType: Server.idPrefix, id: id.text, most: 20)
            )
        }
        let accounts = try await ServerAccountFilter(server: id, sorting: Sorting(request)).page(
            request,
            context,
            file: ConsoleServerRoutes.exportAccounts.path(id)
        )
        return PortalPage.console(title: server.name, section: .servers, request, context) {
            ServerFileView(
                server: server,
                accounts: accounts,
                history: history,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func new(_ request: Request, _ context: AdminContext) async throws -> Response {
        formPage(request, context, nil, FormErrors(values: ["capacity": "100", "active": "yes"]))
    }

    private static func add(_ request: Request, _ context: AdminContext) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(request, context, nil, errors, status: status)
        } _: { form in
            let server = try await Servers(context.services).create(
                try ServerForm.readNew(&form),
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleServerRoutes.show.path(server.id),
                context,
                saying: "\(server.name) answers and is ready for accounts."
            )
        }
    }

    private static func edit(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Server>
    ) async throws -> Response {
        let server = try await Servers(context.services).show(id)
        return formPage(request, context, server, ServerForm.values(of: server))
    }

    private static func change(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Server>
    ) async throws -> Response {
        let server = try await Servers(context.services).show(id)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(request, context, server, errors, status: status)
        } _: { form in
            _ = try await Servers(context.services).change(
                id,
                try ServerForm.readChange(&form, of: server),
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleServerRoutes.show.path(id),
                context,
                saying: "The server is saved."
            )
        }
    }

    private static func askRemove(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Server>
    ) async throws -> Response {
        let server = try await Servers(context.services).show(id)
        return PortalPage.console(
            title: "Remove \(server.name)",
            section: .servers,
            request,
            context
        ) {
            ConfirmationView(
                heading: "Remove \(server.name) from the fleet?",
                back: (server.name, ConsoleServerRoutes.show.path(id)),
                consequences: [
                    "It gets no more accounts, and its credentials are no longer used. The server "
                        + "itself is not touched.",
                    "This is possible only while it holds no account; it holds "
                        + "\(counted(server.currentAccounts, "account")) now.",
                ],
                path: ConsoleServerRoutes.remove.path(id),
                token: context.csrfToken,
                confirm: "Remove the server"
            )
        }
    }

    private static func remove(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Server>
    ) async throws -> Response {
        do {
            try await Servers(context.services).remove(id, actor: context.user.actor(request))
        } catch let problem as Problem where problem.status == 409 {
            return PortalPage.redirect(
                to: ConsoleServerRoutes.show.path(id),
                context,
                .failure,
                saying: problem.detail
            )
        }
        return PortalPage.redirect(
            to: ConsoleServerRoutes.list.path(),
            context,
            saying: "The server is removed."
        )
    }

    private static func check(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Server>
    ) async throws -> Response {
        let status = try await Servers(context.services).check(
            id,
            actor: context.user.actor(request)
        )
        return PortalPage.redirect(
            to: ConsoleServerRoutes.show.path(id),
            context,
            status.isOnline ? .success : .failure,
            saying: status.isOnline
                ? "\(status.server.name) answers."
                : "\(status.server.name) is not well. \(status.problem ?? "")"
        )
    }

    private static func formPage(
        _ request: Request,
        _ context: AdminContext,
        _ server: ServerRecord?,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: server?.name ?? "Add a server",
            section: .servers,
            request,
            context,
            status: status
        ) { ServerFormView(server: server, form: form, token: context.csrfToken) }
    }
}
