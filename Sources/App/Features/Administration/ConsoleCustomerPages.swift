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
        let page = try await CustomerFilter(request).page(
            request,
            context,
            file: ConsoleCustomerRoutes.export.path()
        )
        return PortalPage.console(title: "Customers", section: .customers, request, context) {
            CustomerListView(page: page)
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        CustomerFilter(request).export(context)
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

extension CustomerFilter {
    init(_ request: Request) {
        self.init(text: request.search("q"), sorting: Sorting(request))
    }

    static let name = ListName.consoleCustomers
    static let file: [FileColumn<ListedCustomer>] = [
        FileColumn("Identifier") { $0.customer.id.text },
        FileColumn("Name") { $0.customer.name },
        FileColumn("Company") { $0.customer.company ?? "" },
        FileColumn("E-mail") { $0.customer.email },
        FileColumn("Country") { $0.customer.address?.country ?? "" },
        FileColumn("Orders") { String($0.orders) },
        FileColumn("Services") { String($0.services) },
        FileColumn("Since") { $0.customer.createdAt.rfc3339 },
    ]

    var isActive: Bool { text != nil }
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
    let payments: [PaymentRecord]
    let refunds: [RefundRecord]
    let cards: [PaymentMethodRecord]
    let credit: CreditAccount
    let tax: CustomerTaxFile
    let now: Date
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
                    most: most,
                    now: now
                ),
                domains: try session.domains(DomainFilter(customer: id), most: most),
                invoices: try session.invoices(InvoiceFilter(customer: id), most: most),
                payments: try session.payments(PaymentFilter(customer: id), most: most),
                refunds: try session.refunds(RefundFilter(customer: id), most: most),
                cards: try session.paymentMethods(of: id),
                credit: try CreditAccount(id, session, now: now),
                tax: try CustomerTaxFile(id, session),
                now: now,
                history: try session.auditEntries(ofCustomer: id, most: 30)
            )
        }
    }
}
