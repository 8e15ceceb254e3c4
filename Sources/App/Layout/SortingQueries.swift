import Foundation
import Postgres
import Web

/// What a list is sorted by in its statement.
struct SortTerm: Sendable {
    private enum Kind { case uuid, text, number, moment(missing: String) }

    let expression: SQL
    private let kind: Kind

    /// An identifier, which tells rows apart whose other values are equal.
    static func id(_ column: SQL) -> SortTerm { SortTerm(expression: column, kind: .uuid) }
    static func text(_ column: SQL) -> SortTerm { SortTerm(expression: column, kind: .text) }
    static func number(_ column: SQL) -> SortTerm { SortTerm(expression: column, kind: .number) }

    /// A moment that every row has.
    static func moment(_ column: SQL) -> SortTerm {
        SortTerm(expression: column, kind: .moment(missing: "infinity"))
    }

    /// An end; what has none ends after all others.
    static func end(_ column: SQL) -> SortTerm {
        SortTerm(expression: "coalesce(\(column), 'infinity')", kind: .moment(missing: "infinity"))
    }

    /// The last time of something; what never happened was before all others.
    static func last(_ column: SQL) -> SortTerm {
        SortTerm(
            expression: "coalesce(\(column), '-infinity')",
            kind: .moment(missing: "-infinity")
        )
    }

    /// A value as it stands in a cursor, to compare with; nil for what cannot be read.
    fileprivate func value(_ text: String) -> SQL? {
        switch kind {
        case .uuid: UUID(uuidString: text).map { "\($0)" }
        case .text: text.utf8.contains(0) ? nil : "\(text)"
        case .number: Int64(text).map { "\($0)" }
        case .moment(let missing):
            text.isEmpty ? "\(missing)::timestamptz" : Date(cursorKey: text).map { "\($0)" }
        }
    }
}

/// A column that a statement sorts by.
protocol StoredSortColumn: SortColumn {
    /// What the column is; nil where the identifiers are in its order already.
    var term: SortTerm? { get }
    /// What tells equal rows apart.
    static var id: SortTerm { get }
}

extension StoredSortColumn {
    static var id: SortTerm { .id("id") }
}

extension Sorting where Column: StoredSortColumn {
    private var direction: SQL { isDescending ? "DESC" : "ASC" }

    /// What stands after `ORDER BY`.
    var order: SQL {
        [column.term, Column.id].compactMap { $0 }
            .map { "\($0.expression) \(direction)" }.joined(separator: ", ")
    }

    /// Whether a row comes after a place, which is a value and an identifier; all do after none,
    /// and after one that cannot be read.
    func isAfter(_ place: [String]?) -> SQL {
        guard let place, place.count == 2, let id = Column.id.value(place[1]) else {
            return "true"
        }
        let side: SQL = isDescending ? "<" : ">"
        guard let term = column.term else { return "\(Column.id.expression) \(side) \(id)" }
        guard let value = term.value(place[0]) else { return "true" }
        // A pair of two tables' columns bounds no index; its first half alone does.
        return """
            (\(term.expression) \(side)= \(value)
            AND (\(term.expression), \(Column.id.expression)) \(side) (\(value), \(id)))
            """
    }
}
