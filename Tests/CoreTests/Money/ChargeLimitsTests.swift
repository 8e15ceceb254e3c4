import Core
import Testing

@Suite struct ChargeLimitsTests {
    private func money(_ minorUnits: Int64, _ code: String) throws -> Money {
        Money(minorUnits: minorUnits, try #require(Currency(code)))
    }

    @Test(
        arguments: [
            ("USD", 2, 1), ("JPY", 0, 1), ("KRW", 0, 1), ("VND", 0, 1), ("KWD", 3, 10),
            ("BHD", 3, 10), ("TND", 3, 10), ("ISK", 2, 100), ("UGX", 2, 100), ("HUF", 2, 1),
        ] as [(String, Int, Int64)]
    )
    func `a currency is counted as Stripe counts it`(
        code: String,
        exponent: Int,
        step: Int64
    ) throws {
        let currency = try #require(Currency(code))
        #expect(currency.exponent == exponent && currency.step == step && currency.code == code)
    }

    @Test(
        arguments: [
            ("USD", 50), ("EUR", 50), ("GBP", 30), ("JPY", 50), ("KRW", 50), ("DKK", 250),
            ("CZK", 1_500), ("HUF", 17_500), ("SEK", 300), ("KWD", 500), ("ISK", 100),
        ] as [(String, Int64)]
    )
    func `the least that is charged is charged, and a step less is not`(
        code: String,
        least: Int64
    ) throws {
        let minimum = try money(least, code)
        #expect(minimum.chargeProblem == nil)
        let less = Money(minorUnits: least - minimum.currency.step, minimum.currency)
        #expect(less.chargeProblem == (less.isZero ? .notPositive : .belowMinimum(minimum)))
    }

    @Test(
        arguments: [
            (0, "USD", .notPositive), (-100, "USD", .notPositive),
            (1_005, "KWD", .notMultiple(of: 10)), (1_050, "ISK", .notMultiple(of: 100)),
            (1_001, "UGX", .notMultiple(of: 100)),
        ] as [(Int64, String, ChargeProblem)]
    )
    func `what Stripe would refuse is not asked for`(
        amount: Int64,
        code: String,
        problem: ChargeProblem
    ) throws {
        #expect(try money(amount, code).chargeProblem == problem)
    }

    @Test func `more than twelve digits are not charged`() throws {
        let most = Money(minorUnits: 999_999_999_999, .usd)
        #expect(most.chargeProblem == nil)
        let more = Money(minorUnits: 1_000_000_000_000, .usd)
        #expect(more.chargeProblem == .aboveMaximum(most))
        #expect(Currency.kwd.maximumCharge.minorUnits == 999_999_999_990)
    }

    @Test func `a part of a chargeable amount is made of whole steps`() throws {
        let parts = try money(1_000, "ISK").allocated(by: [1, 1, 1]).map(\.minorUnits)
        #expect(parts == [400, 300, 300])
        #expect(try money(100, "KWD").allocated(by: [1, 2]).map(\.minorUnits) == [30, 70])
        #expect(try money(101, "KWD").allocated(by: [1, 1]).map(\.minorUnits) == [51, 50])
    }

    @Test func `each currency has a price of its own`() throws {
        let amounts = [Money(minorUnits: 9_900, .usd), Money(minorUnits: 14_800, .jpy)]
        let prices = try NativePrices(amounts)
        #expect(prices[.usd] == amounts[0] && prices[.jpy] == amounts[1] && prices[.eur] == nil)
        #expect(prices.currencies == [.jpy, .usd])
    }

    @Test func `a price that cannot be charged is refused`() {
        #expect(throws: NativePrices.Refusal.negative) {
            try NativePrices([Money(minorUnits: -1, .usd)])
        }
        #expect(throws: NativePrices.Refusal.notMultiple(of: 10)) {
            try NativePrices([Money(minorUnits: 9_995, .kwd)])
        }
        #expect(throws: NativePrices.Refusal.currencyTwice(.usd)) {
            try NativePrices([.zero(.usd), Money(minorUnits: 1, .usd)])
        }
    }
}
