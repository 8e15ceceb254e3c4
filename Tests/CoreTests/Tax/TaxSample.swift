import Core

/// Parties and rules that the tests of taxes are written with.
enum TaxSample {
    static let rules = TaxRules([
        TaxRule("VAT", TaxPlace("DE"), rate: .basisPoints(1_900)),
        TaxRule("VAT", TaxPlace("FR"), rate: .basisPoints(2_000)),
        TaxRule("VAT", TaxPlace("GR"), rate: .basisPoints(2_400)),
        TaxRule("VAT", TaxPlace("GB"), rate: .basisPoints(2_000)),
        TaxRule("GST", TaxPlace("CA"), rate: .basisPoints(500)),
        TaxRule("PST", TaxPlace("CA", region: "BC"), rate: .basisPoints(700)),
        TaxRule("QST", TaxPlace("CA", region: "QC"), rate: .millionths(99_750)),
        // Prince Edward Island levied its tax on the federal one until 2013.
        TaxRule("PST", TaxPlace("CA", region: "PE"), rate: .basisPoints(1_000), isCompound: true),
        TaxRule("GST", TaxPlace("CA", region: "NU"), rate: .zero),
        TaxRule("GST", TaxPlace("CA"), rate: .basisPoints(1_000), product: .domain),
    ])

    static let german = TaxSeller(TaxPlace("DE"), usesOneStopShop: true)
    static let canadian = TaxSeller(TaxPlace("CA", region: "BC"))

    static func quote(
        _ cents: [Int64],
        seller: TaxSeller = german,
        buyer: TaxBuyer,
        settings: TaxSettings = TaxSettings(),
        product: TaxedProduct = .hosting,
        rules: TaxRules = TaxSample.rules
    ) -> TaxQuote {
        TaxQuote(
            cents.map { TaxableLine(product, Money(minorUnits: $0, .eur)) },
            seller: seller,
            buyer: buyer,
            rules: rules,
            settings: settings,
            at: Instant(seconds: 1_800_000_000)
        )
    }
}

extension TaxQuote {
    /// Name, base and amount of each tax of the document.
    var brief: [String] {
        components.map { "\($0.component) \($0.base.minorUnits) \($0.amount.minorUnits)" }
    }
}
