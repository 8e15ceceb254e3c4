extension BillingLine {
    /// How the amount was computed, in plain words:
    /// `11 days 4 h of 30 days at 99.00 USD = 36.85 USD`.
    ///
    /// `money` writes an amount; without it, with the currency's code.
    package func explanation(money: (Money) -> String = { $0.description }) -> String {
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
