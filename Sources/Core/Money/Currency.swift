/// A currency by its ISO 4217 code.
package struct Currency: Hashable, Sendable {
    /// Three capital letters.
    package let code: String

    /// A currency we have an exponent for; nil for any other text. Case does not matter.
    package init?(_ code: String) {
        guard code.isASCII else { return nil }
        let code = code.uppercased()
        guard Currency.exponents[code] != nil else { return nil }
        self.code = code
    }

    private init(known code: String) { self.code = code }

    package static let usd = Currency(known: "USD")
    package static let eur = Currency(known: "EUR")
    package static let gbp = Currency(known: "GBP")
    package static let jpy = Currency(known: "JPY")
    package static let kwd = Currency(known: "KWD")

    /// How many digits the minor unit has: 2 for cents, 0 for the yen, 3 for the Kuwaiti dinar.
    package var exponent: Int { Currency.exponents[code] ?? 2 }

    /// The currencies that may be sold in, with the digits of their minor unit (ISO 4217).
    private static let exponents = [
        "USD": 2, "EUR": 2, "GBP": 2, "CHF": 2, "CAD": 2, "AUD": 2, "INR": 2, "SEK": 2, "NOK": 2,
        "DKK": 2, "PLN": 2, "JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3,
    ]
}
