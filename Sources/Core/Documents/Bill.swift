/// What a bill is made by, besides its items.
package struct BillTerms: Sendable {
    package let seller: TaxSeller
    package let buyer: TaxBuyer
    package let rules: TaxRules
    package let tax: TaxSettings
    /// Taken one after the other, each from what the one before left.
    package let coupons: [CouponTerms]
    package let credits: [AvailableCredit]

    package init(
        seller: TaxSeller,
        buyer: TaxBuyer,
        rules: TaxRules,
        tax: TaxSettings = TaxSettings(),
        coupons: [CouponTerms] = [],
        credits: [AvailableCredit] = []
    ) {
        self.seller = seller
        self.buyer = buyer
        self.rules = rules
        self.tax = tax
        self.coupons = coupons
        self.credits = credits
    }
}

/// A bill with all of its amounts.
///
/// First come the discounts, then the taxes on what they leave, then the credit that pays for it. A
/// bill never totals below zero: when more is given back than charged, what is left over is carried
/// to the customer's credit.
package struct Bill: Hashable, Sendable {
    /// One for each item, in their order.
    package let lines: [BilledAmounts]
    /// With the tax where prices contain it.
    package let subtotal: Money
    package let discount: Money
    package let tax: Money
    /// What is to be paid, by money or credit; never negative.
    package let total: Money
    /// What becomes the customer's credit, because more is given back than charged.
    package let carriedToCredit: Money
    /// The credit that pays for the bill.
    package let spendings: [CreditSpending]
    /// What is left to be paid.
    package let due: Money
    package let quote: TaxQuote
    /// How its taxes were computed.
    package let taxSettings: TaxSettings

    /// Makes the bill of items of one currency at an instant.
    package init(
        _ items: [BillItem],
        _ currency: Currency,
        _ terms: BillTerms,
        at instant: Instant
    ) {
        let charges = items.map { $0.charge ?? .zero(currency) }
        let discounts = Bill.discounts(items, charges, currency, terms)
        taxSettings = terms.tax
        quote = TaxQuote(
            zip(items, zip(charges, discounts)).compactMap { item, amounts in
                item.charge == nil ? nil : TaxableLine(item.product, amounts.0 - amounts.1)
            },
            seller: terms.seller,
            buyer: terms.buyer,
            rules: terms.rules,
            settings: terms.tax,
            at: instant
        )
        lines = Bill.lines(items, discounts, quote, terms.tax)
        subtotal = lines.map(\.amount).sum(currency)
        discount = lines.map(\.discount).sum(currency)
        tax = lines.map(\.tax).sum(currency)
        let sum = lines.map(\.total).sum(currency)
        total = sum.isPositive ? sum : .zero(currency)
        carriedToCredit = total - sum
        spendings = terms.credits.spending(on: total, at: instant)
        due = total - spendings.map(\.amount).sum(currency)
    }

    /// Whether the prices contain the tax.
    package var isTaxInclusive: Bool { taxSettings.isInclusive }

    /// The charges with their taxes, and what is given back of lines before it.
    private static func lines(
        _ items: [BillItem],
        _ discounts: [Money],
        _ quote: TaxQuote,
        _ settings: TaxSettings
    ) -> [BilledAmounts] {
        var taxed = quote.lines.makeIterator()
        var lines: [BilledAmounts] = []
        for (item, discount) in zip(items, discounts) {
            switch item.content {
            case .charge(let amount):
                lines.append(
                    BilledAmounts(
                        amount: amount,
                        discount: discount,
                        taxes: taxed.next()?.components ?? [],
                        isTaxInclusive: settings.isInclusive
                    )
                )
            case .giveBack(let amount, let fraction, .billed(let billed)):
                // All of a line is what it says, whatever its document's prices contained.
                let amount = fraction == .one ? -billed.amount : amount
                let line = billed.givenBack(fraction, as: amount)
                lines.append(line.written(inclusive: settings.isInclusive))
            case .giveBack(let amount, let fraction, .item(let index)):
                lines.append(lines[index].givenBack(fraction, as: amount))
            }
        }
        return lines
    }

    private static func discounts(
        _ items: [BillItem],
        _ charges: [Money],
        _ currency: Currency,
        _ terms: BillTerms
    ) -> [Money] {
        terms.coupons.enumerated().reduce(charges.map { _ in .zero(currency) }) { taken, each in
            let (place, coupon) = each
            let left = items.indices.map { index in
                let isFor = items[index].coupons?.contains(place) ?? true
                return DiscountableLine(
                    plan: items[index].plan,
                    period: items[index].couponPeriod,
                    amount: isFor ? charges[index] - taken[index] : .zero(currency)
                )
            }
            return zip(taken, coupon.discounts(on: left, currency)).map { $0 + $1 }
        }
    }

    /// How what is due is to be collected.
    package var collection: Collection {
        guard due.isPositive else { return .nothing }
        guard let problem = due.chargeProblem else { return .charge(due) }
        return .cannotBeCharged(due, problem)
    }

    package enum Collection: Hashable, Sendable {
        case nothing
        case charge(Money)
        /// Too little for a card, say: it waits for the next bill, or for a transfer.
        case cannotBeCharged(Money, ChargeProblem)
    }
}
