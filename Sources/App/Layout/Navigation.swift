import Core
import Web

/// A page that the header leads to.
struct NavigationItem: Sendable {
    let text: String
    let path: String
    let icon: StaticString

    /// Whether a page is this one or below it.
    func leads(to page: String) -> Bool { page == path || page.hasPrefix(path + "/") }
}

/// Where the headers lead.
enum Navigation {
    static let licenses = Route(.get, "/licenses")
    static let console = Route(.get, "/console")

    /// For whoever looks around.
    static let visitor = [
        NavigationItem(text: "Plans", path: MarketingRoutes.pricing.path(), icon: "tag"),
        NavigationItem(text: "Domains", path: SearchRoutes.search.path(), icon: "globe"),
    ]

    /// For customers.
    static let customer = [
        NavigationItem(text: "Dashboard", path: DashboardRoutes.show.path(), icon: "gauge"),
        NavigationItem(text: "Orders", path: OrderRoutes.list.path(), icon: "package"),
        NavigationItem(
            text: "Subscriptions",
            path: SubscriptionRoutes.list.path(),
            icon: "refresh-cw"
        ),
        NavigationItem(text: "Invoices", path: InvoiceRoutes.list.path(), icon: "receipt"),
        NavigationItem(text: "Payments", path: PaymentRoutes.list.path(), icon: "banknote"),
        NavigationItem(text: "Credit", path: CreditRoutes.show.path(), icon: "wallet"),
        NavigationItem(text: "Licences", path: licenses.path(), icon: "key-round"),
        NavigationItem(text: "Domains", path: DomainRoutes.list.path(), icon: "globe"),
    ]
}

/// The parts of the staff's console.
enum ConsoleSection: String, CaseIterable, Sendable {
    case home = ""
    case orders, subscriptions, invoices, payments, customers, books, licenses, plans, coupons,
        servers, jobs
    case auditLog = "audit"
    case apiKeys = "api-keys"
    case settings

    /// Whether somebody of a role may enter; nobody is shown a door that stays shut.
    func isOpen(to role: Role?) -> Bool {
        switch self {
        case .auditLog, .apiKeys, .settings: role.map(AdminLevel.admits) ?? false
        case .home, .orders, .subscriptions, .invoices, .payments, .customers, .books, .licenses,
            .plans,
            .coupons,
            .servers, .jobs:
            true
        }
    }

    var item: NavigationItem {
        let start = Navigation.console.path()
        return NavigationItem(
            text: text,
            path: self == .home ? start : "\(start)/\(rawValue)",
            icon: icon
        )
    }

    private var text: String {
        switch self {
        case .home: "Home"
        case .orders: "Orders"
        case .subscriptions: "Subscriptions"
        case .invoices: "Invoices"
        case .payments: "Payments"
        case .customers: "Customers"
        case .books: "Books"
        case .licenses: "Licences"
        case .plans: "Plans"
        case .coupons: "Coupons"
        case .servers: "Servers"
        case .jobs: "Jobs"
        case .auditLog: "Audit log"
        case .apiKeys: "API keys"
        case .settings: "Settings"
        }
    }

    private var icon: StaticString {
        switch self {
        case .home: "gauge"
        case .orders: "package"
        case .subscriptions: "refresh-cw"
        case .invoices: "receipt"
        case .payments: "credit-card"
        case .customers: "users"
        case .books: "landmark"
        case .licenses: "badge-check"
        case .plans: "tag"
        case .coupons: "ticket"
        case .servers: "server"
        case .jobs: "layers"
        case .auditLog: "scroll-text"
        case .apiKeys: "key-round"
        case .settings: "settings"
        }
    }
}
