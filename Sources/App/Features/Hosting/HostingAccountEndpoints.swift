import Core
import Support
package import Web

/// Accounts on the panels, for staff.
package enum HostingAccountEndpoints {
    static let customer = QueryParameter("customer_id", ID<Customer>.self, "Only this customer's.")
    static let server = QueryParameter("server_id", ID<Server>.self, "Only those on this server.")
    static let status = QueryParameter(
        "status",
        HostingAccountRecord.Status.self,
        "Only those in this state."
    )

    static let provision = Endpoint(
        Route(.post, "/api/v1/nextpanel/provision"),
        tag: "NextPanel",
        "Make an account.",
        details:
            "Asking twice for one account makes one. A panel's refusal is no problem document: "
            + "`success` is false then, and `error` says why.",
        input: NewAccountBody.self,
        output: ProvisionedBody.self,
        problems: [
            .usernameIsInUse, .noServerHasRoom, .orderIsNotPaid, .orderHasItsAccounts,
            .unavailable("The panel takes its time; ask again."),
        ],
        isIdempotent: true
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/nextpanel/accounts"),
        tag: "NextPanel",
        "List accounts, newest first.",
        output: Page<HostingAccountBody>.self,
        query: [customer, server, status] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/nextpanel/accounts/:id", ID<HostingAccount>.self),
        tag: "NextPanel",
        "Show an account.",
        output: HostingAccountBody.self
    )
    static let suspend = Endpoint(
        Route(.post, "/api/v1/nextpanel/accounts/:id/suspend", ID<HostingAccount>.self),
        tag: "NextPanel",
        "Stop an account.",
        input: SuspensionBody.self,
        output: AccountChangeBody.self,
        problems: .ofAccountChanges,
        isIdempotent: true
    )
    static let unsuspend = Endpoint(
        Route(.post, "/api/v1/nextpanel/accounts/:id/unsuspend", ID<HostingAccount>.self),
        tag: "NextPanel",
        "Let a stopped account go on.",
        output: AccountChangeBody.self,
        problems: .ofAccountChanges,
        isIdempotent: true
    )
    static let delete = Endpoint(
        Route(.delete, "/api/v1/nextpanel/accounts/:id", ID<HostingAccount>.self),
        tag: "NextPanel",
        "Delete an account with everything in it, once its subscription has ended.",
        output: AccountChangeBody.self,
        problems: [.accountIsBilled] + .ofAccountChanges
    )
    static let statistics = Endpoint(
        Route(.get, "/api/v1/nextpanel/accounts/:id/stats", ID<HostingAccount>.self),
        tag: "NextPanel",
        "Ask the panel what an account uses.",
        output: AccountStatisticsBody.self,
        problems: [.accountIsNotThere, .panelRefused] + .ofProviders
    )

    package static func add(to router: inout Router<Services>) {
        addReading(to: &router)
        router.on(provision, as: AdminContext.self) { input, request, context in
            ProvisionedBody(
                try await Provisioning(context.services).provision(
                    try input.wish(),
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(suspend, as: BillingContext.self) { input, request, context, id in
            let account = try await HostingAccounts(context.services).suspend(
                id,
                reason: input.reason ?? "Suspended by billing system",
                actor: context.user.actor(request)
            )
            return AccountChangeBody("The account was suspended.", account)
        }
        router.on(unsuspend, as: BillingContext.self) { request, context, id in
            let account = try await HostingAccounts(context.services).unsuspend(
                id,
                actor: context.user.actor(request)
            )
            return AccountChangeBody("The account goes on.", account)
        }
        router.on(delete, as: AdminContext.self) { request, context, id in
            let account = try await HostingAccounts(context.services).deleteUnbilled(
                id,
                actor: context.user.actor(request)
            )
            return AccountChangeBody("The account was deleted.", account)
        }
    }

    private static func addReading(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { request, context in
            let part = try PageRequest(request, list: "hosting-accounts", keys: 1)
            let rows = try await HostingAccounts(context.services).list(
                HostingAccountFilter(
                    customer: try request.value(of: customer),
                    server: try request.value(of: server),
                    status: try request.value(of: status)
                ),
                before: part.after.flatMap { ID($0[0]) },
                most: part.rowsToRead
            )
            return part.page(rows, keys: { [$0.id.text] }) { HostingAccountBody($0) }
        }
        router.on(show, as: StaffContext.self) { _, context, id in
            HostingAccountBody(try await HostingAccounts(context.services).show(id))
        }
        router.on(statistics, as: StaffContext.self) { _, context, id in
            AccountStatisticsBody(try await HostingAccounts(context.services).statistics(id))
        }
    }
}

extension AccountChangeBody {
    fileprivate init(_ message: String, _ account: HostingAccountRecord) {
        self.init(message: message, accountID: account.id, status: account.status)
    }
}
