import Core
import Testing

@Suite struct CurrencyTests {
    @Test(arguments: ["usd", "USD", "Usd"])
    func `a code is read in either case and kept in capitals`(code: String) {
        #expect(Currency(code) == .usd)
        #expect(Currency(code)?.code == "USD")
    }

    @Test(arguments: [
        "", "US", "USDX", "XXX", " USD", "USD ", "ＵＳＤ", "U$D", "usd\u{0}", "\u{17F}EK",
    ])
    func `what is no currency that is sold in is refused`(code: String) {
        #expect(Currency(code) == nil)
    }

    @Test(
        arguments: [
            (Currency.usd, 2), (.eur, 2), (.gbp, 2), (.jpy, 0), (.kwd, 3),
        ] as [(Currency, Int)]
    )
    func `a currency knows the digits of its minor unit`(currency: Currency, exponent: Int) {
        #expect(currency.exponent == exponent)
    }

    @Test(arguments: [("KRW", 0), ("BHD", 3), ("INR", 2), ("CHF", 2)])
    func `the digits follow the code`(code: String, exponent: Int) {
        #expect(Currency(code)?.exponent == exponent)
    }
}
