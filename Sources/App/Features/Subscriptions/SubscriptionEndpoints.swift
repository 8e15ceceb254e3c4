import Core
import Support
package import Web

/// Subscriptions, for those who pay them and for staff.
package enum SubscriptionEndpoints {
    static let status = QueryParameter(
        "status",
        SubscriptionRecord.Status.self,
        "Only those in this state."
    )
    static let customer = QueryParameter(
        "customer_id",
        ID<Customer>.self,
        "Only this customer's; customers see their own alone."
    )
    private static let refusals: [Problem] = [
        .subscriptionHasEnded, .subscriptionIsBeingPaid, .payFirst, .nothingChanges,
        .priceChanged("12.00 USD monthly"),
    ]

    static let list = Endpoint(
        Route(.get, "/api/v1/subscriptions"),
        tag: "Subscriptions",
        "List subscriptions, newest first.",
        output: Page<SubscriptionBody>.self,
        query: [status, customer] + PageRequest.parameters
    )
    static let create = Endpoint(
        Route(.post, "/api/v1/subscriptions"),
        tag: "Subscriptions",
        "Subscribe to a plan.",
        details: "Makes an order; the subscription begins when that is paid. Customers are sent "
            + "to the payment page. When staff order for a customer, the saved card is charged, "
            + "and without one the customer is asked by mail.",
        input: NewSubscription.self,
        output: BegunSubscriptionBody.self,
        status: 201,
        problems: [.orderIsNotPayable] + .ofProviders,
        isIdempotent: true
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/subscriptions/:id", ID<Subscription>.self),
        tag: "Subscriptions",
        "Show a subscription.",
        output: SubscriptionBody.self
    )
    static let change = Endpoint(
        Route(.put, "/api/v1/subscriptions/:id", ID<Subscription>.self),
        tag: "Subscriptions",
        "Change plan, cycle or quantity.",
        input: SubscriptionChangeBody.self,
        output: SubscriptionBody.self,
        problems: refusals
    )
    static let preview = Endpoint(
        Route(.post, "/api/v1/subscriptions/:id/preview", ID<Subscription>.self),
        tag: "Subscriptions",
        "Show what a change would do to the bill.",
        input: SubscriptionChangeBody.self,
        output: SubscriptionPreviewBody.self,
        problems: refusals
    )
    static let cancel = Endpoint(
        Route(.post, "/api/v1/subscriptions/:id/cancel", ID<Subscription>.self),
        tag: "Subscriptions",
        "End a subscription.",
        input: CancellationBody.self,
        output: SubscriptionBody.self,
        problems: refusals,
        isIdempotent: true
    )
    static let reactivate = Endpoint(
        Route(.post, "/api/v1/subscriptions/:id/reactivate", ID<Subscription>.self),
        tag: "Subscriptions",
        "Withdraw a cancellation, or take an ended subscription up again.",
        input: OptionalBody<ReactivationBody>.self,
        output: SubscriptionBody.self,
        problems: refusals,
        isIdempotent: true
    )

    static let reactivation = Endpoint(
        Route(.get, "/api/v1/subscriptions/:id/reactivate", ID<Subscription>.self),
        tag: "Subscriptions",
        "Show what taking a subscription up again, or withdrawing its cancellation, would cost.",
        output: SubscriptionPreviewBody.self,
        problems: refusals
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: SignedInContext.self) { request, context in
            let part = try PageRequest(request, list: "subscriptions", keys: 1)
            let asked = try request.value(of: customer)
            let rows = try await Subscriptions(context.services).list(
                for: context.user.scope,
                customer: context.user.customer ?? asked,
                status: try request.value(of: status),
                before: part.after.flatMap { ID($0[0]) },
                most: part.rowsToRead
            )
            return part.page(rows, keys: { [$0.record.id.text] }) { SubscriptionBody($0) }
        }
        router.on(create, as: OrderingContext.self, limit: .checkout) { input, request, context in
            try await begin(input, request, context)
        }
        router.on(show, as: SignedInContext.self) { _, context, id in
            SubscriptionBody(
                try await Subscriptions(context.services).show(id, for: context.user.scope)
            )
        }
        router.on(preview, as: SignedInContext.self) { input, _, context, id in
            SubscriptionPreviewBody(
                try await Subscriptions(context.services)
                    .preview(input.change, of: id, for: context.user.scope)
            )
        }
        router.on(change, as: OrderingContext.self) { input, request, context, id in
            try await make(input.change, id, as: input.terms, request, context)
        }
        router.on(cancel, as: OrderingContext.self) { input, request, context, id in
            let policy = try await Subscriptions(context.services).unusedTimeOfCancellations()
            let change = try input.change(policy, isStaff: context.user.role.isStaff)
            return try await make(change, id, request, context)
        }
        router.on(reactivate, as: OrderingContext.self) { input, request, context, id in
            let found = try await Subscriptions(context.services).show(id, for: context.user.scope)
            return try await make(
                found.wayBack,
                id,
                as: input.content?.terms,
                request,
                context
            )
        }
        router.on(reactivation, as: SignedInContext.self) { _, context, id in
            let subscriptions = Subscriptions(context.services)
            let found = try await subscriptions.show(id, for: context.user.scope)
            return SubscriptionPreviewBody(
                try await subscriptions.preview(found.wayBack, of: id, for: context.user.scope)
            )
        }
    }

    private static func begin(
        _ input: NewSubscription,
        _ request: Request,
        _ context: OrderingContext
    ) async throws -> BegunSubscriptionBody {
        let subscriptions = NewSubscriptions(context.services)
        let actor = context.user.actor(request)
        let key = try request.idempotencyKey
        let isStaff = context.user.role.isStaff
        let begun: NewSubscriptions.Begun
        if isStaff {
            begun = try await subscriptions.order(
                input.item,
                for: try input.customer.orThrow(Problem.customerIsNeeded),
                in: input.currency,
                actor: actor,
                key: key
            )
        } else {
            guard input.customer == nil || input.customer == context.user.customer else {
                throw Problem.customerIsNotYours
            }
            let buyer = try context.buyer
            begun = try await subscriptions.order(
                input.item,
                by: buyer,
                in: input.currency,
                keepingCard: input.savePaymentMethod ?? false,
                actor: actor,
                key: key
            )
        }
        return BegunSubscriptionBody(
            order: OrderBody(begun.details, isForStaff: isStaff),
            checkoutURL: begun.checkoutURL
        )
    }

    private static func make(
        _ change: SubscriptionChange,
        _ id: ID<Subscription>,
        as terms: String? = nil,
        _ request: Request,
        _ context: OrderingContext
    ) async throws -> SubscriptionBody {
        SubscriptionBody(
            try await Subscriptions(context.services).make(
                change,
                to: id,
                as: terms,
                for: context.user.scope,
                actor: context.user.actor(request)
            )
        )
    }
}
