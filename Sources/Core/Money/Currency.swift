/// A currency by its ISO 4217 code.
///
/// Amounts are counted as Stripe counts them, so that what stands in the books is what is charged:
/// the minor unit is ISO 4217's but for the exceptions that Stripe's documentation lists under
/// "Zero-decimal currencies", "Special cases" and "Three-decimal currencies".
package struct Currency: Hashable, Sendable {
    /// The letters, eight bits each.
    private let letters: UInt32

    /// How many digits the minor unit has: 2 for cents, 0 for the yen, 3 for the Kuwaiti dinar.
    ///
    /// The Icelandic króna and the Ugandan shilling have none in use and are counted with two, as
    /// Stripe does.
    package let exponent: Int

    /// What every amount that is charged is a multiple of, in minor units.
    ///
    /// 10 for three-decimal currencies, whose last digit is 0; 100 for the króna and the Ugandan
    /// shilling, which are counted in hundredths that do not exist; otherwise 1.
    package let step: Int64

    /// A currency that may be sold in; nil for any other text. Case does not matter.
    package init?(_ code: String) {
        guard code.isASCII else { return nil }
        let code = code.uppercased()
        guard Currency.sold.contains(code) else { return nil }
        self.init(known: code)
    }

    private init(known code: String) {
        letters = code.utf8.reduce(0) { $0 << 8 | UInt32($1) }
        if Currency.zeroDecimal.contains(code) {
            (exponent, step) = (0, 1)
        } else if Currency.threeDecimal.contains(code) {
            (exponent, step) = (3, 10)
        } else {
            (exponent, step) = (2, Currency.wholeOnly.contains(code) ? 100 : 1)
        }
    }

    /// Three capital letters.
    package var code: String {
        String(
            decoding: [16, 8, 0].map { UInt8(truncatingIfNeeded: letters >> $0) },
            as: UTF8.self
        )
    }

    package static func == (one: Currency, other: Currency) -> Bool {
        one.letters == other.letters
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(letters) }

    package static let usd = Currency(known: "USD")
    package static let eur = Currency(known: "EUR")
    package static let gbp = Currency(known: "GBP")
    package static let jpy = Currency(known: "JPY")
    package static let kwd = Currency(known: "KWD")

    /// Without a minor unit (Stripe's list, not ISO's: the ariary counts here as a whole).
    private static let zeroDecimal: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
        "XOF", "XPF",
    ]

    private static let threeDecimal: Set<String> = ["BHD", "JOD", "KWD", "OMR", "TND"]

    /// Two decimals on the wire, of which both are always 0.
    private static let wholeOnly: Set<String> = ["ISK", "UGX"]

    /// The currencies that may be sold in.
    private static let sold: Set<String> = zeroDecimal.union(threeDecimal).union(wholeOnly).union([
        "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD", "HKD", "INR", "BRL", "MXN", "SEK",
        "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "MYR", "THB", "AED",
    ])
}
