/// What is subscribed to, and for how much.
package struct SubscriptionTerms: Hashable, Sendable {
    package let plan: ID<Plan>
    package let price: ID<Price>
    /// For one of it and one period, without tax or discount.
    package let unitPrice: Money
    package let quantity: Int64
    package let cycle: BillingCycle

    /// Why terms cannot be sold.
    package enum Problem: Error, Hashable, Sendable {
        case quantityOutOfRange(most: Int64)
        case negativePrice
        /// No multiple of what the currency is charged in.
        case priceNotMultiple(of: Int64)
        /// One period would cost more than can be charged at once.
        case amountTooLarge(most: Money)
    }

    /// How many of a thing one subscription may hold.
    package static let mostQuantity: Int64 = 100_000

    package init(
        plan: ID<Plan>,
        price: ID<Price>,
        unitPrice: Money,
        quantity: Int64 = 1,
        cycle: BillingCycle
    ) throws(Problem) {
        guard (1...SubscriptionTerms.mostQuantity).contains(quantity) else {
            throw .quantityOutOfRange(most: SubscriptionTerms.mostQuantity)
        }
        let currency = unitPrice.currency
        guard unitPrice.minorUnits >= 0 else { throw .negativePrice }
        guard unitPrice.minorUnits.isMultiple(of: currency.step) else {
            throw .priceNotMultiple(of: currency.step)
        }
        let most = currency.maximumCharge
        guard unitPrice.minorUnits <= most.minorUnits / quantity else {
            throw .amountTooLarge(most: most)
        }
        self.plan = plan
        self.price = price
        self.unitPrice = unitPrice
        self.quantity = quantity
        self.cycle = cycle
    }

    /// For all of it and one period.
    package var amount: Money { unitPrice * quantity }

    package var currency: Currency { unitPrice.currency }

    /// The same at another price.
    package func repriced(_ unitPrice: Money, _ price: ID<Price>) throws(Problem) -> Self {
        try SubscriptionTerms(
            plan: plan,
            price: price,
            unitPrice: unitPrice,
            quantity: quantity,
            cycle: cycle
        )
    }

    /// So many of the same, at the same price.
    package func counted(_ quantity: Int64) throws(Problem) -> Self {
        try SubscriptionTerms(
            plan: plan,
            price: price,
            unitPrice: unitPrice,
            quantity: quantity,
            cycle: cycle
        )
    }

    /// When a change to other terms takes place unless the customer says otherwise.
    ///
    /// What costs more or commits for longer is wanted now; what costs less is kept until the time
    /// that was paid for is over.
    package func usualTiming(of change: SubscriptionTerms) -> ChangeTiming {
        if change.cycle.months != cycle.months {
            return change.cycle.months > cycle.months ? .atOnce : .atPeriodEnd
        }
        return change.amount.minorUnits >= amount.minorUnits ? .atOnce : .atPeriodEnd
    }
}

/// When a change takes place.
package enum ChangeTiming: String, Hashable, Sendable, CaseIterable {
    case atOnce = "at_once"
    case atPeriodEnd = "at_period_end"
}
