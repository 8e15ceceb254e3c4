import Core
import Foundation
import Markup
import Web

/// What the pages of the books have in common.
struct BooksTabs: View {
    enum Part: String, CaseIterable {
        case accounts, entries, trialBalance, reconciliation, disputes, registrars, checks
    }

    let current: Part

    var body: HTML {
        Tabs(
            name: "Books",
            tabs: Part.allCases.map { part in
                Tabs.Tab(
                    text: part.label,
                    path: part.path,
                    count: nil,
                    isCurrent: part == current
                )
            }
        )
    }
}

extension BooksTabs.Part {
    fileprivate var label: String {
        switch self {
        case .accounts: "Accounts"
        case .entries: "Entries"
        case .trialBalance: "Trial balance"
        case .reconciliation: "Reconciliation"
        case .disputes: "Disputes"
        case .registrars: "Registrars"
        case .checks: "Checks"
        }
    }

    fileprivate var path: String {
        switch self {
        case .accounts: BooksRoutes.accounts.path()
        case .entries: BooksRoutes.entries.path()
        case .trialBalance: BooksRoutes.trialBalance.path()
        case .reconciliation: ReconciliationRoutes.show.path()
        case .disputes: ConsoleDisputeRoutes.list.path()
        case .registrars: RegistrarRoutes.list.path()
        case .checks: BooksRoutes.checks.path()
        }
    }
}

/// The accounts with what stands on them.
struct LedgerAccountsView: View {
    let filter: LedgerAccountFilter
    let accounts: [LedgerAccountRecord]
    let pager: Pager
    let exportPath: String

    private var isFiltered: Bool { filter.kind != nil || filter.customer != nil }

    var body: HTML {
        PageHeading(
            "Books",
            lead: "Every cent, twice: what one account receives, another gives. Debits are "
                + "positive, credits negative."
        ) { if !accounts.isEmpty { ButtonLink("Export CSV", to: exportPath, icon: "download") } }
        BooksTabs(current: .accounts)
        Card(isFlush: true) {
            FilterBar(BooksRoutes.accounts.path(), isActive: isFiltered) {
                Filter(
                    "Kind",
                    "kind",
                    filter.kind?.rawValue,
                    all: "All",
                    LedgerAccountKind.allCases.map { ($0.rawValue, $0.label) }
                )
                Filter(search: "Customer", "customer", filter.customer?.text, hint: "cus_…")
            }
            if accounts.isEmpty {
                EmptyState(
                    isFiltered ? "No account fits" : "Nothing has been booked yet",
                    isFiltered
                        ? "Take a filter away, or look for another customer."
                        : "An account is opened by the first entry that needs it.",
                    icon: "landmark"
                )
            } else {
                rows
            }
            pager
        }
    }

    private var rows: HTML {
        DataTable(
            "Accounts",
            ["Account", "Whose", .number("Balance")],
            accounts.map { account in
                DataTable.Row {
                    HTML {
                        a(.href(BooksRoutes.account.path(account.id)), .classes("strong")) {
                            account.kind.label
                        }
                    }
                    owner(of: account)
                    Amount(account.balance, showsCode: true)
                }
            }
        ).body
    }

    @HTMLBuilder private func owner(of account: LedgerAccountRecord) -> HTML {
        if let customer = account.customer {
            TextLink(
                account.customerName ?? customer.text,
                to: ConsoleCustomerRoutes.show.path(customer)
            )
        } else {
            span(.classes("soft")) { account.gateway ?? "The house" }
        }
    }
}

/// One account with its entries.
struct LedgerAccountView: View {
    let account: LedgerAccountRecord
    let dates: LedgerDates
    let entries: [LedgerEntryRecord]
    let pager: Pager
    let exportPath: String

    var body: HTML {
        PageHeading(
            account.label,
            lead: "Balance: \(account.balance.label) \(account.balance.currency.code).",
            back: ("Books", BooksRoutes.accounts.path())
        ) {
            if let customer = account.customer {
                ButtonLink(
                    account.customerName ?? "Customer",
                    to: ConsoleCustomerRoutes.show.path(customer),
                    icon: "user"
                )
            }
            if !entries.isEmpty { ButtonLink("Export CSV", to: exportPath, icon: "download") }
        }
        Card(isFlush: true) {
            FilterBar(BooksRoutes.account.path(account.id), isActive: !dates.isEmpty) {
                Filter(date: "From", "from", dates.from)
                Filter(date: "Until", "until", dates.until)
            }
            if entries.isEmpty {
                EmptyState("No entries", "Nothing was booked in these days.", icon: "landmark")
            } else {
                LedgerEntryTable(entries: entries, showsAccount: false)
            }
            pager
        }
    }
}

/// Entries of all accounts, or of one object.
struct LedgerEntriesView: View {
    let search: LedgerSearch
    let entries: [LedgerEntryRecord]
    let pager: Pager
    let exportPath: String

    var body: HTML {
        PageHeading(
            "Entries",
            lead: "What was booked, newest first; each entry leads to its cause."
        ) { if !entries.isEmpty { ButtonLink("Export CSV", to: exportPath, icon: "download") } }
        BooksTabs(current: .entries)
        Card(isFlush: true) {
            FilterBar(BooksRoutes.entries.path(), isActive: !search.isEmpty) {
                Filter(
                    search: "Of",
                    "object",
                    search.object,
                    hint: "ord_…, inv_…, pay_…, ref_… or cus_…"
                )
                Filter(date: "From", "from", search.dates.from)
                Filter(date: "Until", "until", search.dates.until)
            }
            if entries.isEmpty {
                EmptyState(
                    search.isEmpty ? "Nothing has been booked yet" : "No entry fits",
                    search.isEmpty
                        ? "The first sale makes the first entries."
                        : "Look for the identifier of an order, an invoice, a payment, a refund, a "
                            + "customer or a transaction, or choose other days.",
                    icon: "landmark"
                )
            } else {
                LedgerEntryTable(entries: entries, showsAccount: true)
            }
            pager
        }
    }
}

/// Entries, one below the other: of several accounts with the accounts, of one with what stood on
/// it.
struct LedgerEntryTable: View {
    let entries: [LedgerEntryRecord]
    let showsAccount: Bool

    var body: HTML {
        DataTable("Entries", columns, entries.map(row))
    }

    private var columns: [DataTable.Column] {
        showsAccount
            ? ["Booked", "Cause", "Account", .number("Debit"), .number("Credit"), "Time"]
            : [
                "Booked", "Cause", .number("Debit"), .number("Credit"), .number("Balance"), "Time",
            ]
    }

    private func row(_ entry: LedgerEntryRecord) -> DataTable.Row {
        guard showsAccount else {
            return DataTable.Row {
                posting(of: entry)
                cause(of: entry)
                amount(entry.debit)
                amount(entry.credit)
                amount(entry.balance)
                Moment(entry.at)
            }
        }
        return DataTable.Row {
            posting(of: entry)
            cause(of: entry)
            account(of: entry)
            amount(entry.debit)
            amount(entry.credit)
            Moment(entry.at)
        }
    }

    private func posting(of entry: LedgerEntryRecord) -> HTML {
        HTML {
            a(
                .href(BooksRoutes.entries(of: entry.transaction.text)),
                .classes("strong")
            ) { entry.postingLabel }
        }
    }

    @HTMLBuilder private func cause(of entry: LedgerEntryRecord) -> HTML {
        if let path = entry.cause.path {
            TextLink(entry.cause.label, to: path)
        } else {
            span(.classes("mono", "small")) { entry.cause.text }
        }
    }

    private func account(of entry: LedgerEntryRecord) -> HTML {
        Stacked {
            a(.href(BooksRoutes.account.path(entry.account))) { entry.accountKind.label }
            if let name = entry.customerName { span(.classes("soft", "small")) { name } }
        }.body
    }

    @HTMLBuilder private func amount(_ money: Money?) -> HTML {
        if let money {
            Amount(money, showsCode: true)
        } else {
            span(.classes("soft")) { "–" }
        }
    }
}

/// What stood on all accounts at a moment: debits and credits are the same.
struct TrialBalanceView: View {
    let moment: TrialBalanceMoment
    let lines: [TrialBalanceLine]
    let exportPath: String

    var body: HTML {
        PageHeading(
            "Trial balance",
            lead: moment.day == nil
                ? "All that was booked until now."
                : "All that was booked until the end of \(moment.end.dayBefore), UTC."
        ) { if !lines.isEmpty { ButtonLink("Export CSV", to: exportPath, icon: "download") } }
        BooksTabs(current: .trialBalance)
        div(.classes("stack")) {
            Card(isFlush: true) {
                FilterBar(BooksRoutes.trialBalance.path(), isActive: moment.day != nil) {
                    Filter(date: "At the end of", "at", moment.day)
                }
                if lines.isEmpty {
                    EmptyState(
                        "Nothing was booked until then",
                        "Choose a later day.",
                        icon: "scale"
                    )
                }
            }
            for (currency, lines) in lines.byCurrency { table(currency, lines) }
        }
    }

    private func table(_ currency: Currency, _ lines: [TrialBalanceLine]) -> HTML {
        Card(currency.code, isFlush: true) {
            DataTable(
                "Trial balance in \(currency.code)",
                ["Account", .number("Debit"), .number("Credit")],
                lines.map { row($0.name, $0.debit, $0.credit, path: $0.path) }
                    + [
                        row(
                            "Total",
                            lines.map(\.debit).sum(currency),
                            lines.map(\.credit).sum(currency),
                            path: nil
                        )
                    ]
            )
        }.body
    }

    private func row(_ name: String, _ debit: Money, _ credit: Money, path: String?)
        -> DataTable.Row
    {
        DataTable.Row {
            HTML {
                if let path { TextLink(name, to: path) } else { span(.classes("strong")) { name } }
            }
            Amount(debit, showsCode: true)
            Amount(credit, showsCode: true)
        }
    }
}

extension TrialBalanceLine {
    fileprivate var name: String {
        [kind.label, gateway].compactMap { $0 }.joined(separator: " · ")
    }

    /// Where its accounts are listed.
    fileprivate var path: String { "\(BooksRoutes.accounts.path())?kind=\(kind.rawValue)" }
}

extension Date {
    /// The day that ends at this midnight.
    fileprivate var dayBefore: String { addingTimeInterval(-1).dayText }
}
