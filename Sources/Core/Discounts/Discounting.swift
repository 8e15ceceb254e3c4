/// A charge that a coupon may reduce.
package struct DiscountableLine: Hashable, Sendable {
    package let plan: ID<Plan>?
    /// The number of the subscription's period since the coupon was taken, 0 the first.
    package let period: Int
    /// Not negative.
    package let amount: Money

    package init(plan: ID<Plan>?, period: Int, amount: Money) {
        self.plan = plan
        self.period = period
        self.amount = amount
    }
}

extension CouponTerms {
    /// What is taken off each of a bill's lines.
    ///
    /// The discount on the bill is computed and rounded once, half to even and never above what the
    /// lines cost, and then shared out to the lines that it is for in proportion to their amounts.
    package func discounts(
        on lines: [DiscountableLine],
        _ currency: Currency,
        rounding: Rounding = .halfEven
    ) -> [Money] {
        let eligible = lines.map { line in
            line.amount.isPositive && covers(plan: line.plan) && covers(period: line.period)
                ? line.amount : .zero(currency)
        }
        let base = eligible.sum(currency)
        guard base.isPositive else { return eligible }
        let discount: Money
        switch reduction {
        case .percent(let points):
            discount = base.scaled(by: .basisPoints(points), rounding: rounding)
        case .fixed(let amounts):
            let amount = amounts[currency] ?? .zero(currency)
            discount = amount.minorUnits < base.minorUnits ? amount : base
        }
        return discount.allocated(inProportionTo: eligible)
    }
}
