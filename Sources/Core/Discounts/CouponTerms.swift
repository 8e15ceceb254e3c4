/// What a coupon takes off, of what, and for whom.
///
/// How often it has been used is counted elsewhere, and taken in one statement; here it is given.
package struct CouponTerms: Hashable, Sendable {
    package let reduction: Reduction
    package let duration: Duration
    /// The plans it is for; nil for all.
    package let plans: Set<ID<Plan>>?
    package let isForFirstOrderOnly: Bool
    package let validFrom: Instant?
    package let validTo: Instant?
    /// How often it may be used by all customers together; nil for any number of times.
    package let totalLimit: Int?
    package let customerLimit: Int?

    package enum Reduction: Hashable, Sendable {
        /// Hundredths of a per cent, 1 to 10 000.
        case percent(basisPoints: Int64)
        /// Off each bill, with an amount of its own in each currency.
        case fixed(NativePrices)
    }

    /// How many of a subscription's periods it is for.
    package enum Duration: Hashable, Sendable {
        case once
        case periods(Int)
        case forever
    }

    package init(
        _ reduction: Reduction,
        _ duration: Duration = .once,
        plans: Set<ID<Plan>>? = nil,
        isForFirstOrderOnly: Bool = false,
        validFrom: Instant? = nil,
        validTo: Instant? = nil,
        totalLimit: Int? = nil,
        customerLimit: Int? = nil
    ) {
        if case .percent(let points) = reduction {
            precondition((1...10_000).contains(points), "a discount is out of range")
        }
        self.reduction = reduction
        self.duration = duration
        self.plans = plans
        self.isForFirstOrderOnly = isForFirstOrderOnly
        self.validFrom = validFrom
        self.validTo = validTo
        self.totalLimit = totalLimit
        self.customerLimit = customerLimit
    }

    /// Whether the period with this number since the coupon was taken, 0 the first, is reduced.
    package func covers(period: Int) -> Bool {
        switch duration {
        case .once: period == 0
        case .periods(let count): period < count
        case .forever: true
        }
    }

    /// Whether a line for a plan is reduced.
    package func covers(plan: ID<Plan>?) -> Bool {
        guard let plans else { return true }
        return plan.map(plans.contains) ?? false
    }

    /// Why the coupon cannot be taken; nil when it can.
    package func refusal(of use: CouponUse) -> CouponRefusal? {
        if let validFrom, use.at < validFrom { return .notYetValid(from: validFrom) }
        if let validTo, use.at >= validTo { return .expired(at: validTo) }
        if let totalLimit, use.totalUses >= totalLimit { return .usedUp }
        if let customerLimit, use.customerUses >= customerLimit { return .usedByCustomer }
        if isForFirstOrderOnly, !use.isFirstOrder { return .notFirstOrder }
        if !use.plans.contains(where: { covers(plan: $0) }) { return .otherPlans }
        if case .fixed(let amounts) = reduction, amounts[use.currency] == nil {
            return .otherCurrency
        }
        return nil
    }
}

/// The circumstances in which a coupon is to be taken.
package struct CouponUse: Hashable, Sendable {
    package let at: Instant
    package let currency: Currency
    package let plans: [ID<Plan>]
    package let isFirstOrder: Bool
    /// How often all customers have used it.
    package let totalUses: Int
    /// How often this customer has used it.
    package let customerUses: Int

    package init(
        at: Instant,
        currency: Currency,
        plans: [ID<Plan>],
        isFirstOrder: Bool,
        totalUses: Int,
        customerUses: Int
    ) {
        self.at = at
        self.currency = currency
        self.plans = plans
        self.isFirstOrder = isFirstOrder
        self.totalUses = totalUses
        self.customerUses = customerUses
    }
}

/// Why a coupon cannot be taken.
package enum CouponRefusal: Error, Hashable, Sendable {
    case notYetValid(from: Instant)
    case expired(at: Instant)
    case usedUp
    case usedByCustomer
    case notFirstOrder
    case otherPlans
    case otherCurrency
}
