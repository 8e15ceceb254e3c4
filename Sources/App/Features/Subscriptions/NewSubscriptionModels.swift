import Core
import Support
import Web

/// A subscription that somebody wants.
struct NewSubscription: APIModel {
    let planID: ID<Plan>
    let cycle: BillingCycle
    let quantity: Int64?
    let customer: ID<Customer>?
    let currency: Currency?
    let savePaymentMethod: Bool?

    static let model = Model(
        "new_subscription",
        "A plan to subscribe to.",
        NewSubscription.init,
        Field("plan_id", \.planID, "The plan."),
        Field("billing_cycle", \.cycle, "How often it is paid."),
        Field(
            "quantity",
            \.quantity,
            "How many; 1 when absent.",
            .range(1...SubscriptionTerms.mostQuantity)
        ),
        Field("customer_id", \.customer, "For whom; staff say it, and nobody else may."),
        Field("currency", \.currency, "For the first order; later it is always the same."),
        Field(
            "save_payment_method",
            \.savePaymentMethod,
            "Whether the card that pays is kept and charged for each period that follows, as the "
                + "payer has agreed to; false when absent."
        ),
    )

    var item: CartItem {
        CartItem(plan: planID, cycle: cycle, quantity: quantity ?? 1, domain: nil)
    }
}

/// A subscription that begins with the payment of an order.
struct BegunSubscriptionBody: APIModel {
    let order: OrderBody
    let checkoutURL: String?

    static let model = Model(
        "begun_subscription",
        "The order that a subscription begins with, as soon as it is paid.",
        BegunSubscriptionBody.init,
        Field("order", \.order, "What was ordered, and how it stands."),
        Field(
            "checkout_url",
            \.checkoutURL,
            "Where it is paid; null when staff ordered, or nothing is to be paid."
        ),
    )
}
