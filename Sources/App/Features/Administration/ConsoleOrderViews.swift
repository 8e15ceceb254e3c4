import Core
import Markup
import Web

/// Orders with their search.
struct ConsoleOrderListView: View {
    let filter: OrderFilter
    let orders: [ListedOrder]
    let pager: Pager
    let links: SortLinks<OrderColumn>
    let exportPath: String

    private var isFiltered: Bool { filter.status != nil || filter.text != nil }

    var body: HTML {
        PageHeading("Orders") {
            if !orders.isEmpty { ButtonLink("Export CSV", to: exportPath, icon: "download") }
        }
        Card(isFlush: true) {
            FilterBar(ConsoleOrderRoutes.list.path(), isActive: isFiltered) {
                Filter(
                    search: "Search",
                    "q",
                    filter.text,
                    hint: "Number, name, e-mail, domain or identifier"
                )
                Filter(
                    "Status",
                    "status",
                    filter.status?.rawValue,
                    all: "All",
                    OrderStatus.allCases.map { ($0.rawValue, $0.badge.text) }
                )
            }
            if orders.isEmpty {
                EmptyState(
                    isFiltered ? "No order fits" : "No orders yet",
                    isFiltered
                        ? "Search for a number such as 10001, part of a name or an address, "
                            + "a domain, or any identifier."
                        : "The first one appears here as soon as it is placed.",
                    icon: "package"
                )
            } else {
                OrderTable(name: "Orders", orders: orders, links: links)
            }
            pager
        }
    }
}

/// Orders as rows.
struct OrderTable: View {
    let name: String
    let orders: [ListedOrder]
    var showsCustomer = true
    /// What the headings lead to, where the list can be sorted.
    var links: SortLinks<OrderColumn>?

    var body: HTML {
        DataTable(name, columns, orders.map(row))
    }

    private var columns: [DataTable.Column] {
        let all: [DataTable.Column] = [
            "Order", sortable("Customer", .customer), "What", "Status",
            sortable("Total", .total, classNames: "number"), sortable("Placed", .placed),
        ]
        return showsCustomer ? all : all.filter { $0.name != "Customer" }
    }

    private func sortable(
        _ name: String,
        _ column: OrderColumn,
        classNames: String = ""
    ) -> DataTable.Column {
        links?.column(name, column, classNames: classNames)
            ?? DataTable.Column(name, classNames: classNames)
    }

    private func row(_ each: ListedOrder) -> DataTable.Row {
        let order = each.order
        let number = HTML {
            a(.href(ConsoleOrderRoutes.show.path(order.id)), .classes("strong")) { order.label }
        }
        let what = HTML { span(.classes("clamp")) { each.summary } }
        let total = Amount(order.total, showsCode: true).body
        guard showsCustomer else {
            return DataTable.Row {
                number
                what
                order.status.badge
                total
                Moment(order.createdAt)
            }
        }
        return DataTable.Row {
            number
            Stacked {
                a(.href(ConsoleCustomerRoutes.show.path(order.customer))) { each.customerName }
                span(.classes("soft", "small")) { each.email }
            }
            what
            order.status.badge
            total
            Moment(order.createdAt)
        }
    }
}
