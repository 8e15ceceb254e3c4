/// What is left of a credit that was granted to a customer.
package struct AvailableCredit: Hashable, Sendable {
    package let id: ID<Credit>
    /// Positive.
    package let remaining: Money
    package let grantedAt: Instant
    /// It may be spent until before this instant; nil for ever.
    package let expiresAt: Instant?

    package init(
        id: ID<Credit>,
        remaining: Money,
        grantedAt: Instant,
        expiresAt: Instant? = nil
    ) {
        self.id = id
        self.remaining = remaining
        self.grantedAt = grantedAt
        self.expiresAt = expiresAt
    }

    package func isExpired(at instant: Instant) -> Bool {
        expiresAt.map { $0 <= instant } ?? false
    }
}

/// A part of a credit that pays something.
package struct CreditSpending: Hashable, Sendable {
    package let credit: ID<Credit>
    package let amount: Money

    package init(credit: ID<Credit>, amount: Money) {
        self.credit = credit
        self.amount = amount
    }
}

extension Sequence<AvailableCredit> {
    /// Pays an amount from credits of its currency, as far as they go.
    ///
    /// What expires first is spent first, so that nothing is lost that could have been used; of
    /// what never expires or expires together, the oldest. The last credit may be spent in part.
    package func spending(on amount: Money, at instant: Instant) -> [CreditSpending] {
        let usable = filter {
            $0.remaining.currency == amount.currency && $0.remaining.isPositive
                && !$0.isExpired(at: instant)
        }
        var left = amount
        var spendings: [CreditSpending] = []
        for credit in usable.sorted(by: AvailableCredit.isSpentBefore) where left.isPositive {
            let part = credit.remaining.minorUnits < left.minorUnits ? credit.remaining : left
            spendings.append(CreditSpending(credit: credit.id, amount: part))
            left = left - part
        }
        return spendings
    }
}

extension Collection<AvailableCredit> {
    /// The same, but what is left to be paid by card is never too little for one.
    ///
    /// Credit that does not pay for all of it leaves the least that can be charged, and leaves
    /// alone what could not be charged before either.
    package func chargeableSpending(on amount: Money, at instant: Instant) -> [CreditSpending] {
        let spendings = spending(on: amount, at: instant)
        let rest = amount - spendings.map(\.amount).sum(amount.currency)
        switch rest.isZero ? nil : rest.chargeProblem {
        case nil, .notPositive, .aboveMaximum: return spendings
        case .belowMinimum, .notMultiple:
            let step = rest.currency.step
            let whole = (rest.minorUnits + step - 1) / step * step
            let least = Swift.max(whole, rest.currency.minimumCharge.minorUnits)
            return spending(on: amount - Money(minorUnits: least, rest.currency), at: instant)
        }
    }
}

extension AvailableCredit {
    fileprivate static func isSpentBefore(_ one: AvailableCredit, _ other: AvailableCredit) -> Bool
    {
        switch (one.expiresAt, other.expiresAt) {
        case (let first?, let second?) where first != second: return first < second
        case (.some, nil): return true
        case (nil, .some): return false
        default: break
        }
        if one.grantedAt != other.grantedAt { return one.grantedAt < other.grantedAt }
        return one.id.text < other.id.text
    }
}
