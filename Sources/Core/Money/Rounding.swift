/// How a fraction becomes a whole number.
package enum Rounding: String, Hashable, Sendable, CaseIterable {
    /// To the nearest; the even one of two equally near. What is used unless something else is
    /// said: it favours neither side over many amounts.
    case halfEven = "half_even"
    /// To the nearest; the one further from zero of two equally near, as tax offices teach it.
    case halfAwayFromZero = "half_away_from_zero"
    /// Towards zero: the fraction is dropped.
    case towardsZero = "towards_zero"

    /// The whole number that a quotient becomes.
    ///
    /// The divisor is positive. Exact for every dividend: nothing is lost on the way.
    package func quotient(_ dividend: Int128, by divisor: Int128) -> Int128 {
        precondition(divisor > 0, "a divisor is not positive")
        let magnitude = dividend.magnitude
        let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
        let isUp: Bool
        switch self {
        case .towardsZero: isUp = false
        case .halfAwayFromZero: isUp = rest >= divisor.magnitude - rest
        case .halfEven:
            let other = divisor.magnitude - rest
            isUp = rest > other || (rest == other && !whole.isMultiple(of: 2))
        }
        let rounded = Int128(whole + (isUp ? 1 : 0))
        return dividend < 0 ? -rounded : rounded
    }
}
