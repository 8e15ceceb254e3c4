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
        let listing = Listing(request, list: "console.books", keys: 2)
        let filter = LedgerAccountFilter(request)
        let place = listing.after.flatMap { LedgerAccountRecord.Place($0) }
        let found = try await context.services.database.transaction(for: .system) {
            try $0.ledgerAccounts(filter, after: place, most: listing.rowsToRead)
        }
        let part = listing.part(found) { $0.place.keys }
        return PortalPage.console(title: "Books", section: .books, request, context) {
            LedgerAccountsView(
                filter: filter,
                accounts: part.rows,
                pager: part.pager,
                exportPath: listing.sibling(BooksRoutes.exportAccounts.path())
            )
        }
    }

    private static func account(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<LedgerAccount>
    ) async throws -> Response {
        let listing = Listing(request, list: "console.books.account")
        let dates = LedgerDates(request)
        let (account, found) = try await context.services.database.transaction(for: .system) {
            (
                try $0.ledgerAccount(id).orThrow(Problem.notFound),
                try $0.ledgerEntries(
                    dates.filter(account: id),
                    before: listing.lastEntry,
                    most: listing.rowsToRead
                )
            )
        }
        let part = listing.part(found) { [String($0.id)] }
        return PortalPage.console(title: account.label, section: .books, request, context) {
            LedgerAccountView(
                account: account,
                dates: dates,
                entries: part.rows,
                pager: part.pager,
                exportPath: listing.sibling(BooksRoutes.exportAccount.path(id))
            )
        }
    }

    private static func entries(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        let listing = Listing(request, list: "console.books.entries")
        let search = LedgerSearch(request)
        let found = try await context.services.database.transaction(for: .system) { session in
            try search.filter.map {
                try session.ledgerEntries(
                    $0,
                    before: listing.lastEntry,
                    most: listing.rowsToRead
                )
            } ?? []
        }
        let part = listing.part(found) { [String($0.id)] }
        return PortalPage.console(title: "Entries", section: .books, request, context) {
            LedgerEntriesView(
                search: search,
                entries: part.rows,
                pager: part.pager,
                exportPath: listing.sibling(BooksRoutes.exportEntries.path())
            )
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
        router.on(BooksRoutes.exportAccounts, as: StaffContext.self, accounts)
        router.on(BooksRoutes.exportAccount, as: StaffContext.self, account)
        router.on(BooksRoutes.exportEntries, as: StaffContext.self, entries)
        router.on(BooksRoutes.exportTrialBalance, as: StaffContext.self, trialBalance)
    }

    private static func accounts(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        let filter = LedgerAccountFilter(request)
        let services = context.services
        return CSVExport.response(
            "ledger-accounts",
            ["Account", "Kind", "Customer", "Name", "Gateway", "Balance", "Currency"],
            now: services.clock.now,
            read: { last in
                try await services.database.transaction(for: .system) {
                    try $0.ledgerAccounts(filter, after: last?.place, most: CSVExport.batch)
                }
            },
            cells: { each in
                [
                    each.id.text, each.kind.rawValue, each.customer?.text ?? "",
                    each.customerName ?? "", each.gateway ?? "", each.balance.decimalText,
                    each.balance.currency.code,
                ]
            }
        )
    }

    private static func account(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<LedgerAccount>
    ) async throws -> Response {
        try await context.services.database.transaction(for: .system) {
            _ = try $0.ledgerAccount(id).orThrow(Problem.notFound)
        }
        return file("ledger-account", LedgerDates(request).filter(account: id), context.services)
    }

    private static func entries(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        file("ledger-entries", LedgerSearch(request).filter, context.services)
    }

    private static func file(
        _ name: String,
        _ filter: LedgerFilter?,
        _ services: Services
    ) -> Response {
        CSVExport.response(
            name,
            [
                "Entry", "Time", "Transaction", "Booked", "Cause", "Account", "Kind", "Customer",
                "Debit", "Credit", "Balance", "Currency",
            ],
            now: services.clock.now,
            read: { (last: LedgerEntryRecord?) in
                guard let filter else { return [] }
                return try await services.database.transaction(for: .system) {
                    try $0.ledgerEntries(filter, before: last?.id, most: CSVExport.batch)
                }
            },
            cells: { each in
                [
                    String(each.id), each.at.rfc3339, each.transaction.text, each.posting,
                    each.cause.text, each.account.text, each.accountKind.rawValue,
                    each.customerName ?? "", each.debit?.decimalText ?? "",
                    each.credit?.decimalText ?? "", each.balance?.decimalText ?? "",
                    each.amount.currency.code,
                ]
            }
        )
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

extension Listing {
    /// The entry after which a page of entries starts.
    fileprivate var lastEntry: Int64? { after.flatMap { Int64($0[0]) } }
}

extension LedgerAccountFilter {
    fileprivate init(_ request: Request) {
        self.init(
            kind: request.filter("kind", LedgerAccountKind.self),
            customer: request.search("customer").flatMap { ID<Customer>($0) }
        )
    }
}
