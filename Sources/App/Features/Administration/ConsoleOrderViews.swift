import Core
import Markup
import Web

/// Orders with their search.
struct ConsoleOrderListView: View {
    let filter: OrderFilter
    let orders: [ListedOrder]
    let pager: Pager

    private var isFiltered: Bool { filter.status != nil || filter.text != nil }

    var body: HTML {
        PageHeading("Orders")
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
                OrderTable(name: "Orders", orders: orders)
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

    var body: HTML {
        DataTable(name, columns, orders.map(row))
    }

    private var columns: [DataTable.Column] {
        let all: [DataTable.Column] = [
            "Order", "Customer", "What", "Status", .number("Total"), "Placed",
        ]
        return showsCustomer ? all : all.filter { $0.name != "Customer" }
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
