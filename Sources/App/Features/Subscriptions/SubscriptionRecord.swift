package import Core
package import Foundation

/// What a customer has bought and uses, as it is stored.
package struct SubscriptionRecord: Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case trialing, active, suspended, cancelled
        case pastDue = "past_due"
    }

    package let id: ID<Subscription>
    package let customer: ID<Customer>
    package let item: ID<OrderItem>
    package let plan: ID<Plan>
    package let price: ID<Price>
    package let status: Status
    package let cycle: BillingCycle
    package let quantity: Int64
    package let periodStart: Date
    package let periodEnd: Date
    /// When its bills are looked at again; nil when nothing more is billed.
    package let nextBillAt: Date?
    /// When it ends, once that is decided.
    package let endsAt: Date?
    package let createdAt: Date
    package let cancelledAt: Date?

    /// Whether it is of another plan or number than was bought, as a change may come before the
    /// delivery.
    func isChanged(since item: OrderItemRecord) -> Bool {
        plan != item.plan || quantity != item.quantity
    }
}
