import Core
import Markup
import Web

/// Orders with their search.
struct ConsoleOrderListView: View {
    let page: ListPage<OrderFilter>
    let rights: ConsoleRights

    /// Only what waits or has failed can be tried again.
    private var selection: BulkSelection<ListedOrder>? {
        guard rights.movesMoney, page.rows.contains(where: { $0.order.status.canBeRetried }) else {
            return nil
        }
        return BulkSelection(ConsoleBulkPages.orders) { each in
            each.order.status.canBeRetried ? (each.order.id, each.order.label) : nil
        }
    }

    var body: HTML {
        ListView("Orders", page, OrderTable.columns, empty: empty, selection: selection) {
            Filter(
                search: "Search",
                "q",
                page.filter.text,
                hint: "Number, name, e-mail, domain or identifier"
            )
            Filter(
                "Status",
                "status",
                page.filter.status?.rawValue,
                all: "All",
                OrderStatus.allCases.map { ($0.rawValue, $0.badge.text) }
            )
        }.body
    }

    private var empty: EmptyState {
        EmptyState(
            page.filter.isActive ? "No order fits" : "No orders yet",
            page.filter.isActive
                ? "Search for a number such as 10001, part of a name or an address, "
                    + "a domain, or any identifier."
                : "The first one appears here as soon as it is placed.",
            icon: "package"
        )
    }
}

extension OrderStatus {
    /// Whether something of the order may wait or have failed.
    fileprivate var canBeRetried: Bool { self == .attention || self == .fulfilling }
}

/// Some orders as rows.
struct OrderTable: View {
    let name: String
    let orders: [ListedOrder]
    var showsCustomer = true

    static let columns: [ListColumn<OrderFilter>] = [
        ListColumn("order", "Order") { each in
            a(.href(ConsoleOrderRoutes.show.path(each.order.id)), .classes("strong")) {
                each.order.label
            }
        },
        ListColumn("customer", "Customer", sort: .customer) { each in
            Stacked {
                a(.href(ConsoleCustomerRoutes.show.path(each.order.customer))) {
                    each.customerName
                }
                EmailText(each.email)
            }
        },
        ListColumn("what", "What") { each in span(.classes("clamp")) { each.summary } },
        ListColumn("status", "Status") { $0.order.status.badge },
        .number("total", "Total", sort: .total) { Amount($0.order.total, showsCode: true) },
        ListColumn("placed", "Placed", sort: .placed) { Moment($0.order.createdAt) },
    ]

    /// Those beside a customer, where there is room for the day alone.
    private static let ownColumns =
        columns.filter { $0.sort != .customer && $0.sort != .placed }
        + [ListColumn("placed", "Placed") { Moment(day: $0.order.createdAt) }]

    var body: HTML {
        let shown = showsCustomer ? OrderTable.columns : OrderTable.ownColumns
        return DataTable(
            name,
            shown.map { DataTable.Column($0.heading, classNames: $0.classNames) },
            orders.map { order in DataTable.Row(shown.map { $0.cell(order) }) }
        ).body
    }
}
