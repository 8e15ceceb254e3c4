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
    let page: ListPage<LedgerAccountFilter>

    private static let columns: [ListColumn<LedgerAccountFilter>] = [
        ListColumn("account", "Account", sort: .kind) { account in
            a(.href(BooksRoutes.account.path(account.id)), .classes("strong")) {
                account.kind.label
            }
        },
        ListColumn("owner", "Whose", sort: .owner) { account in
            if let customer = account.customer {
                TextLink(
                    account.customerName ?? customer.text,
                    to: ConsoleCustomerRoutes.show.path(customer)
                )
            } else {
                span(.classes("soft")) {
                    account.gateway.map(PaymentChannel.label(of:)) ?? "The house"
                }
            }
        },
        .number("balance", "Balance") { Amount($0.balance, showsCode: true) },
    ]

    var body: HTML {
        ListView(
            "Books",
            lead: "Every cent, twice: what one account receives, another gives. Debits are "
                + "positive, credits negative.",
            page,
            LedgerAccountsView.columns,
            empty: EmptyState(
                page.filter.isActive ? "No account fits" : "Nothing has been booked yet",
                page.filter.isActive
                    ? "Take a filter away, or look for another customer."
                    : "An account is opened by the first entry that needs it.",
                icon: "landmark"
            ),
            filters: {
                Filter(
                    "Kind",
                    "kind",
                    page.filter.kind?.rawValue,
                    all: "All",
                    LedgerAccountKind.allCases.map { ($0.rawValue, $0.label) }
                )
                Filter(search: "Customer", "customer", page.filter.customer?.text, hint: "cus_…")
            },
            above: { BooksTabs(current: .accounts) }
        ).body
    }
}

/// One account with its entries.
struct LedgerAccountView: View {
    let account: LedgerAccountRecord
    let page: ListPage<AccountEntryFilter>

    private static let columns: [ListColumn<AccountEntryFilter>] = [
        ListColumn("booked", "Booked") { $0.postingLink },
        ListColumn("cause", "Cause") { $0.causeLink },
        .number("debit", "Debit") { $0.debit.orDash },
        .number("credit", "Credit") { $0.credit.orDash },
        .number("balance", "Balance") { $0.balance.orDash },
        ListColumn("time", "Time", sort: .time) { Moment($0.at) },
    ]

    var body: HTML {
        ListView(
            account.label,
            lead: "Balance: \(account.balance.label) \(account.balance.currency.code).",
            back: ("Books", BooksRoutes.accounts.path()),
            page,
            LedgerAccountView.columns,
            empty: EmptyState("No entries", "Nothing was booked in these days.", icon: "landmark"),
            filters: {
                Filter(date: "From", "from", page.filter.dates.from)
                Filter(date: "Until", "until", page.filter.dates.until)
            },
            actions: {
                if let customer = account.customer {
                    ButtonLink(
                        account.customerName ?? "Customer",
                        to: ConsoleCustomerRoutes.show.path(customer),
                        icon: "user"
                    )
                }
            }
        ).body
    }
}

/// Entries of all accounts, or of one object.
struct LedgerEntriesView: View {
    let page: ListPage<LedgerEntryFilter>

    private static let columns: [ListColumn<LedgerEntryFilter>] = [
        ListColumn("booked", "Booked") { $0.postingLink },
        ListColumn("cause", "Cause") { $0.causeLink },
        ListColumn("account", "Account") { entry in
            Stacked {
                a(.href(BooksRoutes.account.path(entry.account))) { entry.accountKind.label }
                if let name = entry.customerName { span(.classes("soft", "small")) { name } }
            }
        },
        .number("debit", "Debit") { $0.debit.orDash },
        .number("credit", "Credit") { $0.credit.orDash },
        ListColumn("time", "Time", sort: .time) { Moment($0.at) },
    ]

    private var search: LedgerSearch { page.filter.search }

    var body: HTML {
        ListView(
            "Entries",
            lead: "What was booked; each entry leads to its cause.",
            page,
            LedgerEntriesView.columns,
            empty: EmptyState(
                search.isEmpty ? "Nothing has been booked yet" : "No entry fits",
                search.isEmpty
                    ? "The first sale makes the first entries."
                    : "Look for the identifier of an order, an invoice, a payment, a refund, a "
                        + "customer or a transaction, or choose other days.",
                icon: "landmark"
            ),
            filters: {
                Filter(
                    search: "Of",
                    "object",
                    search.object,
                    hint: "ord_…, inv_…, pay_…, ref_… or cus_…"
                )
                Filter(date: "From", "from", search.dates.from)
                Filter(date: "Until", "until", search.dates.until)
            },
            above: { BooksTabs(current: .entries) }
        ).body
    }
}

extension LedgerEntryRecord {
    /// What was booked, which leads to all sides of it.
    fileprivate var postingLink: HTML {
        a(.href(BooksRoutes.entries(of: transaction.text)), .classes("strong")) { postingLabel }
    }

    @HTMLBuilder fileprivate var causeLink: HTML {
        if let path = cause.path {
            TextLink(cause.label, to: path)
        } else {
            span(.classes("mono", "small")) { cause.text }
        }
    }
}

extension Money? {
    /// An amount, or a dash where there is none.
    @HTMLBuilder fileprivate var orDash: HTML {
        if let self {
            Amount(self, showsCode: true)
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
        gateway.map { "\(kind.label) · \(PaymentChannel.label(of: $0))" } ?? kind.label
    }

    /// Where its accounts are listed.
    fileprivate var path: String { "\(BooksRoutes.accounts.path())?kind=\(kind.rawValue)" }
}

extension Date {
    /// The day that ends at this midnight.
    fileprivate var dayBefore: String { addingTimeInterval(-1).dayText }
}
