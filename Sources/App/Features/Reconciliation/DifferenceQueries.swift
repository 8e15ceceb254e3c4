import Core
import Foundation
import Postgres
import Support
import Web

/// Which differences between the books and the processor to list.
struct DifferenceFilter: Sendable {
    var isOpen: Bool?
    var kind: ReconciliationFinding.Kind?
    /// A part of what moved, or the whole of what it is known as.
    var text: String?
    var sorting = DifferenceColumn.standard
}

/// What differences can be sorted by. There are few of them, so that none of it needs an index.
enum DifferenceColumn: String, StoredSortColumn {
    case found, moved

    static let standard = Sorting(DifferenceColumn.found, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .found: nil
        case .moved: .moment("happened_at")
        }
    }
}

extension DifferenceFilter: ListFilter {
    static let name = ListName.consoleDifferences
    static let file: [FileColumn<ReconciliationFinding>] = [
        FileColumn("Difference") { $0.id.text },
        FileColumn("Kind") { $0.kind.rawValue },
        FileColumn("What") { $0.detail },
        FileColumn("Known as") { $0.subject },
        FileColumn("Payment") { $0.payment?.text ?? "" },
        FileColumn("Moved") { $0.happenedAt.rfc3339 },
        FileColumn("At Stripe") { $0.atProcessor?.decimalText ?? "" },
        FileColumn("In the books") { $0.inBooks?.decimalText ?? "" },
        FileColumn("Currency") { ($0.atProcessor ?? $0.inBooks)?.currency.code ?? "" },
        FileColumn("Found") { $0.foundAt.rfc3339 },
        FileColumn("Closed") { $0.resolvedAt?.rfc3339 ?? "" },
        FileColumn("Reason") { $0.resolution ?? "" },
    ]

    var isActive: Bool { isOpen != nil || kind != nil || text != nil }

    func rows(
        _ session: Session,
        after place: [String]?,
        most: Int
    ) throws -> [ReconciliationFinding] {
        try session.findings(self, after: place, most: most)
    }

    func place(of row: ReconciliationFinding) -> [String] {
        [sorting.column == .moved ? row.happenedAt.cursorKey : "", row.id.uuid.uuidString]
    }
}

/// The comparisons that were made.
struct ComparisonFilter: Sendable {
    var sorting = ComparisonColumn.standard
}

/// What comparisons can be sorted by, of which there is one a day.
enum ComparisonColumn: String, StoredSortColumn {
    case made, found

    static let standard = Sorting(ComparisonColumn.made, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .made: nil
        case .found: .number("found")
        }
    }
}

extension ComparisonFilter: ListFilter {
    static let name = ListName.consoleComparisons
    static let file: [FileColumn<ReconciliationRecord>] = [
        FileColumn("Comparison") { $0.id.text },
        FileColumn("Made") { $0.finishedAt.rfc3339 },
        FileColumn("From") { $0.from.rfc3339 },
        FileColumn("Until") { $0.until.rfc3339 },
        FileColumn("Moves") { String($0.moves) },
        FileColumn("In the books") { String($0.matched) },
        FileColumn("New differences") { String($0.found) },
        FileColumn("Gone") { String($0.resolved) },
    ]

    var isActive: Bool { false }

    func rows(
        _ session: Session,
        after place: [String]?,
        most: Int
    ) throws -> [ReconciliationRecord] {
        try session.reconciliations(self, after: place, most: most)
    }

    func place(of row: ReconciliationRecord) -> [String] {
        [sorting.column == .found ? String(row.found) : "", row.id.uuid.uuidString]
    }
}
