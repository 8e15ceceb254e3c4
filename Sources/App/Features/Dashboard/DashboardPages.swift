import Core
import Markup
import Postgres
import Support
import Web

/// The first page after logging in.
enum DashboardPages {
    static func add(to router: inout Router<Services>) {
        router.on(DashboardRoutes.show, as: SignedInContext.self, show)
    }

    private static func show(
        _ request: Request,
        _ context: SignedInContext
    ) async throws -> Response {
        if context.user.role.isStaff { return .redirect(to: Navigation.console.path()) }
        let dashboard = try await Dashboard(context)
        return PortalPage.response(title: "Dashboard", request, context) {
            DashboardView(dashboard: dashboard, name: context.user.fullName)
        }
    }
}

/// What a customer's first page answers: is anything owed, what runs, what is new.
struct Dashboard: Sendable {
    let services: [HostedService]
    let unpaid: [OrderRecord]
    let openInvoices: [InvoiceRecord]
    let invoices: [InvoiceRecord]
    let domains: [DomainNameRecord]
    /// What may be spent now, by currency.
    let credit: [Money]

    init(_ context: SignedInContext) async throws {
        let customer = context.user.scope.customer
        let now = context.services.clock.now
        self = try await context.services.database.transaction(for: context.user.scope) {
            session in
            Dashboard(
                services: try session.hostedServices(of: customer, most: 50),
                unpaid: try session.orders(
                    CustomerOrderFilter(customer: customer, status: .pending),
                    most: 20
                ),
                openInvoices: try session.invoices(
                    InvoiceFilter(customer: customer, status: .open),
                    most: 50
                ),
                invoices: try session.invoices(
                    InvoiceFilter(customer: customer, status: .paid),
                    most: 5
                ),
                domains: try session.domains(DomainFilter(customer: customer), most: 10),
                credit: try customer.map { try session.creditBalances(of: $0, now: now) } ?? []
            )
        }
    }

    init(
        services: [HostedService],
        unpaid: [OrderRecord],
        openInvoices: [InvoiceRecord],
        invoices: [InvoiceRecord],
        domains: [DomainNameRecord],
        credit: [Money]
    ) {
        self.services = services
        self.unpaid = unpaid
        self.openInvoices = openInvoices
        self.invoices = invoices
        self.domains = domains
        self.credit = credit
    }

    /// What is owed; nil when nothing is.
    var owed: Money? {
        guard let currency = openInvoices.first?.total.currency else { return nil }
        return openInvoices.filter { $0.total.currency == currency }.map(\.due).sum(currency)
    }

    /// The service that renews next.
    var next: HostedService? {
        services.filter { $0.status == .active }.min { $0.renewsAt < $1.renewsAt }
    }
}
