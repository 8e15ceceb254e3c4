import Core
import InternetNames
import Markup
import Web

/// A customer's orders.
struct OrderListView: View {
    let page: ListPage<CustomerOrderFilter>

    private static let columns: [ListColumn<CustomerOrderFilter>] = [
        ListColumn("order", "Order") { each in
            a(.href(OrderRoutes.show.path(each.order.id)), .classes("strong")) {
                each.order.label
            }
        },
        ListColumn("what", "What") { $0.summary },
        ListColumn("placed", "Placed", sort: .placed) { Moment($0.order.createdAt) },
        .number("total", "Total", sort: .total) { Amount($0.order.total) },
        ListColumn("status", "Status") { $0.order.status.badge },
    ]

    var body: HTML {
        ListView(
            "Orders",
            page,
            OrderListView.columns,
            empty: empty,
            filters: {
                Filter(
                    "Status",
                    "status",
                    page.filter.status?.rawValue,
                    all: "All",
                    OrderStatus.allCases.map { ($0.rawValue, $0.badge.text) }
                )
            },
            actions: {
                ButtonLink("Order a plan", to: MarketingRoutes.pricing.path(), icon: "plus")
            }
        ).body
    }

    private var empty: EmptyState {
        guard !page.filter.isActive else {
            return EmptyState(
                "No order is in this state",
                "Choose another state to see the others.",
                icon: "package"
            )
        }
        return EmptyState(
            "No orders yet",
            "What you order appears here, with each step of its delivery.",
            icon: "package"
        ) { ButtonLink("See the plans", to: MarketingRoutes.pricing.path(), .primary) }
    }
}

/// One order: how it goes on, what it holds, and what can be done.
struct OrderView: View {
    let page: OrderPage
    let token: String

    private var details: OrderDetails { page.details }
    private var order: OrderRecord { page.details.order }

    var body: HTML {
        PageHeading("Order \(order.label)", back: ("Orders", OrderRoutes.list.path()))
        div(.classes("split")) {
            div(.classes("stack")) {
                div(
                    .classes("stack"),
                    .aria("live", "polite"),
                    .when(
                        order.status.isMoving,
                        .data("live", OrderRoutes.events.path(order.id))
                    )
                ) { OrderTimeline(details: details) }
                if order.status == .completed { ready }
            }
            div(.classes("aside", "stack")) {
                contents
                if order.status.canBeCancelled { cancellation }
            }
        }
    }

    @HTMLBuilder private var ready: HTML {
        for service in page.hosting {
            Card(service.label) {
                HostingFacts(service: service)
            } actions: {
                if let panel = service.panelURL {
                    ButtonLink(
                        "Open your panel",
                        to: panel,
                        .primary,
                        size: .small,
                        icon: "external-link"
                    )
                }
            }
        }
    }

    private var contents: HTML {
        Card("Summary") {
            div(.classes("stack")) {
                for item in details.items { OrderItemFacts(item: item) }
                hr()
                Sums(
                    subtotal: order.subtotal,
                    discount: order.discount,
                    taxes: details.taxes,
                    isTaxInclusive: order.isTaxInclusive,
                    total: order.total
                )
                if order.status == .pending {
                    PayForm(
                        "Pay \(order.total.label)",
                        to: OrderRoutes.pay.path(order.id),
                        token: token,
                        size: .largeBlock,
                        icon: "lock"
                    )
                }
                if let invoice = details.invoice, order.paid {
                    ButtonLink(
                        "See the invoice",
                        to: InvoiceRoutes.show.path(invoice),
                        size: .block,
                        icon: "receipt"
                    )
                }
                p(.classes("hint")) {
                    "Placed "
                    Moment(order.createdAt)
                }
            }
        }
        .body
    }

    private var cancellation: HTML {
        ActionForm(
            "Cancel this order",
            to: OrderRoutes.cancel.path(order.id),
            token: token,
            .danger,
            size: .block,
            asking: "Nothing was paid, so nothing is charged. You can order again at any time."
        )
        .body
    }
}

/// One thing of an order with its price.
private struct OrderItemFacts: View {
    let item: OrderItemRecord

    var body: HTML {
        Facts(
            sums: [
                Facts.Fact("\(item.planName) hosting, \(item.cycle.rawValue)") {
                    Amount(item.planAmount)
                }
            ]
                + (item.domain.map { domain in
                    [
                        Facts.Fact(domain.label) {
                            if domain.action == .own { "Free" } else { Amount(item.domainAmount) }
                        }
                    ]
                } ?? [])
        )
    }
}

extension OrderRecord {
    var paid: Bool { paidAt != nil }
}

extension OrderItemRecord {
    /// What the item is in a few words.
    var label: String {
        domain.map { "\(planName), \(InternetName.unicode($0.name.text))" } ?? planName
    }
}

extension OrderedDomain {
    /// What is done with the name.
    var label: String {
        CartDomain(name: name, action: action, years: years, authCode: nil).label
    }
}
