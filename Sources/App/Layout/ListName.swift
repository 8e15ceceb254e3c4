import Core
import Web

/// The lists that have an order and a file; the raw value names one in cursors and saved views.
enum ListName: String, CaseIterable, Sendable {
    case orders, invoices, payments, licenses, domains, subscriptions
    case consoleOrders = "console.orders"
    case consoleSubscriptions = "console.subscriptions"
    case consoleInvoices = "console.invoices"
    case consolePayments = "console.payments"
    case consoleCustomers = "console.customers"
    case consoleLicenses = "console.licenses"
    case consolePlans = "console.plans"
    case consoleCoupons = "console.coupons"
    case consoleCouponUses = "console.coupon_uses"
    case consoleServers = "console.servers"
    case consoleServerAccounts = "console.server_accounts"
    case consoleJobs = "console.jobs"
    case consoleAuditLog = "console.audit"
    case consoleKeys = "console.api_keys"
    case consoleDisputes = "console.disputes"
    case consoleDifferences = "console.differences"
    case consoleComparisons = "console.comparisons"
    case consoleChecks = "console.checks"
    case consoleLedgerAccounts = "console.ledger_accounts"
    case consoleLedgerEntries = "console.ledger_entries"
    case consoleAccountEntries = "console.account_entries"
    case consoleTaxRules = "console.tax_rules"
    case consoleRegistrarPayments = "console.registrar_payments"

    /// Where the list is; nil for one that is a part of another page.
    var path: String? {
        switch self {
        case .orders: OrderRoutes.list.path()
        case .invoices: InvoiceRoutes.list.path()
        case .payments: PaymentRoutes.list.path()
        case .licenses: LicenseRoutes.list.path()
        case .domains: DomainRoutes.list.path()
        case .subscriptions: SubscriptionRoutes.list.path()
        case .consoleOrders: ConsoleOrderRoutes.list.path()
        case .consoleSubscriptions: ConsoleSubscriptionRoutes.list.path()
        case .consoleInvoices: ConsoleInvoiceRoutes.list.path()
        case .consolePayments: ConsolePaymentRoutes.list.path()
        case .consoleCustomers: ConsoleCustomerRoutes.list.path()
        case .consoleLicenses: ConsoleLicenseRoutes.list.path()
        case .consolePlans: ConsolePlanRoutes.list.path()
        case .consoleCoupons: CouponRoutes.list.path()
        case .consoleServers: ConsoleServerRoutes.list.path()
        case .consoleCouponUses, .consoleServerAccounts, .consoleAccountEntries,
            .consoleRegistrarPayments, .consoleTaxRules:
            nil
        case .consoleJobs: ConsoleRoutes.jobs.path()
        case .consoleAuditLog: ConsoleRoutes.auditLog.path()
        case .consoleKeys: ConsoleKeyRoutes.list.path()
        case .consoleDisputes: ConsoleDisputeRoutes.list.path()
        case .consoleDifferences: ReconciliationRoutes.show.path()
        case .consoleComparisons: ReconciliationRoutes.comparisons.path()
        case .consoleChecks: BooksRoutes.checks.path()
        case .consoleLedgerAccounts: BooksRoutes.accounts.path()
        case .consoleLedgerEntries: BooksRoutes.entries.path()
        }
    }

    /// Whether somebody of a role may see it.
    func isOpen(to role: Role) -> Bool {
        switch self {
        case .orders, .invoices, .payments, .licenses, .domains, .subscriptions:
            role == .customer
        case .consoleAuditLog, .consoleKeys, .consoleTaxRules: AdminLevel.admits(role)
        case .consoleOrders, .consoleSubscriptions, .consoleInvoices, .consolePayments,
            .consoleCustomers, .consoleLicenses, .consolePlans, .consoleCoupons,
            .consoleCouponUses, .consoleServers, .consoleServerAccounts, .consoleJobs,
            .consoleDisputes, .consoleDifferences, .consoleComparisons, .consoleChecks,
            .consoleLedgerAccounts, .consoleLedgerEntries, .consoleAccountEntries,
            .consoleRegistrarPayments:
            role.isStaff
        }
    }

    /// What its file is called, before the date.
    var fileName: String {
        switch self {
        case .orders, .consoleOrders: "orders"
        case .invoices, .consoleInvoices: "invoices"
        case .licenses, .consoleLicenses: "licences"
        case .domains: "domains"
        case .subscriptions, .consoleSubscriptions: "subscriptions"
        case .payments, .consolePayments: "payments"
        case .consoleCustomers: "customers"
        case .consolePlans: "plans"
        case .consoleCoupons: "coupons"
        case .consoleCouponUses: "coupon-uses"
        case .consoleServers: "servers"
        case .consoleServerAccounts: "accounts"
        case .consoleJobs: "jobs"
        case .consoleAuditLog: "audit-log"
        case .consoleKeys: "api-keys"
        case .consoleDisputes: "disputes"
        case .consoleDifferences: "differences"
        case .consoleComparisons: "comparisons"
        case .consoleChecks: "checks"
        case .consoleLedgerAccounts: "ledger-accounts"
        case .consoleLedgerEntries: "ledger-entries"
        case .consoleAccountEntries: "ledger-account"
        case .consoleRegistrarPayments: "registrar-payments"
        case .consoleTaxRules: "tax-rules"
        }
    }
}
