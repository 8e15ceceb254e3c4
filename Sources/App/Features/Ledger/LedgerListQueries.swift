import Core
import Foundation
import Postgres
import Support
import Web

/// What accounts can be sorted by.
enum LedgerAccountColumn: String, StoredSortColumn {
    case owner, kind

    /// The house's own first.
    static let standard = Sorting(LedgerAccountColumn.owner)
    static var id: SortTerm { .id("a.id") }

    var term: SortTerm? {
        switch self {
        case .owner: .number("(customer_id IS NOT NULL)::int")
        case .kind: .text("kind")
        }
    }
}

extension LedgerAccountFilter: ListFilter {
    static let name = ListName.consoleLedgerAccounts
    static let file: [FileColumn<LedgerAccountRecord>] = [
        FileColumn("Account") { $0.id.text },
        FileColumn("Kind") { $0.kind.rawValue },
        FileColumn("Customer") { $0.customer?.text ?? "" },
        FileColumn("Name") { $0.customerName ?? "" },
        FileColumn("Gateway") { $0.gateway ?? "" },
        FileColumn("Balance") { $0.balance.decimalText },
        FileColumn("Currency") { $0.balance.currency.code },
    ]

    var isActive: Bool { kind != nil || customer != nil }

    func rows(
        _ session: Session,
        after place: [String]?,
        most: Int
    ) throws -> [LedgerAccountRecord] {
        try session.ledgerAccounts(self, after: place, most: most)
    }

    func place(of row: LedgerAccountRecord) -> [String] {
        let value =
            switch sorting.column {
            case .owner: row.customer == nil ? "0" : "1"
            case .kind: row.kind.rawValue
            }
        return [value, row.id.uuid.uuidString]
    }
}

/// What entries can be sorted by: they are numbered in the order in which they were booked.
enum LedgerEntryColumn: String, StoredSortColumn {
    case time

    static let standard = Sorting(LedgerEntryColumn.time, isDescending: true)
    static var id: SortTerm { .number("e.id") }

    var term: SortTerm? { nil }
}

/// Entries of all accounts, or of one object, as staff look for them.
struct LedgerEntryFilter: ListFilter {
    static let name = ListName.consoleLedgerEntries
    static let file: [FileColumn<LedgerEntryRecord>] = [
        FileColumn("Entry") { String($0.id) },
        FileColumn("Time") { $0.at.rfc3339 },
        FileColumn("Transaction") { $0.transaction.text },
        FileColumn("Booked") { $0.posting },
        FileColumn("Cause") { $0.cause.text },
        FileColumn("Account") { $0.account.text },
        FileColumn("Kind") { $0.accountKind.rawValue },
        FileColumn("Customer") { $0.customerName ?? "" },
        FileColumn("Debit") { $0.debit?.decimalText ?? "" },
        FileColumn("Credit") { $0.credit?.decimalText ?? "" },
        FileColumn("Balance") { $0.balance?.decimalText ?? "" },
        FileColumn("Currency") { $0.amount.currency.code },
    ]

    let search: LedgerSearch
    var sorting = LedgerEntryColumn.standard

    var isActive: Bool { !search.isEmpty }

    func rows(
        _ session: Session,
        after place: [String]?,
        most: Int
    ) throws -> [LedgerEntryRecord] {
        guard var filter = search.filter else { return [] }
        filter.sorting = sorting
        return try session.ledgerEntries(filter, after: place, most: most)
    }

    func place(of row: LedgerEntryRecord) -> [String] { ["", String(row.id)] }
}

/// The entries of one account, with what stood on it after each.
struct AccountEntryFilter: ListFilter {
    static let name = ListName.consoleAccountEntries
    static let file = LedgerEntryFilter.file

    let account: ID<LedgerAccount>
    let dates: LedgerDates
    var sorting = LedgerEntryColumn.standard

    var isActive: Bool { !dates.isEmpty }

    func rows(
        _ session: Session,
        after place: [String]?,
        most: Int
    ) throws -> [LedgerEntryRecord] {
        var filter = dates.filter(account: account)
        filter.sorting = sorting
        return try session.ledgerEntries(filter, after: place, most: most)
    }

    func place(of row: LedgerEntryRecord) -> [String] { ["", String(row.id)] }
}
