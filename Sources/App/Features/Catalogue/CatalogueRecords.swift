package import Core

/// A plan for a cycle, as a key to what is offered.
struct PlanOffer: Hashable {
    let plan: ID<Plan>
    let cycle: BillingCycle
}

/// An ending of names for an action, as a key to its price.
struct DomainOffer: Hashable {
    let ending: String
    let action: DomainAction
}

/// A plan as it is stored, with the prices it is sold at now.
package struct PlanRecord: Sendable {
    package struct CurrentPrice: Sendable {
        package let id: ID<Price>
        package let cycle: BillingCycle
        package let amount: Money
    }

    package let id: ID<Plan>
    package let slug: String
    package let name: String
    package let description: String
    package let position: Int
    package let quotas: Quotas
    package let features: [String]
    package let packageID: Int64?
    package let isActive: Bool
    /// In the currency that was asked for.
    package let prices: [CurrentPrice]
    /// In the others.
    package var foreignPrices: [CurrentPrice] = []

    /// What the plan costs for a cycle; nil when it is not sold for it.
    package func price(_ cycle: BillingCycle) -> CurrentPrice? {
        prices.first { $0.cycle == cycle }
    }
}
