/// Why Stripe would not charge an amount.
package enum ChargeProblem: Error, Hashable, Sendable {
    case notPositive
    /// Left to be carried forward or paid from credit; Stripe is not asked.
    case belowMinimum(Money)
    case aboveMaximum(Money)
    /// Not a multiple of what the currency is charged in.
    case notMultiple(of: Int64)
}

extension Currency {
    /// The least that one charge may be (Stripe, "Minimum and maximum charge amounts").
    ///
    /// The documentation gives it for the currency that is settled in. For currencies it does not
    /// list, and three-decimal ones among them, half of a unit or fifty of a whole one is assumed.
    package var minimumCharge: Money {
        let listed = Currency.minimums[code]
        let assumed: Int64 = exponent == 3 ? 500 : max(50, step)
        return Money(minorUnits: listed ?? assumed, self)
    }

    /// The most that one charge may be: twelve digits of the minor unit, rounded to the step.
    package var maximumCharge: Money {
        let most: Int64 = 999_999_999_999
        return Money(minorUnits: most - most % step, self)
    }

    private static let minimums: [String: Int64] = [
        "USD": 50, "EUR": 50, "GBP": 30, "AUD": 50, "CAD": 50, "CHF": 50, "NZD": 50, "SGD": 50,
        "BRL": 50, "INR": 50, "DKK": 250, "NOK": 300, "SEK": 300, "PLN": 200, "RON": 200,
        "MYR": 200, "CZK": 1_500, "HUF": 17_500, "HKD": 400, "JPY": 50, "KRW": 50, "MXN": 1_000,
        "THB": 1_000, "AED": 200,
    ]
}

extension Money {
    /// Whether it is something, and less than what one charge may be.
    package var isTooLittleForCards: Bool {
        if case .belowMinimum = chargeProblem { true } else { false }
    }

    /// Why the amount cannot be charged; nil when it can.
    package var chargeProblem: ChargeProblem? {
        if minorUnits <= 0 { return .notPositive }
        if !minorUnits.isMultiple(of: currency.step) { return .notMultiple(of: currency.step) }
        let least = currency.minimumCharge
        if minorUnits < least.minorUnits { return .belowMinimum(least) }
        let most = currency.maximumCharge
        return minorUnits > most.minorUnits ? .aboveMaximum(most) : nil
    }
}
