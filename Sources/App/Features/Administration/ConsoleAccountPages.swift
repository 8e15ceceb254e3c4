import Core
import Markup
import Postgres
import Web

/// Hosting accounts and licences as staff see and change them.
enum ConsoleAccountPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleCustomerRoutes.account, as: StaffContext.self, show)
        router.on(ConsoleCustomerRoutes.askSuspend, as: BillingContext.self, askSuspend)
        router.on(ConsoleCustomerRoutes.suspend, as: BillingContext.self, suspend)
        router.on(ConsoleCustomerRoutes.unsuspend, as: BillingContext.self, unsuspend)
        router.on(ConsoleCustomerRoutes.mailRevealLink, as: BillingContext.self, mailRevealLink)
        router.on(ConsoleCustomerRoutes.askRemove, as: AdminContext.self, askRemove)
        router.on(ConsoleCustomerRoutes.remove, as: AdminContext.self, remove)
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<HostingAccount>
    ) async throws -> Response {
        let file = try await AccountFile.read(id, context.services)
        // A panel that does not answer must not keep staff from the page.
        let usage =
            file.account.canBeChanged
            ? try? await HostingAccounts(context.services).statistics(id) : nil
        return PortalPage.console(
            title: file.account.username,
            section: .customers,
            request,
            context
        ) {
            AccountFileView(
                file: file,
                usage: usage,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func askSuspend(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<HostingAccount>
    ) async throws -> Response {
        let file = try await AccountFile.read(id, context.services)
        return suspension(request, context, file, FormErrors.none)
    }

    private static func suspend(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<HostingAccount>
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let reason = form.text("reason", length: 1...200)
        do {
            let reason = try form.values(reason)
            return try await act(on: id, context, saying: "The account is suspended.") {
                try await HostingAccounts(context.services).suspend(
                    id,
                    reason: reason,
                    actor: context.user.actor(request)
                )
            }
        } catch let errors as FormErrors {
            let file = try await AccountFile.read(id, context.services)
            return suspension(request, context, file, errors, status: 422)
        }
    }

    private static func suspension(
        _ request: Request,
        _ context: BillingContext,
        _ file: AccountFile,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        let id = file.account.id
        return PortalPage.console(
            title: "Suspend \(file.account.username)",
            section: .customers,
            request,
            context,
            status: status
        ) {
            ConfirmationView(
                heading: "Suspend \(file.account.username)?",
                back: (file.account.username, ConsoleCustomerRoutes.account.path(id)),
                consequences: [
                    "The account's sites and log-in stop at once on \(file.server.name). Nothing is "
                        + "removed, and the account can be resumed at any time."
                ],
                path: ConsoleCustomerRoutes.suspend.path(id),
                token: context.csrfToken,
                confirm: "Suspend the account",
                fields: FormField(
                    "Reason",
                    "reason",
                    form,
                    hint: "The account's owner is shown this.",
                    .maxlength(200)
                ).body
            )
        }
    }

    private static func unsuspend(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<HostingAccount>
    ) async throws -> Response {
        try await act(on: id, context, saying: "The account goes on.") {
            try await HostingAccounts(context.services).unsuspend(
                id,
                actor: context.user.actor(request)
            )
        }
    }

    private static func mailRevealLink(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<HostingAccount>
    ) async throws -> Response {
        try await act(on: id, context, saying: "A new link is on its way to the owner.") {
            try await HostingAccounts(context.services).mailRevealLink(
                id,
                actor: context.user.actor(request)
            )
        }
    }

    private static func askRemove(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<HostingAccount>
    ) async throws -> Response {
        let file = try await AccountFile.read(id, context.services)
        return PortalPage.console(
            title: "Remove \(file.account.username)",
            section: .customers,
            request,
            context
        ) {
            ConfirmationView(
                heading: "Remove \(file.account.username) for good?",
                back: (file.account.username, ConsoleCustomerRoutes.account.path(id)),
                consequences: [
                    "All sites, databases and mailboxes of the account are deleted on "
                        + "\(file.server.name). Nobody can bring them back.",
                    "Its subscription has to have ended before. No money is given back.",
                ],
                path: ConsoleCustomerRoutes.remove.path(id),
                token: context.csrfToken,
                confirm: "Remove the account"
            )
        }
    }

    private static func remove(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<HostingAccount>
    ) async throws -> Response {
        try await act(on: id, context, saying: "The account is removed.") {
            try await HostingAccounts(context.services).deleteUnbilled(
                id,
                actor: context.user.actor(request)
            )
        }
    }

    private static func act(
        on account: ID<HostingAccount>,
        _ context: some PageContext,
        saying text: String,
        _ work: () async throws -> Void
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsoleCustomerRoutes.account.path(account),
            saying: text,
            work
        )
    }
}

/// Everything that staff see of one hosting account.
struct AccountFile: Sendable {
    let account: HostingAccountRecord
    let customer: CustomerRecord
    let server: ListedServer
    let order: ID<Order>?
    let history: [StoredAuditEntry]

    /// The server by what its page is called; it may have been removed since.
    struct ListedServer: Sendable {
        let name: String
        let isThere: Bool
    }

    static func read(_ id: ID<HostingAccount>, _ services: Services) async throws -> AccountFile {
        try await services.database.transaction(for: .system) { session in
            let account = try session.hostingAccount(id).orThrow(Problem.notFound)
            let server = try session.server(account.server)
            return AccountFile(
                account: account,
                customer: try session.customer(account.customer).orThrow(Problem.notFound),
                server: ListedServer(
                    name: server?.name ?? "a server that was removed",
                    isThere: server != nil
                ),
                order: try account.item.flatMap { try session.item($0)?.order },
                history: try session.newestAuditEntries(
                    ofType: HostingAccount.idPrefix,
                    id: id.text,
                    most: 50
                )
            )
        }
    }
}
