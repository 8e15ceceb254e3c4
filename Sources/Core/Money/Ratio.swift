/// An exact fraction, kept in lowest terms with a positive denominator.
///
/// Sums and products are formed in 128 bits; a result whose terms need more than 64 traps, so that
/// it is never wrong.
package struct Ratio: Hashable, Sendable {
    package let numerator: Int64
    /// Positive.
    package let denominator: Int64

    /// The fraction of two numbers; the second is not zero.
    package init(_ numerator: Int64, _ denominator: Int64) {
        self.init(wide: Int128(numerator), Int128(denominator))
    }

    private init(wide numerator: Int128, _ denominator: Int128) {
        precondition(denominator != 0, "a fraction has no denominator")
        let divisor = Ratio.commonDivisor(numerator.magnitude, denominator.magnitude)
        let sign: Int128 = denominator < 0 ? -1 : 1
        self.numerator = Int64(sign * numerator / Int128(divisor))
        self.denominator = Int64(sign * denominator / Int128(divisor))
    }

    package static let zero = Ratio(0, 1)
    package static let one = Ratio(1, 1)

    /// Hundredths of a per cent: 1 900 is 19 %.
    package static func basisPoints(_ points: Int64) -> Ratio { Ratio(points, 10_000) }

    /// Millionths: 99 750 is 9.975 %, the sales tax of Québec, which basis points cannot say.
    package static func millionths(_ parts: Int64) -> Ratio { Ratio(parts, 1_000_000) }

    package static func + (one: Ratio, other: Ratio) -> Ratio {
        Ratio(
            wide: Int128(one.numerator) * Int128(other.denominator)
                + Int128(other.numerator) * Int128(one.denominator),
            Int128(one.denominator) * Int128(other.denominator)
        )
    }

    package static prefix func - (ratio: Ratio) -> Ratio {
        Ratio(wide: -Int128(ratio.numerator), Int128(ratio.denominator))
    }

    package static func - (one: Ratio, other: Ratio) -> Ratio { one + -other }

    package static func * (one: Ratio, other: Ratio) -> Ratio {
        Ratio(
            wide: Int128(one.numerator) * Int128(other.numerator),
            Int128(one.denominator) * Int128(other.denominator)
        )
    }

    /// The fraction turned round; it is not zero.
    package var inverse: Ratio { Ratio(wide: Int128(denominator), Int128(numerator)) }

    private static func commonDivisor(_ one: UInt128, _ other: UInt128) -> UInt128 {
        var (greater, lesser) = (one, other)
        while lesser != 0 { (greater, lesser) = (lesser, greater % lesser) }
        return greater
    }
}

extension Ratio: Comparable {
    package static func < (one: Ratio, other: Ratio) -> Bool {
        Int128(one.numerator) * Int128(other.denominator)
            < Int128(other.numerator) * Int128(one.denominator)
    }
}

extension Ratio: CustomStringConvertible {
    package var description: String {
        denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
    }

    /// The fraction in per cent, as far as six decimals go: `19 %`, `9.975 %`.
    package var percentText: String {
        let scaled = Rounding.halfEven.quotient(
            Int128(numerator) * 100_000_000,
            by: Int128(denominator)
        )
        let digits = String(scaled.magnitude)
        let padded = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
        var decimals = padded.suffix(6)
        while decimals.last == "0" { decimals.removeLast() }
        let sign = scaled < 0 ? "-" : ""
        return sign + padded.dropLast(6) + (decimals.isEmpty ? "" : "." + decimals) + " %"
    }
}

extension Money {
    /// The amount times a fraction, rounded to what the currency is charged in.
    ///
    /// The only way to a part of an amount besides ``allocated(by:)``. Rounding to the currency's
    /// step, not just to its minor unit, keeps every sum of such amounts chargeable.
    package func scaled(by ratio: Ratio, rounding: Rounding = .halfEven) -> Money {
        scaled(by: ratio.numerator, over: ratio.denominator, rounding: rounding)
    }

    /// The amount times `numerator` over `denominator`, which is positive; as
    /// ``scaled(by:rounding:)``.
    package func scaled(
        by numerator: Int64,
        over denominator: Int64,
        rounding: Rounding = .halfEven
    ) -> Money {
        let steps = rounding.quotient(
            Int128(minorUnits) * Int128(numerator),
            by: Int128(denominator) * Int128(currency.step)
        )
        return Money(minorUnits: Int64(steps) * currency.step, currency)
    }

    /// Splits the amount in proportion to other amounts, as ``allocated(by:)``; none is negative
    /// and at least one is positive.
    package func allocated(inProportionTo amounts: [Money]) -> [Money] {
        allocated(by: amounts.map(\.minorUnits))
    }
}
