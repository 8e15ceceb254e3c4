import Core
import Testing

@Suite struct RatioTests {
    @Test func `a fraction is kept in lowest terms with a positive denominator`() {
        #expect(Ratio(6, 8) == Ratio(3, 4))
        #expect(Ratio(6, -8).numerator == -3 && Ratio(6, -8).denominator == 4)
        #expect(Ratio(0, -7) == .zero)
        #expect(Ratio(.min, .min) == .one)
    }

    @Test func `fractions are added, taken off and multiplied exactly`() {
        #expect(Ratio(1, 3) + Ratio(1, 6) == Ratio(1, 2))
        #expect(Ratio(1, 3) - Ratio(1, 2) == Ratio(-1, 6))
        #expect(Ratio(2, 3) * Ratio(9, 4) == Ratio(3, 2))
        #expect(Ratio(-2, 3).inverse == Ratio(-3, 2))
        #expect(Ratio(Int64.max, 3) * Ratio(3, Int64.max) == .one)
        #expect(Ratio(1, 3) < Ratio(334, 1_000) && Ratio(-1, 2) < .zero)
    }

    @Test func `a result whose terms are too large ends the process`() async {
        await #expect(processExitsWith: .failure) { _ = Ratio(.max, 2) * Ratio(.max, 3) }
        await #expect(processExitsWith: .failure) { _ = Ratio(1, .max) + Ratio(1, .max - 1) }
        await #expect(processExitsWith: .failure) { _ = Ratio(.min, -1) }
        await #expect(processExitsWith: .failure) { _ = Ratio(1, 0) }
    }

    @Test(
        arguments: [
            (Ratio.basisPoints(1_900), "19 %"), (.millionths(99_750), "9.975 %"), (.zero, "0 %"),
            (.basisPoints(-50), "-0.5 %"), (Ratio(1, 3), "33.333333 %"), (.one, "100 %"),
        ] as [(Ratio, String)]
    )
    func `a fraction is written in per cent`(ratio: Ratio, text: String) {
        #expect(ratio.percentText == text)
    }

    @Test(
        arguments: [
            (5, 2, [2, 3, 2]), (7, 2, [4, 4, 3]), (-5, 2, [-2, -3, -2]), (-7, 2, [-4, -4, -3]),
            (1, 3, [0, 0, 0]), (2, 3, [1, 1, 0]), (-2, 3, [-1, -1, 0]), (0, 9, [0, 0, 0]),
            (6, 3, [2, 2, 2]), (1, 2, [0, 1, 0]), (3, 2, [2, 2, 1]),
        ] as [(Int128, Int128, [Int128])]
    )
    func `a quotient is rounded as its rule says`(
        dividend: Int128,
        divisor: Int128,
        expected: [Int128]
    ) {
        let roundings: [Rounding] = [.halfEven, .halfAwayFromZero, .towardsZero]
        #expect(roundings.map { $0.quotient(dividend, by: divisor) } == expected)
    }

    @Test(
        arguments: [
            (9_900, Currency.usd, Ratio(11, 30), 3_630), (1, .usd, Ratio(1, 2), 0),
            (3, .usd, Ratio(1, 2), 2), (-3, .usd, Ratio(1, 2), -2), (999, .jpy, Ratio(1, 2), 500),
            (1_000, .kwd, Ratio(1, 3), 330), (10_050, .kwd, Ratio(1, 2), 5_020),
            (Int64.max, .usd, Ratio(1, 1), .max),
        ] as [(Int64, Currency, Ratio, Int64)]
    )
    func `an amount is scaled to what its currency is charged in`(
        amount: Int64,
        currency: Currency,
        ratio: Ratio,
        expected: Int64
    ) {
        #expect(Money(minorUnits: amount, currency).scaled(by: ratio).minorUnits == expected)
    }

    @Test func `an amount that grows too large ends the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: .max, .usd).scaled(by: Ratio(2, 1))
        }
    }
}
