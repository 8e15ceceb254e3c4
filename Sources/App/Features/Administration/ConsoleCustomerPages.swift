import Core
import Foundation
import Markup
import Postgres
import Support
import Web

/// Customers as staff see them.
enum ConsoleCustomerPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleCustomerRoutes.list, as: StaffContext.self, list)
        router.on(ConsoleCustomerRoutes.show, as: StaffContext.self, show)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let text = request.search("q")
        let listing = ConsoleListing(request, list: "console.customers.-id")
        let before = listing.after.flatMap { ID<Customer>($0[0]) }
        let found = try await context.services.database.transaction(for: .system) {
            try $0.listedCustomers(matching: text, before: before, most: listing.rowsToRead)
        }
        let part = listing.part(found) { [$0.customer.id.text] }
        return PortalPage.console(title: "Customers", section: .customers, request, context) {
            CustomerListView(text: text, customers: part.rows, pager: part.pager)
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
        ) { CustomerFileView(file: file, rights: context.rights) }
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
                    before: nil,
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
