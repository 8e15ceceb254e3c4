/// Something that is put on a bill.
package struct BillItem: Hashable, Sendable {
    package let product: TaxedProduct
    package let plan: ID<Plan>?
    /// The number of the subscription's period since its coupon was taken, 0 the first.
    package let couponPeriod: Int
    /// The places in the terms' list of the coupons that may reduce it; nil for all.
    package let coupons: Set<Int>?
    package let content: Content

    package enum Content: Hashable, Sendable {
        /// Not negative; discounted and taxed by today's rules.
        case charge(Money)
        /// An amount below zero that gives a fraction of something back, with the same fraction of
        /// its discount and its taxes, whatever today's rules are.
        case giveBack(Money, fraction: Ratio, of: Origin)
    }

    /// What is given back.
    package enum Origin: Hashable, Sendable {
        /// A line of an earlier document.
        case billed(BilledAmounts)
        /// An earlier item of the same bill.
        case item(Int)
    }

    package init(
        _ product: TaxedProduct,
        plan: ID<Plan>? = nil,
        couponPeriod: Int = 0,
        coupons: Set<Int>? = nil,
        _ content: Content
    ) {
        self.product = product
        self.plan = plan
        self.couponPeriod = couponPeriod
        self.coupons = coupons
        self.content = content
    }
}

/// The amounts of one line of a document.
package struct BilledAmounts: Hashable, Sendable {
    /// Quantity times price; with the tax where prices contain it.
    package let amount: Money
    /// Not negative, unless the amount is.
    package let discount: Money
    package let taxes: [TaxComponent]
    package let isTaxInclusive: Bool

    package init(amount: Money, discount: Money, taxes: [TaxComponent], isTaxInclusive: Bool) {
        self.amount = amount
        self.discount = discount
        self.taxes = taxes
        self.isTaxInclusive = isTaxInclusive
    }

    package var tax: Money { taxes.map(\.amount).sum(amount.currency) }

    /// What is to be paid for the line.
    package var total: Money {
        isTaxInclusive ? amount - discount : amount - discount + tax
    }

    /// What the seller keeps of it.
    package var net: Money { total - tax }

    /// The fraction of the amounts that an amount, which is of the opposite sign, gives back. All
    /// of it is the whole exactly.
    func givenBack(_ fraction: Ratio, as amount: Money) -> BilledAmounts {
        let share = -discount.scaled(by: fraction)
        // The amount was rounded elsewhere, and may be a step smaller than its share.
        let isLarger = share.minorUnits.magnitude > amount.minorUnits.magnitude
        return BilledAmounts(
            amount: amount,
            discount: isLarger ? amount : share,
            taxes: taxes.map { tax in
                TaxComponent(
                    component: tax.component,
                    place: tax.place,
                    rate: tax.rate,
                    isCompound: tax.isCompound,
                    base: -tax.base.scaled(by: fraction),
                    amount: amount.isZero ? amount : -tax.amount.scaled(by: fraction)
                )
            },
            isTaxInclusive: isTaxInclusive
        )
    }

    /// The same for a document whose prices contain the tax, or do not: what is to be paid and what
    /// of it is tax stay as they are.
    func written(inclusive: Bool) -> BilledAmounts {
        guard inclusive != isTaxInclusive else { return self }
        return BilledAmounts(
            amount: inclusive ? amount + tax : amount - tax,
            discount: discount,
            taxes: taxes,
            isTaxInclusive: inclusive
        )
    }
}

extension BillItem {
    /// The amount of a charge; nil for what is given back.
    var charge: Money? {
        switch content {
        case .charge(let amount): amount
        case .giveBack: nil
        }
    }

    /// The items of lines that are owed.
    ///
    /// `billed` finds a line that was invoiced before, with what is left of it, `couponPeriod` the
    /// number of a line's period since the subscription's coupon was taken, and `coupons` which may
    /// reduce a line. What reduces a line that is on the same bill refers to it there; nil when a
    /// line reduces one that was never billed.
    package static func items(
        of lines: [BillingLine],
        _ product: TaxedProduct,
        couponPeriod: (BillingLine) -> Int = { _ in 0 },
        coupons: (BillingLine) -> Set<Int>? = { _ in nil },
        billed: (BillingLineIdentity) -> CreditableLine?
    ) -> [BillItem]? {
        var items: [BillItem] = []
        for (index, line) in lines.enumerated() {
            var content = Content.charge(line.amount)
            if let reduces = line.reduces {
                if let earlier = lines[..<index].lastIndex(where: { $0.identity == reduces.line }) {
                    content = .giveBack(line.amount, fraction: reduces.fraction, of: .item(earlier))
                } else if let earlier = billed(reduces.line) {
                    content = earlier.givenBack(reduces.fraction, as: line.amount)
                } else {
                    return nil
                }
            }
            items.append(
                BillItem(
                    product,
                    plan: line.terms.plan,
                    couponPeriod: couponPeriod(line),
                    coupons: coupons(line),
                    content
                )
            )
        }
        return items
    }
}
