import Core
import Markup
import Postgres
import Web
import Wire

/// A list with all that can be made of it: sorted, with a choice of columns, kept views, and boxes
/// for what is done to several rows at once.
struct DesignList: View {
    let request: Request
    let token: String

    private static let columns: [ListColumn<DesignFilter>] = [
        ListColumn("order", "Order", sort: .order) { TextLink("#\($0)", to: "#content") },
        ListColumn("status", "Status") { _ in Badge("Completed", .success) },
        .number("total", "Total", sort: .total) { number in
            Amount(Money(minorUnits: Int64(number), .usd), showsCode: true)
        },
    ]

    static let outcomes = [
        BulkOutcome(label: "#10001", refusal: nil),
        BulkOutcome(label: "#10002", refusal: "Nothing of this order waits or failed."),
    ]

    var page: ListPage<DesignFilter> { page([10_001, 10_002]) }

    private func page(_ rows: [Int], isActive: Bool = false) -> ListPage<DesignFilter> {
        let sorting = Sorting<DesignColumn>(request)
        return ListPage(
            filter: DesignFilter(sorting: sorting, isActive: isActive),
            rows: rows,
            pager: Pager(first: nil, next: nil, rows: rows.isEmpty ? nil : 1...rows.count),
            links: SortLinks(sorting, request),
            address: ListAddress(request, file: "#content"),
            views: [],
            token: token
        )
    }

    private var selection: BulkSelection<Int> {
        BulkSelection(
            path: DesignRoutes.show.path(),
            actions: [("retry", "Try again…"), ("suspend", "Suspend…")]
        ) { ("\($0)", "#\($0)") }
    }

    var body: HTML {
        Card("Lists", isFlush: true) {
            Tabs(
                name: "Saved views as an example",
                tabs: [
                    Tabs.Tab(text: "All", path: "#content", count: nil, isCurrent: true),
                    Tabs.Tab(text: "Unpaid", path: "#content", count: nil, isCurrent: false),
                ]
            )
            ListTable("A list as an example", page, DesignList.columns, selection)
            page.pager
        } footer: {
            div(.classes("row")) {
                selection.buttons
                ListTools(page, DesignList.columns)
            }
        }
        ListSection(
            "A list in a page",
            page([]),
            DesignList.columns,
            none: "Nobody has taken it yet."
        )
        Card("What came of several", isFlush: true) {
            BulkOutcomes(outcomes: DesignList.outcomes)
        }
    }

    /// A list as a whole page.
    func whole(_ rows: [Int], isActive: Bool = false) -> ListView<DesignFilter> {
        ListView(
            "Orders as an example",
            lead: "What is below a heading says what the page is for.",
            page(rows, isActive: isActive),
            DesignList.columns,
            empty: isActive
                ? EmptyState("Nothing fits this search", "Take a filter away.", icon: "search")
                : EmptyState("No orders yet", "What is ordered appears here.", icon: "package"),
            selection: selection
        ) {
            Filter(search: "Search", "q", isActive ? "nobody" : nil, hint: "Number or e-mail")
        } actions: {
            ButtonLink("New order", to: "#content", .primary)
        }
    }
}

/// An order of rows that are made up.
struct DesignFilter: ListFilter {
    var sorting: Sorting<DesignColumn>
    let isActive: Bool

    static let name = ListName.orders
    static let file: [FileColumn<Int>] = []

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [Int] { [] }
    func place(of row: Int) -> [String] { ["", String(row)] }
}

enum DesignColumn: String, SortColumn {
    case order, total

    static let standard = Sorting(DesignColumn.order)
}
