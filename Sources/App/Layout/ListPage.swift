import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// Which rows a list has, and in which order: what its page and its file have in common.
protocol ListFilter: Sendable {
    associatedtype Row: Sendable
    associatedtype Column: SortColumn

    static var name: ListName { get }
    /// What its file says of each row.
    static var file: [FileColumn<Row>] { get }

    var sorting: Sorting<Column> { get set }
    /// Whether anything is looked for, so that there may be more rows without it.
    var isActive: Bool { get }

    /// The first rows, or those after a place.
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [Row]
    /// Where a row stands: the value that the list is sorted by, and the identifier.
    func place(of row: Row) -> [String]
}

extension ListFilter {
    /// The part of a list that its address shows.
    func page(
        _ request: Request,
        _ context: UserContext<some AccessLevel>,
        file path: String
    ) async throws -> ListPage<Self> {
        let listing = Listing(request, list: "\(Self.name.rawValue).\(sorting.text)", keys: 2)
        let user = context.user
        let reader = listing.isBackward ? reversed : self
        let (rows, views) = try await context.services.database.transaction(for: user.scope) {
            (
                try reader.rows($0, after: listing.after, most: listing.rowsToRead),
                try $0.savedViews(of: user.id, Self.name)
            )
        }
        let part = listing.part(rows, goesBack: true, keys: place)
        return ListPage(
            filter: self,
            rows: part.rows,
            pager: part.pager,
            links: SortLinks(sorting, request),
            address: ListAddress(request, file: listing.sibling(path)),
            views: views,
            token: context.csrfToken
        )
    }

    /// The same rows from the end to the beginning.
    private var reversed: Self {
        var reversed = self
        reversed.sorting = Sorting(sorting.column, isDescending: !sorting.isDescending)
        return reversed
    }

    /// All rows as a file.
    func export(_ context: UserContext<some AccessLevel>) -> Response {
        let (services, scope) = (context.services, context.user.scope)
        return CSVExport.response(
            Self.name.fileName,
            Self.file.map(\.name),
            now: services.clock.now,
            read: { last in
                try await services.database.transaction(for: scope) {
                    try rows($0, after: last.map(place), most: CSVExport.batch)
                }
            },
            cells: { row in Self.file.map { $0.text(row) } }
        )
    }

    /// The part after a place of a list that is so short that it was read whole.
    func part(_ rows: [Row], after place: [String]?, most: Int) -> [Row] {
        guard let place else { return Array(rows.prefix(most)) }
        return Array(rows.drop { self.place(of: $0) != place }.dropFirst().prefix(most))
    }
}

/// What a file says of each row under one heading.
struct FileColumn<Row: Sendable>: Sendable {
    let name: String
    let text: @Sendable (Row) -> String

    init(_ name: String, _ text: @escaping @Sendable (Row) -> String) {
        self.name = name
        self.text = text
    }
}

/// A part of a list with the ways to the others.
struct ListPage<Filter: ListFilter>: Sendable {
    let filter: Filter
    let rows: [Filter.Row]
    let pager: Pager
    let links: SortLinks<Filter.Column>
    let address: ListAddress
    /// What the reader keeps of the list.
    let views: [SavedViewRecord]
    /// What forms on the page carry.
    let token: String
}

/// What the address of a list says.
struct ListAddress: Sendable {
    let path: String
    /// All of it but the place: what is looked for, the order, and the columns.
    let query: FormFields
    /// Where the same rows are a file.
    let filePath: String

    init(_ request: Request, file filePath: String) {
        path = request.path
        query = FormFields(
            request.query.fields.filter { !Listing.places.contains($0.name) && !$0.value.isEmpty }
        )
        self.filePath = filePath
    }
}

/// A column of a list's table.
struct ListColumn<Filter: ListFilter>: Sendable {
    /// What the column is called in the address.
    let name: String
    let heading: String
    let sort: Filter.Column?
    let classNames: String
    let cell: @Sendable (Filter.Row) -> HTML

    init(
        _ name: String,
        _ heading: String,
        sort: Filter.Column? = nil,
        classNames: String = "",
        @HTMLBuilder cell: @escaping @Sendable (Filter.Row) -> HTML
    ) {
        self.name = name
        self.heading = heading
        self.sort = sort
        self.classNames = classNames
        self.cell = cell
    }

    /// A column of figures.
    static func number(
        _ name: String,
        _ heading: String,
        sort: Filter.Column? = nil,
        @HTMLBuilder cell: @escaping @Sendable (Filter.Row) -> HTML
    ) -> ListColumn {
        ListColumn(name, heading, sort: sort, classNames: "number", cell: cell)
    }

    /// A column of buttons.
    static func actions(
        @HTMLBuilder cell: @escaping @Sendable (Filter.Row) -> HTML
    ) -> ListColumn {
        ListColumn("", "", classNames: "end", cell: cell)
    }
}
