import Core
import Foundation
import Markup
import Support
import Web
import Wire

/// The pages of a customer's orders.
enum OrderPages {
    static func add(to router: inout Router<Services>) {
        router.on(OrderRoutes.list, as: CustomerContext.self, list)
        router.on(OrderRoutes.export, as: CustomerContext.self, export)
        router.on(OrderRoutes.show, as: CustomerContext.self, show)
        router.on(OrderRoutes.timeline, as: CustomerContext.self, timeline)
        router.on(OrderRoutes.events, as: CustomerContext.self, events)
        router.on(OrderRoutes.paid, as: CustomerContext.self, limit: .checkout, paid)
        router.on(OrderRoutes.pay, as: CustomerContext.self, limit: .checkout, pay)
        router.on(OrderRoutes.cancel, as: CustomerContext.self, limit: .checkout, cancel)
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let page = try await CustomerOrderFilter(request, context).page(
            request,
            context,
            file: OrderRoutes.export.path()
        )
        return PortalPage.response(title: "Orders", request, context) { OrderListView(page: page) }
    }

    private static func export(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        CustomerOrderFilter(request, context).export(context)
    }

    private static func show(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Order>
    ) async throws -> Response {
        let page = try await OrderPage(id, context)
        let order = page.details.order
        return PortalPage.response(
            title: "Order \(order.label)",
            request,
            context,
            refreshSeconds: order.status.refreshSeconds
        ) { OrderView(page: page, token: context.csrfToken) }
    }

    /// The steps alone, for a script that draws them anew.
    private static func timeline(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Order>
    ) async throws -> Response {
        let details = try await Orders(context.services).show(id, for: context.user.scope)
        return .html(OrderTimeline(details: details).body)
    }

    private static func events(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Order>
    ) async throws -> Response {
        try await OrderStream.answer(id, context)
    }

    /// Where the processor sends the payer back to: asks it how the payment stands, as its webhook
    /// and our poller do. The processor's word decides, so nothing hangs on who opens this page.
    private static func paid(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Order>
    ) async throws -> Response {
        let services = context.services
        _ = try await Orders(services).show(id, for: context.user.scope)
        do {
            try await Settlements(services).checkPayment(of: id)
        } catch let failure as RemoteFailure {
            services.log.warning(
                "the processor did not say how a payment stands",
                ["order": id.text, "error": "\(failure)"]
            )
        }
        let order = try await Orders(services).show(id, for: context.user.scope).order
        let flash: (kind: Flash.Kind, text: String) =
            order.status == .pending
            ? (.notice, "Your payment is being confirmed. This page shows when it is.")
            : (.success, "Thank you, your payment has arrived. You can watch your order here.")
        return PortalPage.redirect(
            to: OrderRoutes.show.path(id),
            context,
            flash.kind,
            saying: flash.text
        )
    }

    private static func pay(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Order>
    ) async throws -> Response {
        let details = try await Orders(context.services).show(id, for: context.user.scope)
        return await CheckoutPages.payment(
            of: details.order,
            keepingCard: try KeepCardBox.isTicked(request),
            context
        )
    }

    private static func cancel(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Order>
    ) async throws -> Response {
        let path = OrderRoutes.show.path(id)
        do {
            _ = try await Orders(context.services).cancel(
                id,
                for: context.user.scope,
                actor: context.user.actor(request)
            )
        } catch let problem as Problem where problem.status == 409 {
            return PortalPage.redirect(to: path, context, .failure, saying: problem.detail)
        }
        return PortalPage.redirect(to: path, context, saying: "The order is cancelled.")
    }
}

/// An order with what its page shows besides.
struct OrderPage: Sendable {
    let details: OrderDetails
    /// Where the hosting that came of it is used.
    let hosting: [HostedService]

    init(_ id: ID<Order>, _ context: CustomerContext) async throws {
        (details, hosting) = try await context.services.database.transaction(
            for: context.user.scope
        ) { session in
            (
                try session.details(of: id).orThrow(Problem.notFound),
                try session.hostedServices(
                    of: context.user.scope.customer,
                    in: id,
                    most: Quote.mostItems
                )
            )
        }
    }
}

extension CustomerOrderFilter {
    init(_ request: Request, _ context: CustomerContext) {
        self.init(
            customer: context.user.scope.customer,
            status: request.filter("status", OrderStatus.self),
            sorting: Sorting(request)
        )
    }

    static let name = ListName.orders
    static let file: [FileColumn<OrderDetails>] = [
        FileColumn("Order") { String($0.order.number) },
        FileColumn("Identifier") { $0.order.id.text },
        FileColumn("What") { $0.summary },
        FileColumn("Status") { $0.order.status.rawValue },
        FileColumn("Total") { $0.order.total.decimalText },
        FileColumn("Currency") { $0.order.total.currency.code },
        FileColumn("Placed") { $0.order.createdAt.rfc3339 },
        FileColumn("Paid") { $0.order.paidAt?.rfc3339 ?? "" },
    ]

    var isActive: Bool { status != nil }
}

extension OrderDetails {
    /// What was ordered, in a line.
    var summary: String { items.map(\.label).joined(separator: ", ") }
}

extension OrderStatus {
    /// Whether the order's page may look different in a moment. One that needs attention may go on
    /// by itself as soon as what it waits for is there.
    var isMoving: Bool { !isFinal }

    /// After how many seconds a browser that runs no scripts loads the page again; nil when nothing
    /// more comes.
    var refreshSeconds: Int? {
        switch self {
        case .pending, .paid, .fulfilling: 3
        case .attention: 15
        case .completed, .cancelled, .refunded: nil
        }
    }
}
