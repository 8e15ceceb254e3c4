import Markup

/// Rows under named columns; on a narrow screen each row becomes a card.
struct DataTable: View {
    /// A column by its heading.
    struct Column: Sendable, ExpressibleByStringLiteral {
        let name: String
        let classNames: String
        let sort: Sort?
        /// What stands in the heading instead of the name.
        let content: HTML?

        init(stringLiteral name: String) { self.init(name) }

        init(
            _ name: String,
            classNames: String = "",
            sort: Sort? = nil,
            content: HTML? = nil
        ) {
            self.name = name
            self.classNames = classNames
            self.sort = sort
            self.content = content
        }

        /// A column of figures.
        static func number(_ name: String) -> Column { Column(name, classNames: "number") }
        /// A column of buttons; its heading is read aloud only.
        static let actions = Column("", classNames: "end")
        fileprivate var holdsButtons: Bool { name.isEmpty && content == nil }
    }

    /// What choosing a column's heading does.
    struct Sort: Sendable {
        enum Direction: String, Sendable { case ascending, descending }

        /// Where the list is sorted by the column.
        let path: String
        /// Which way it is sorted by it now; nil when it is not.
        let direction: Direction?
    }

    /// One row, a cell for each column.
    struct Row: Sendable {
        let cells: [HTML]

        init(@CellBuilder _ cells: () -> [HTML]) { self.cells = cells() }

        init(_ cells: [HTML]) { self.cells = cells }
    }

    private let caption: String
    private let columns: [Column]
    private let rows: [Row]
    private let footer: HTML

    /// A table; the caption says what is listed and is read aloud, not shown.
    init(
        _ caption: String,
        _ columns: [Column],
        _ rows: [Row],
        @HTMLBuilder footer: () -> HTML = { .empty }
    ) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.footer = footer()
    }

    var body: HTML {
        div(.classes("table-scroll"), .tabindex(0), .role("region"), .aria("label", caption)) {
            table(.classes("data", "is-stacking")) {
                Markup.caption(.classes("visually-hidden")) { caption }
                thead {
                    tr {
                        for column in columns { heading(of: column) }
                    }
                }
                tbody { for row in rows { Markup.tr { cells(of: row) } } }
                if !footer.isEmpty { tfoot { footer } }
            }
        }
    }

    private func heading(of column: Column) -> HTML {
        let direction = column.sort?.direction
        return th(
            .scope("col"),
            .classes(column.classNames),
            .when(direction != nil, .aria("sort", direction?.rawValue ?? ""))
        ) {
            if let sort = column.sort {
                a(.href(sort.path), .classes("sort")) {
                    column.name
                    switch sort.direction {
                    case .ascending: Icon("arrow-up")
                    case .descending: Icon("arrow-down")
                    case nil: Icon("chevrons-up-down")
                    }
                }
            } else if let content = column.content {
                content
            } else if column.holdsButtons {
                span(.classes("visually-hidden")) { "Actions" }
            } else {
                column.name
            }
        }
    }

    private func cells(of row: Row) -> [HTML] {
        zip(columns, row.cells).map { column, cell in
            td(
                .classes(column.classNames),
                .when(!column.name.isEmpty, .data("label", column.name))
            ) {
                if column.holdsButtons && !cell.isEmpty {
                    div(.classes("row-end")) { cell }
                } else {
                    cell
                }
            }
        }
    }
}

/// Lets the cells of a row be written as statements, one each.
@resultBuilder
enum CellBuilder {
    static func buildExpression(_ text: String) -> [HTML] { [.text(text)] }
    static func buildExpression(_ html: HTML) -> [HTML] { [html] }
    static func buildExpression(_ html: HTML?) -> [HTML] { [html ?? .empty] }
    static func buildExpression(_ view: some View) -> [HTML] { [view.body] }
    static func buildBlock(_ cells: [HTML]...) -> [HTML] { cells.flatMap { $0 } }
    // There is no `if` without `else`: a row has a cell for each column.
    static func buildEither(first cells: [HTML]) -> [HTML] { cells }
    static func buildEither(second cells: [HTML]) -> [HTML] { cells }
}

/// Which rows of a list are shown, and the ways to its other parts.
struct Pager: View {
    /// The addresses of the first part and the one before, when this is a later one, and of the
    /// next one.
    let first: String?
    var previous: String?
    let next: String?
    /// The places of the rows that are shown; nil for none.
    let rows: ClosedRange<Int>?

    var body: HTML {
        if first != nil || next != nil {
            nav(.classes("pager"), .aria("label", "Pages")) {
                shown
                if let first { ButtonLink("First page", to: first, size: .small) }
                if let previous { ButtonLink("Previous page", to: previous, size: .small) }
                if let next { ButtonLink("Next page", to: next, size: .small) }
            }
        } else if rows != nil {
            div(.classes("pager")) { shown }
        }
    }

    @HTMLBuilder private var shown: HTML {
        if let rows { span(.classes("soft", "small", "tabular")) { count(rows) } }
    }

    /// How many there are is known at the end: counting a million takes longer than to show fifty.
    private func count(_ rows: ClosedRange<Int>) -> String {
        if first == nil, next == nil { return counted(rows.count, "row") }
        let range = "\(rows.lowerBound)–\(rows.upperBound)"
        return next == nil ? "\(range) of \(rows.upperBound)" : "\(range) of more"
    }
}
