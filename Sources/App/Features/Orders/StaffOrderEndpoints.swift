import Core
import Support
package import Web

/// What staff do with orders that got stuck.
package enum StaffOrderEndpoints {
    static let retry = Endpoint(
        Route(.post, "/api/v1/admin/orders/:id/retry", ID<Order>.self),
        tag: "Admin",
        "Try everything of an order that failed, or that waits, again now.",
        output: OrderBody.self,
        problems: [.conflict("nothing_to_retry", "Nothing of this order waits or failed.")],
        isIdempotent: true
    )
    static let undo = Endpoint(
        Route(.post, "/api/v1/admin/orders/:id/undo", ID<Order>.self),
        tag: "Admin",
        "Undo an order that needs attention, and give its money back.",
        output: OrderBody.self,
        problems: [
            .conflict("order_not_undoable", "Only an order that needs attention can be undone."),
            .paymentIsDisputed,
        ],
        isIdempotent: true
    )

    package static func add(to router: inout Router<Services>) {
        router.on(retry, as: BillingContext.self) { request, context, id in
            let actor = context.user.actor(request)
            try await Fulfilment(context.services).retry(id, actor: actor)
            return OrderBody(
                try await Orders(context.services).show(id, for: .system),
                isForStaff: true
            )
        }
        router.on(undo, as: BillingContext.self) { request, context, id in
            let actor = context.user.actor(request)
            try await OrderUndoing(context.services).begin(id, actor: actor)
            return OrderBody(
                try await Orders(context.services).show(id, for: .system),
                isForStaff: true
            )
        }
    }
}
