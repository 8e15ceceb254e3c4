/// An amount in the smallest unit of its currency.
///
/// There is no floating point and no division; adding two currencies or overflowing is a
/// programmer's error and traps, so input is checked before it becomes money.
package struct Money: Hashable, Sendable {
    /// The amount in minor units, such as cents; negative for what is owed the other way.
    package let minorUnits: Int64
    package let currency: Currency

    package init(minorUnits: Int64, _ currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// Nothing, in a currency.
    package static func zero(_ currency: Currency) -> Money {
        Money(minorUnits: 0, currency)
    }

    package var isZero: Bool { minorUnits == 0 }
    package var isPositive: Bool { minorUnits > 0 }

    package static func + (one: Money, other: Money) -> Money {
        precondition(one.currency == other.currency, "money of two currencies was added")
        return Money(minorUnits: one.minorUnits + other.minorUnits, one.currency)
    }

    package static func - (one: Money, other: Money) -> Money { one + -other }

    package static prefix func - (money: Money) -> Money {
        Money(minorUnits: -money.minorUnits, money.currency)
    }

    package static func * (money: Money, times: Int64) -> Money {
        Money(minorUnits: money.minorUnits * times, money.currency)
    }

    /// Splits the amount by weights so that the parts sum to it exactly.
    ///
    /// Each part is first rounded towards zero; what is left over goes, one step of the currency
    /// each, to the parts with the largest remainders, the earlier one on a tie. A negative amount
    /// is split as its positive twin is. An amount that is itself no multiple of the step is split
    /// to the minor unit.
    package func allocated(by weights: [Int64]) -> [Money] {
        precondition(weights.allSatisfy { $0 >= 0 }, "a weight is negative")
        let total = weights.reduce(0, +)
        precondition(total > 0, "the weights sum to nothing")
        let step = minorUnits.isMultiple(of: currency.step) ? currency.step : 1
        let magnitude = minorUnits.magnitude / step.magnitude
        let shares = weights.map { weight -> (quotient: UInt64, remainder: UInt64) in
            let product = magnitude.multipliedFullWidth(by: UInt64(weight))
            return UInt64(total).dividingFullWidth(product)
        }
        var left = Int(magnitude - shares.reduce(0) { $0 + $1.quotient })
        var units = shares.map(\.quotient)
        let order = shares.indices.sorted { first, second in
            (shares[second].remainder, first) < (shares[first].remainder, second)
        }
        for index in order where left > 0 {
            units[index] += 1
            left -= 1
        }
        let sign: Int64 = minorUnits < 0 ? -step : step
        return units.map { Money(minorUnits: sign * Int64($0), currency) }
    }
}

extension Money: CustomStringConvertible {
    /// The amount as people write it, with the currency's code: `99.00 USD`, `-5 JPY`.
    package var description: String { "\(decimalText) \(currency.code)" }

    /// The amount as a decimal number with the currency's digits and without its code.
    package var decimalText: String {
        let digits = String(minorUnits.magnitude)
        let sign = minorUnits < 0 ? "-" : ""
        guard currency.exponent > 0 else { return sign + digits }
        let missing = max(0, currency.exponent + 1 - digits.count)
        let padded = String(repeating: "0", count: missing) + digits
        return sign + padded.dropLast(currency.exponent) + "." + padded.suffix(currency.exponent)
    }
}

extension Sequence<Money> {
    /// The sum of amounts of one currency.
    package func sum(_ currency: Currency) -> Money { reduce(.zero(currency), +) }
}
