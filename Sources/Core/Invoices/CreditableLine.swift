/// A line of an issued invoice, with what was given back of it since: by credit notes, and by lines
/// of later bills.
///
/// Whoever gives something back, by whichever document, gives back of what this says is left.
package struct CreditableLine: Hashable, Sendable {
    package let id: ID<InvoiceLine>
    package let billed: BilledAmounts
    /// The totals of what was given back, as a positive amount.
    package let credited: Money
    /// The tax in them.
    package let creditedTax: Money

    package init(
        id: ID<InvoiceLine>,
        billed: BilledAmounts,
        credited: Money,
        creditedTax: Money
    ) {
        self.id = id
        self.billed = billed
        self.credited = credited
        self.creditedTax = creditedTax
    }

    /// What may still be given back.
    package var remaining: Money { billed.total - credited }

    /// The same line when no more than an amount of its whole document may still be given back:
    /// because money was sent back, say, or nothing was ever asked for it.
    package func within(_ most: Money) -> CreditableLine {
        let most = most.isPositive ? most : .zero(most.currency)
        guard remaining.isPositive, most.minorUnits < remaining.minorUnits else { return self }
        let gone = remaining - most
        return CreditableLine(
            id: id,
            billed: billed,
            credited: credited + gone,
            creditedTax: creditedTax + tax(of: gone)
        )
    }

    /// What is left of the line's amounts: together they come to what remains, and their tax to the
    /// tax in it.
    package var left: BilledAmounts {
        guard !credited.isZero else { return billed }
        let discount = billed.discount.scaled(
            by: remaining.minorUnits,
            over: billed.total.minorUnits
        )
        let net = billed.isTaxInclusive ? remaining : remaining - (billed.tax - creditedTax)
        return BilledAmounts(
            amount: net + discount,
            discount: discount,
            taxes: remainingTaxes,
            isTaxInclusive: billed.isTaxInclusive
        )
    }

    /// What is left of each tax; its base keeps its proportion to it.
    private var remainingTaxes: [TaxComponent] {
        let weights = billed.taxes.map { max($0.amount.minorUnits, 0) }
        let isLevied = weights.contains { $0 > 0 }
        let amounts =
            isLevied
            ? (billed.tax - creditedTax).allocated(by: weights) : billed.taxes.map(\.amount)
        return zip(billed.taxes, amounts).map { tax, amount in
            TaxComponent(
                component: tax.component,
                place: tax.place,
                rate: tax.rate,
                isCompound: tax.isCompound,
                base: tax.amount.isPositive
                    ? tax.base.scaled(by: amount.minorUnits, over: tax.amount.minorUnits)
                    : tax.base.scaled(by: remaining.minorUnits, over: billed.total.minorUnits),
                amount: amount
            )
        }
    }

    /// The tax in a part of what remains.
    func tax(of amount: Money) -> Money {
        if amount == remaining { return billed.tax - creditedTax }
        let total = billed.total.minorUnits
        guard total > 0 else { return .zero(amount.currency) }
        let share = amount.scaled(by: billed.tax.minorUnits, over: total)
        // Rounding before may have used up what is left.
        let left = billed.tax - creditedTax
        return share.minorUnits < left.minorUnits ? share : left
    }

    /// What goes on a bill that gives a fraction of the line back: an amount that was computed of
    /// the whole line, or the fraction of what is left of it.
    func givenBack(_ fraction: Ratio, as amount: Money) -> BillItem.Content {
        let left = left
        let amount = credited.isZero ? amount : -left.amount.scaled(by: fraction)
        return .giveBack(amount, fraction: fraction, of: .billed(left))
    }
}
