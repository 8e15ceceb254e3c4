import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// Customers as staff see them.
enum ConsoleCustomerPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleCustomerRoutes.list, as: StaffContext.self, list)
        router.on(ConsoleCustomerRoutes.export, as: StaffContext.self, export)
        router.on(ConsoleCustomerRoutes.show, as: StaffContext.self, show)
        router.on(ConsoleCustomerRoutes.switchUser, as: AdminContext.self, switchUser)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let text = request.search("q")
        let sorting = Sorting<CustomerColumn>(request)
        let listing = Listing(request, list: "console.customers.\(sorting.text)", keys: 2)
        let found = try await context.services.database.transaction(for: .system) {
            try $0.listedCustomers(
                matching: text,
                by: sorting,
                after: listing.after,
                most: listing.rowsToRead
            )
        }
        let part = listing.part(found) { $0.place(by: sorting) }
        return PortalPage.console(title: "Customers", section: .customers, request, context) {
            CustomerListView(
                text: text,
                customers: part.rows,
                pager: part.pager,
                links: SortLinks(sorting, request),
                exportPath: listing.sibling(ConsoleCustomerRoutes.export.path())
            )
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        let text = request.search("q")
        let sorting = Sorting<CustomerColumn>(request)
        let services = context.services
        return CSVExport.response(
            "customers",
            ["Identifier", "Name", "Company", "E-mail", "Country", "Orders", "Services", "Since"],
            now: services.clock.now,
            read: { last in
                try await services.database.transaction(for: .system) {
                    try $0.listedCustomers(
                        matching: text,
                        by: sorting,
                        after: last?.place(by: sorting),
                        most: CSVExport.batch
                    )
                }
            },
            cells: { each in
                let customer = each.customer
                return [
                    customer.id.text, customer.name, customer.company ?? "", customer.email,
                    customer.address?.country ?? "", String(each.orders), String(each.services),
                    customer.createdAt.rfc3339,
                ]
            }
        )
    }

    private static func switchUser(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<User>
    ) async throws -> Response {
        let users = UserAdministration(context.services)
        let isActive = try request.form()["active"] == "yes"
        let user = try await users.find(id).user
        let path =
            user.customer.map { ConsoleCustomerRoutes.show.path($0) }
            ?? ConsoleCustomerRoutes.list.path()
        return try await ConsoleAction.perform(
            context,
            backTo: path,
            saying: isActive ? "The log-in works again." : "The log-in is switched off."
        ) {
            let change = UserAdministration.Change(isActive: isActive)
            _ = try await users.change(id, change, actor: context.user.actor(request))
        }
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Customer>
    ) async throws -> Response {
        let file = try await CustomerFile.read(id, context.services)
        return PortalPage.console(
            title: file.customer.name,
            section: .customers,
            request,
            context
        ) { CustomerFileView(file: file, token: context.csrfToken, rights: context.rights) }
    }
}

/// Everything that staff see of one customer.
struct CustomerFile: Sendable {
    /// How much of each list the page shows.
    static let most = 50

    let customer: CustomerRecord
    let users: [UserRecord]
    let orders: [ListedOrder]
    let subscriptions: [ListedSubscription]
    let accounts: [ListedAccount]
    let licenses: [LicenseRecord]
    let domains: [DomainNameRecord]
    let invoices: [InvoiceRecord]
    let history: [StoredAuditEntry]

    static func read(_ id: ID<Customer>, _ services: Services) async throws -> CustomerFile {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            CustomerFile(
                customer: try session.customer(id).orThrow(Problem.notFound),
                users: try session.users(of: id),
                orders: try session.listedOrders(
                    OrderFilter(customer: id),
                    most: most
                ),
                subscriptions: try session.listedSubscriptions(of: id),
                accounts: try session.listedAccounts(of: id, most: most),
                licenses: try session.licenses(
                    Licenses.Filter(customer: id),
                    before: nil,
                    most: most,
                    now: now
                ),
                domains: try session.domains(of: id, before: nil, most: most),
                invoices: try session.invoices(of: id, status: nil, before: nil, most: most),
                history: try session.auditEntries(ofCustomer: id, most: 30)
            )
        }
    }
}
