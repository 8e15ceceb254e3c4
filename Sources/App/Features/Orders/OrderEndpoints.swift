package import Core
import Foundation
import Support
package import Web
import Wire

/// Placing, showing, paying and giving up orders.
package enum OrderEndpoints {
    static let status = QueryParameter("status", OrderStatus.self, "Only those in this state.")

    static let create = Endpoint(
        Route(.post, "/api/v1/orders"),
        tag: "Orders",
        "Place an order.",
        input: NewOrder.self,
        output: OrderBody.self,
        status: 201,
        isIdempotent: true
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/orders"),
        tag: "Orders",
        "List orders, newest first.",
        output: Page<OrderBody>.self,
        query: [status] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/orders/:id", ID<Order>.self),
        tag: "Orders",
        "Show an order.",
        output: OrderBody.self
    )
    static let checkout = Endpoint(
        Route(.post, "/api/v1/orders/:id/checkout", ID<Order>.self),
        tag: "Orders",
        "Open the payment page of an order.",
        input: NewCheckout.self,
        output: CheckoutBody.self,
        problems: [.orderIsNotPayable, .orderTotalHasChanged] + .ofProviders,
        isIdempotent: true
    )
    static let cancel = Endpoint(
        Route(.post, "/api/v1/orders/:id/cancel", ID<Order>.self),
        tag: "Orders",
        "Give an unpaid order up.",
        output: OrderBody.self,
        problems: [.orderIsPaid] + .ofProviders,
        isIdempotent: true
    )

    package static func add(to router: inout Router<Services>) {
        router.on(create, as: CustomerContext.self, limit: .checkout) { input, request, context in
            let details = try await Orders(context.services).place(
                try input.cart(),
                coupon: try input.coupon(),
                by: try context.buyer,
                in: input.currency,
                actor: context.user.actor(request),
                key: try request.idempotencyKey
            )
            return OrderBody(details)
        }
        router.on(list, as: SignedInContext.self) { request, context in
            let page = try PageRequest(request, list: "orders", keys: 1)
            let rows = try await Orders(context.services).list(
                for: context.user.scope,
                customer: context.user.customer,
                status: try request.value(of: status),
                before: page.after.flatMap { ID($0[0]) },
                most: page.rowsToRead
            )
            let isForStaff = context.user.role.isStaff
            return page.page(rows, keys: { [$0.order.id.text] }) {
                OrderBody($0, isForStaff: isForStaff)
            }
        }
        router.on(show, as: SignedInContext.self) { request, context, id in
            OrderBody(
                try await Orders(context.services).show(id, for: context.user.scope),
                isForStaff: context.user.role.isStaff
            )
        }
        router.on(checkout, as: CustomerContext.self, limit: .checkout) {
            input,
            request,
            context,
            id in
            let page = try await Checkouts(context.services).open(
                id,
                for: context.user.scope,
                returningTo: try input.addresses(order: id, context.services.configuration),
                keepingCard: input.savePaymentMethod ?? false
            )
            return CheckoutBody(checkoutURL: page.url, sessionID: page.sessionID)
        }
        router.on(cancel, as: OrderingContext.self) { request, context, id in
            OrderBody(
                try await Orders(context.services).cancel(
                    id,
                    for: context.user.scope,
                    actor: context.user.actor(request)
                ),
                isForStaff: context.user.role.isStaff
            )
        }
    }
}

/// Where the payer is to be sent after the payment page, and what becomes of the card.
struct NewCheckout: APIModel {
    let successURL: String?
    let cancelURL: String?
    let savePaymentMethod: Bool?

    static let model = Model(
        "new_checkout",
        "Where the payer goes afterwards; the order's page when absent.",
        NewCheckout.init,
        Field("success_url", \.successURL, "May contain {CHECKOUT_SESSION_ID}.", .length(1...500)),
        Field("cancel_url", \.cancelURL, "Where the payer goes back.", .length(1...500)),
        Field(
            "save_payment_method",
            \.savePaymentMethod,
            "Whether the card is kept and charged for later bills, as the payer has agreed to; "
                + "false when absent."
        ),
    )

    func addresses(
        order: ID<Order>,
        _ configuration: Configuration
    ) throws -> Checkouts.ReturnAddresses {
        for (name, url) in [("success_url", successURL), ("cancel_url", cancelURL)] {
            let isWeb = url.map { $0.hasPrefix("https://") || $0.hasPrefix("http://") } ?? true
            guard isWeb else {
                throw Problem.invalid(
                    name,
                    "bad_format",
                    "Enter an address that begins with https://."
                )
            }
        }
        let usual = Checkouts.ReturnAddresses(portal: configuration.portalURL, order: order)
        return Checkouts.ReturnAddresses(
            success: successURL ?? usual.success,
            cancel: cancelURL ?? usual.cancel
        )
    }
}

extension Checkouts.ReturnAddresses {
    /// The order's own pages.
    package init(portal: String, order: ID<Order>) {
        self.init(
            success: portal + OrderRoutes.paid.path(order) + "?session_id={CHECKOUT_SESSION_ID}",
            cancel: portal + OrderRoutes.show.path(order)
        )
    }
}

struct CheckoutBody: APIModel {
    let checkoutURL: String
    let sessionID: String

    static let model = Model(
        "checkout",
        "An open payment page.",
        CheckoutBody.init,
        Field("checkout_url", \.checkoutURL, "Send the payer there."),
        Field("session_id", \.sessionID, "The processor's identifier of the page."),
    )
}
