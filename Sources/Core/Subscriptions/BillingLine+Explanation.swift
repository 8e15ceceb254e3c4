extension BillingLine {
    /// How the amount was computed, in plain words:
    /// `11 days 4 h of 30 days at 99.00 USD = 36.85 USD`.
    ///
    /// What gives back of a line of which not all was left says so, too. `money` writes an amount;
    /// without it, with the currency's code.
    package func explanation(
        of reduced: ReducedAmount? = nil,
        money: (Money) -> String = { $0.description }
    ) -> String {
        let words = arithmetic(money)
        guard let reduced, reduced.left != reduced.billed else { return words }
        let billed = money(reduced.billed)
        guard !reduced.left.isZero else {
            return "\(words). Nothing is left of the \(billed) that were billed, so nothing is "
                + "given back"
        }
        let left = money(reduced.left)
        return "\(words). Of the \(billed) that were billed \(left) are left, so it is "
            + money(reduced.given)
    }

    private func arithmetic(_ money: (Money) -> String) -> String {
        let share = span == period ? wholePeriod : "\(span) of \(period)"
        let price = money(terms.unitPrice)
        let rate = terms.quantity == 1 ? price : "\(terms.quantity) × \(price)"
        let result = "\(opening)\(share) at \(rate) = \(money(amount))"
        return isExact ? result : result + ", rounded half to even"
    }

    private var opening: String {
        switch (isReversal, identity.kind) {
        case (true, _): "Taken back: "
        case (false, .credit): "Unused: "
        case (false, .period), (false, .proration): ""
        }
    }

    private var wholePeriod: String {
        switch terms.cycle {
        case .monthly: "1 month"
        case .yearly: "1 year"
        }
    }

    /// Whether nothing was rounded.
    private var isExact: Bool {
        let product = Int128(terms.amount.minorUnits) * Int128(span.seconds)
        return product == Int128(amount.minorUnits.magnitude) * Int128(period.seconds)
    }
}

/// How much was left of a line when something of it was given back.
package struct ReducedAmount: Hashable, Sendable {
    /// What the line had been billed at, with its tax.
    package let billed: Money
    /// What of that nobody had given back before.
    package let left: Money
    /// The amount that came of it, as it stands on the bill.
    package let given: Money

    package init(billed: Money, left: Money, given: Money) {
        self.billed = billed
        self.left = left
        self.given = given
    }
}
