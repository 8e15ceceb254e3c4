import Core
import Web

/// The lists that have an order and a file; the raw value names one in cursors and saved views.
enum ListName: String, CaseIterable, Sendable {
    case orders, invoices, licenses, domains
    case consoleOrders = "console.orders"
    case consoleCustomers = "console.customers"
    case consoleLicenses = "console.licenses"
    case consolePlans = "console.plans"
    case consoleServers = "console.servers"
    case consoleServerAccounts = "console.server_accounts"
    case consoleJobs = "console.jobs"
    case consoleAuditLog = "console.audit"
    case consoleKeys = "console.api_keys"

    /// What its file is called, before the date.
    var fileName: String {
        switch self {
        case .orders, .consoleOrders: "orders"
        case .invoices: "invoices"
        case .licenses, .consoleLicenses: "licences"
        case .domains: "domains"
        case .consoleCustomers: "customers"
        case .consolePlans: "plans"
        case .consoleServers: "servers"
        case .consoleServerAccounts: "accounts"
        case .consoleJobs: "jobs"
        case .consoleAuditLog: "audit-log"
        case .consoleKeys: "api-keys"
        }
    }
}
