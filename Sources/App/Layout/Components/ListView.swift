import Markup

/// A list with its filters, its table, and the ways to its file and its other parts.
struct ListView<Filter: ListFilter>: View {
    let heading: String
    let lead: String?
    let page: ListPage<Filter>
    let columns: [ListColumn<Filter>]
    let empty: EmptyState
    let filters: HTML
    let tabs: Tabs?
    let actions: HTML

    init(
        _ heading: String,
        lead: String? = nil,
        _ page: ListPage<Filter>,
        _ columns: [ListColumn<Filter>],
        empty: EmptyState,
        tabs: Tabs? = nil,
        @HTMLBuilder filters: () -> HTML = { .empty },
        @HTMLBuilder actions: () -> HTML = { .empty }
    ) {
        self.heading = heading
        self.lead = lead
        self.page = page
        self.columns = columns
        self.empty = empty
        self.tabs = tabs
        self.filters = filters()
        self.actions = actions()
    }

    var body: HTML {
        PageHeading(heading, lead: lead) {
            actions
            if !page.rows.isEmpty { ExportLink(page.address) }
        }
        Card(isFlush: true) {
            if let tabs { tabs }
            if !filters.isEmpty, page.filter.isActive || !page.rows.isEmpty {
                FilterBar(page.address, isActive: page.filter.isActive) { filters }
            }
            if page.rows.isEmpty {
                empty
            } else {
                ListTable(heading, page, columns)
            }
            page.pager
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

    init(_ name: String, _ page: ListPage<Filter>, _ columns: [ListColumn<Filter>]) {
        self.name = name
        self.page = page
        self.columns = columns
    }

    var body: HTML {
        DataTable(
            name,
            columns.map { column in
                if let sort = column.sort {
                    page.links.column(column.heading, sort, classNames: column.classNames)
                } else {
                    DataTable.Column(column.heading, classNames: column.classNames)
                }
            },
            page.rows.map { row in DataTable.Row(columns.map { $0.cell(row) }) }
        ).body
    }
}
