import Web
import Wire

/// A column that a list can be sorted by; its raw value stands in the page's address.
protocol SortColumn: RawRepresentable<String>, CaseIterable, Sendable, Equatable {
    /// How the list is sorted unless somebody chooses.
    static var standard: Sorting<Self> { get }
}

/// By which column a list is sorted, and which way round.
struct Sorting<Column: SortColumn>: Sendable, Equatable {
    let column: Column
    let isDescending: Bool

    init(_ column: Column, isDescending: Bool = false) {
        self.column = column
        self.isDescending = isDescending
    }

    /// Reads `total`, or `-total` for the greatest first; the standard for anything else.
    init(_ request: Request) {
        let text = request.query["sort"] ?? ""
        let isDescending = text.hasPrefix("-")
        guard let column = Column(rawValue: String(isDescending ? text.dropFirst() : text[...]))
        else {
            self = Column.standard
            return
        }
        self.init(column, isDescending: isDescending)
    }

    /// As it stands in an address, and in the cursors of lists that are sorted so.
    var text: String { (isDescending ? "-" : "") + column.rawValue }
}

/// What the headings of a sorted list lead to.
struct SortLinks<Column: SortColumn>: Sendable {
    let current: Sorting<Column>
    private let request: Request

    init(_ current: Sorting<Column>, _ request: Request) {
        self.current = current
        self.request = request
    }

    /// The heading of a column: choosing it sorts by it, choosing it again turns it round.
    func column(_ name: String, _ column: Column, classNames: String = "") -> DataTable.Column {
        let isCurrent = current.column == column
        let next = Sorting(column, isDescending: isCurrent && !current.isDescending)
        var fields = FormFields(
            request.query.fields.filter {
                !Listing.places.union(["sort"]).contains($0.name) && !$0.value.isEmpty
            }
        )
        fields.append("sort", next.text)
        return DataTable.Column(
            name,
            classNames: classNames,
            sort: DataTable.Sort(
                path: "\(request.path)?\(fields.encoded)",
                direction: isCurrent ? (current.isDescending ? .descending : .ascending) : nil
            )
        )
    }
}
