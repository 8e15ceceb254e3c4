import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// The books as staff read them.
enum BooksPages {
    static func add(to router: inout Router<Services>) {
        router.on(BooksRoutes.accounts, as: StaffContext.self, accounts)
        router.on(BooksRoutes.account, as: StaffContext.self, account)
        router.on(BooksRoutes.entries, as: StaffContext.self, entries)
        router.on(BooksRoutes.trialBalance, as: StaffContext.self, trialBalance)
        BooksExports.add(to: &router)
        VerificationPages.add(to: &router)
        ReconciliationPages.add(to: &router)
        ConsoleDisputePages.add(to: &router)
        RegistrarPages.add(to: &router)
    }

    private static func accounts(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        let page = try await LedgerAccountFilter(request).page(
            request,
            context,
            file: BooksRoutes.exportAccounts.path()
        )
        return PortalPage.console(title: "Books", section: .books, request, context) {
            LedgerAccountsView(page: page)
        }
    }

    private static func account(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<LedgerAccount>
    ) async throws -> Response {
        let account = try await context.services.database.transaction(for: .system) {
            try $0.ledgerAccount(id).orThrow(Problem.notFound)
        }
        let page = try await AccountEntryFilter(request, id).page(
            request,
            context,
            file: BooksRoutes.exportAccount.path(id)
        )
        return PortalPage.console(title: account.label, section: .books, request, context) {
            LedgerAccountView(account: account, page: page)
        }
    }

    private static func entries(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        let page = try await LedgerEntryFilter(request).page(
            request,
            context,
            file: BooksRoutes.exportEntries.path()
        )
        return PortalPage.console(title: "Entries", section: .books, request, context) {
            LedgerEntriesView(page: page)
        }
    }

    private static func trialBalance(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        let moment = TrialBalanceMoment(request, now: context.services.clock.now)
        let lines = try await context.services.database.transaction(for: .system) {
            try $0.trialBalance(before: moment.end)
        }
        let listing = Listing(request, list: "console.books.trial-balance")
        return PortalPage.console(title: "Trial balance", section: .books, request, context) {
            TrialBalanceView(
                moment: moment,
                lines: lines,
                exportPath: listing.sibling(BooksRoutes.exportTrialBalance.path())
            )
        }
    }
}

/// The lists of the books as files.
private enum BooksExports {
    static func add(to router: inout Router<Services>) {
        router.on(BooksRoutes.exportAccounts, as: StaffContext.self) { request, context in
            LedgerAccountFilter(request).export(context)
        }
        router.on(BooksRoutes.exportAccount, as: StaffContext.self, account)
        router.on(BooksRoutes.exportEntries, as: StaffContext.self) { request, context in
            LedgerEntryFilter(request).export(context)
        }
        router.on(BooksRoutes.exportTrialBalance, as: StaffContext.self, trialBalance)
    }

    private static func account(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<LedgerAccount>
    ) async throws -> Response {
        try await context.services.database.transaction(for: .system) {
            _ = try $0.ledgerAccount(id).orThrow(Problem.notFound)
        }
        return AccountEntryFilter(request, id).export(context)
    }

    private static func trialBalance(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        let services = context.services
        let moment = TrialBalanceMoment(request, now: services.clock.now)
        return CSVExport.response(
            "trial-balance",
            ["Kind", "Gateway", "Debit", "Credit", "Currency"],
            now: services.clock.now,
            read: { last in
                guard last == nil else { return [] }
                return try await services.database.transaction(for: .system) {
                    try $0.trialBalance(before: moment.end)
                }
            },
            cells: { (line: TrialBalanceLine) in
                [
                    line.kind.rawValue, line.gateway ?? "", line.debit.decimalText,
                    line.credit.decimalText, line.balance.currency.code,
                ]
            }
        )
    }
}

extension LedgerAccountFilter {
    fileprivate init(_ request: Request) {
        self.init(
            kind: request.filter("kind", LedgerAccountKind.self),
            customer: request.search("customer").flatMap { ID<Customer>($0) },
            sorting: Sorting(request)
        )
    }
}

extension LedgerEntryFilter {
    fileprivate init(_ request: Request) {
        self.init(search: LedgerSearch(request), sorting: Sorting(request))
    }
}

extension AccountEntryFilter {
    fileprivate init(_ request: Request, _ account: ID<LedgerAccount>) {
        self.init(account: account, dates: LedgerDates(request), sorting: Sorting(request))
    }
}
