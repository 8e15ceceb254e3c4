import Markup
import Wire

/// A list with its filters, its table, and the ways to its file and its other parts.
struct ListView<Filter: ListFilter>: View {
    let heading: String
    let lead: String?
    let back: (text: String, path: String)?
    let page: ListPage<Filter>
    let columns: [ListColumn<Filter>]
    let empty: EmptyState
    let filters: HTML
    let tabs: Tabs?
    let selection: BulkSelection<Filter.Row>?
    let actions: HTML
    /// What stands between the heading and the rows.
    let above: HTML

    init(
        _ heading: String,
        lead: String? = nil,
        back: (text: String, path: String)? = nil,
        _ page: ListPage<Filter>,
        _ columns: [ListColumn<Filter>],
        empty: EmptyState,
        tabs: Tabs? = nil,
        selection: BulkSelection<Filter.Row>? = nil,
        @HTMLBuilder filters: () -> HTML = { .empty },
        @HTMLBuilder actions: () -> HTML = { .empty },
        @HTMLBuilder above: () -> HTML = { .empty }
    ) {
        self.heading = heading
        self.lead = lead
        self.back = back
        self.page = page
        self.columns = columns
        self.empty = empty
        self.tabs = tabs
        self.selection = selection
        self.filters = filters()
        self.actions = actions()
        self.above = above()
    }

    var body: HTML {
        PageHeading(heading, lead: lead, back: back) {
            actions
            if !page.rows.isEmpty { ExportLink(page.address) }
        }
        above
        Card(isFlush: true) {
            if let tabs { tabs }
            SavedViewTabs(page)
            if !filters.isEmpty, page.filter.isActive || !page.rows.isEmpty {
                FilterBar(page.address, isActive: page.filter.isActive) { filters }
            }
            if page.rows.isEmpty {
                empty
            } else {
                ListTable(heading, page, columns, selection)
            }
            page.pager
        } footer: {
            if page.filter.isActive || !page.rows.isEmpty || !page.views.isEmpty {
                div(.classes("row")) {
                    if let selection, !page.rows.isEmpty { selection.buttons }
                    ListTools(page, columns)
                }
            }
        }
    }
}

/// A list that is a part of the page of what its rows belong to.
struct ListSection<Filter: ListFilter>: View {
    private let heading: String
    private let page: ListPage<Filter>
    private let columns: [ListColumn<Filter>]
    private let none: String

    init(
        _ heading: String,
        _ page: ListPage<Filter>,
        _ columns: [ListColumn<Filter>],
        none: String
    ) {
        self.heading = heading
        self.page = page
        self.columns = columns
        self.none = none
    }

    var body: HTML {
        Card(heading, isFlush: true) {
            if page.rows.isEmpty {
                p(.classes("card-body", "soft")) { none }
            } else {
                ListTable(heading, page, columns)
            }
            page.pager
        } actions: {
            if !page.rows.isEmpty { ExportLink(page.address) }
        } footer: {
            if !page.rows.isEmpty { div(.classes("row")) { ListTools(page, columns) } }
        }
    }
}

/// The way to a list's rows as a file.
struct ExportLink: View {
    private let address: ListAddress

    init(_ address: ListAddress) { self.address = address }

    var body: HTML { ButtonLink("Export CSV", to: address.filePath, icon: "download") }
}

/// The rows of a list under headings that sort it.
struct ListTable<Filter: ListFilter>: View {
    private let name: String
    private let page: ListPage<Filter>
    private let columns: [ListColumn<Filter>]
    private let selection: BulkSelection<Filter.Row>?

    init(
        _ name: String,
        _ page: ListPage<Filter>,
        _ columns: [ListColumn<Filter>],
        _ selection: BulkSelection<Filter.Row>? = nil
    ) {
        self.name = name
        self.page = page
        self.columns = page.address.shown(columns)
        self.selection = selection
    }

    var body: HTML {
        sortChoice
        DataTable(name, headings, page.rows.map(cells)).body
    }

    /// What the headings do, for narrow screens, which show none.
    @HTMLBuilder private var sortChoice: HTML {
        let sorts = columns.compactMap { column in column.sort.map { (column.heading, $0) } }
        if !sorts.isEmpty {
            form(get: page.address.path, .classes("filters", "sort-choice")) {
                for each in page.address.query.fields where each.name != "sort" {
                    input(.type("hidden"), .name(each.name), .value(each.value))
                }
                div(.classes("field")) {
                    Markup.label(.for("sort-choice")) { "Sort by" }
                    select(.classes("select"), .id("sort-choice"), .name("sort")) {
                        for (heading, column) in sorts {
                            choice("\(heading), ascending", Sorting(column))
                            choice("\(heading), descending", Sorting(column, isDescending: true))
                        }
                    }
                }
                SubmitButton("Sort", .secondary)
            }
        }
    }

    private func choice(_ text: String, _ sorting: Sorting<Filter.Column>) -> HTML {
        option(.value(sorting.text), .when(sorting == page.filter.sorting, .selected)) { text }
    }

    private var headings: [DataTable.Column] {
        let headings = columns.map { column in
            if let sort = column.sort {
                page.links.column(column.heading, sort, classNames: column.classNames)
            } else {
                DataTable.Column(column.heading, classNames: column.classNames)
            }
        }
        guard let selection else { return headings }
        return [selection.heading] + headings
    }

    private func cells(of row: Filter.Row) -> DataTable.Row {
        let cells = columns.map { $0.cell(row) }
        guard let selection else { return DataTable.Row(cells) }
        return DataTable.Row([selection.box(row)] + cells)
    }
}
