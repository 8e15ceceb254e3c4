package import Core
package import Foundation

/// An order as it is stored.
package struct OrderRecord: Sendable {
    package let id: ID<Order>
    package let number: Int64
    package let customer: ID<Customer>
    package let user: ID<User>
    package let status: OrderStatus
    package let subtotal: Money
    package let discount: Money
    package let tax: Money
    /// Whether the prices contain the tax.
    package let isTaxInclusive: Bool
    package let total: Money
    package let createdAt: Date
    package let paidAt: Date?
    package let finishedAt: Date?

    /// The number as people say it.
    package var label: String { "#\(number)" }
}

/// One thing of an order.
package struct OrderItemRecord: Sendable {
    package let id: ID<OrderItem>
    package let order: ID<Order>
    package let customer: ID<Customer>
    package let position: Int
    package let plan: ID<Plan>
    package let price: ID<Price>
    package let planName: String
    package let cycle: BillingCycle
    package let quantity: Int64
    /// For all of it.
    package let planAmount: Money
    /// What all of it allows.
    package let quotas: Quotas
    package let domain: OrderedDomain?
    package let domainAmount: Money

    package var amount: Money { planAmount + domainAmount }
}

/// The domain name of an order's item.
package struct OrderedDomain: Sendable {
    package let name: DomainName
    package let action: DomainAction
    package let years: Int
    package let authCodeSealed: String?
}

/// A step that delivers an order.
package struct StepRecord: Sendable {
    package let order: ID<Order>
    package let item: ID<OrderItem>?
    package let name: StepName
    package let status: StepStatus
    package let attempts: Int
    /// For staff: it may quote an outside party.
    package let detail: String?
    package let buyerNote: String?
    package let startedAt: Date?
    package let finishedAt: Date?
}

/// An order with all that belongs to it.
package struct OrderDetails: Sendable {
    package let order: OrderRecord
    package let items: [OrderItemRecord]
    package let steps: [StepRecord]
    package let invoice: ID<Invoice>?
    /// The code of the coupon that it was placed with.
    package let coupon: String?
    /// Each tax once, with its whole base and amount.
    package let taxes: [TaxComponent]
}
