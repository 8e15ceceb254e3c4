import Core
import Testing

@Suite struct MoneyTests {
    private func dollars(_ cents: Int64) -> Money { Money(minorUnits: cents, .usd) }

    @Test func `amounts of one currency are added, taken off and turned round`() {
        #expect(dollars(250) + dollars(-100) == dollars(150))
        #expect(dollars(100) - dollars(250) == dollars(-150))
        #expect(-dollars(5) == dollars(-5))
        #expect(-(-dollars(5)) == dollars(5))
        #expect(dollars(1_299) * 3 == dollars(3_897))
        #expect(dollars(1_299) * 0 == .zero(.usd))
        #expect(dollars(1_299) * -1 == dollars(-1_299))
    }

    @Test func `nothing is neither positive nor negative`() {
        #expect(Money.zero(.usd).isZero)
        #expect(!Money.zero(.usd).isPositive)
        #expect(dollars(1).isPositive && !dollars(1).isZero)
        #expect(!dollars(-1).isPositive && !dollars(-1).isZero)
    }

    @Test func `equal amounts of two currencies are different money`() {
        #expect(dollars(100) != Money(minorUnits: 100, .eur))
    }

    @Test func `a sum is the same in every order, and nothing for no amounts`() {
        let amounts = [dollars(1), dollars(-7), dollars(2_900), dollars(0)]
        #expect(amounts.sum(.usd) == dollars(2_894))
        #expect(amounts.reversed().sum(.usd) == dollars(2_894))
        #expect([Money]().sum(.jpy) == .zero(.jpy))
    }

    @Test(
        arguments: [
            (9_900, Currency.usd, "99.00 USD"), (5, .usd, "0.05 USD"), (-5, .usd, "-0.05 USD"),
            (-12_345, .eur, "-123.45 EUR"), (0, .gbp, "0.00 GBP"), (-5, .jpy, "-5 JPY"),
            (0, .jpy, "0 JPY"), (1, .kwd, "0.001 KWD"), (-1_234, .kwd, "-1.234 KWD"),
            (Int64.max, .usd, "92233720368547758.07 USD"),
            (Int64.min, .usd, "-92233720368547758.08 USD"),
        ] as [(Int64, Currency, String)]
    )
    func `an amount is written with the digits of its currency`(
        minorUnits: Int64,
        currency: Currency,
        text: String
    ) {
        #expect(Money(minorUnits: minorUnits, currency).description == text)
    }

    @Test func `adding two currencies ends the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: 1, .usd) + Money(minorUnits: 1, .eur)
        }
    }

    @Test func `taking one currency off another ends the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: 1, .usd) - Money(minorUnits: 1, .jpy)
        }
    }

    @Test func `money too large to count ends the process and never wraps round`() async {
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: .max, .usd) + Money(minorUnits: 1, .usd)
        }
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: .max / 2 + 1, .usd) * 2
        }
        await #expect(processExitsWith: .failure) { _ = -Money(minorUnits: .min, .usd) }
    }

    @Test func `a sum with a foreign amount in it ends the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = [Money(minorUnits: 1, .usd), Money(minorUnits: 1, .eur)].sum(.usd)
        }
    }
}
