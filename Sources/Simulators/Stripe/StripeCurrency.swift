/// What Stripe takes in each currency.
enum StripeCurrency {
    private static let codes = Set(
        """
        usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd \
        bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp \
        gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw \
        kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad \
        ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek \
        sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst \
        xaf xcd xof xpf yer zar zmw
        """.split(separator: " ").map(String.init)
    )

    private static let minimums: [String: Int64] = [
        "gbp": 30, "dkk": 250, "nok": 300, "sek": 300, "pln": 200, "ron": 200, "myr": 200,
        "czk": 1_500, "huf": 17_500, "hkd": 400, "mxn": 1_000, "thb": 1_000, "aed": 200,
    ]

    private static let withoutMinorUnit: Set<String> = [
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv",
        "xaf", "xof", "xpf",
    ]

    private static let threeDecimals: Set<String> = ["bhd", "jod", "kwd", "omr", "tnd"]

    /// Refuses what Stripe would not charge.
    static func check(
        _ amount: Int64,
        _ currency: String,
        param: String = "amount"
    ) throws(StripeError) {
        let code = currency.lowercased()
        guard codes.contains(code) else {
            throw .parameter(
                "Invalid currency: \(currency). Stripe currently supports these currencies: "
                    + codes.sorted().joined(separator: ", "),
                param: "currency"
            )
        }
        guard amount >= 1 else {
            throw .parameter(
                "This value must be greater than or equal to 1.",
                code: "parameter_invalid_integer",
                param: param
            )
        }
        guard amount >= minimum(of: code) else {
            throw .parameter(
                "Amount must be at least \(text(minimum(of: code), code))",
                code: "amount_too_small",
                param: param
            )
        }
        guard amount <= 999_999_999_999 else {
            throw .parameter(
                "Amount must be no more than \(text(999_999_999_999, code))",
                code: "amount_too_large",
                param: param
            )
        }
        let step: Int64 =
            threeDecimals.contains(code) ? 10 : ["isk", "ugx"].contains(code) ? 100 : 1
        guard amount.isMultiple(of: step) else {
            throw .parameter(
                "Invalid amount: must be divisible by \(step) in \(code)",
                param: param
            )
        }
    }

    /// The least that is charged, in the minor unit.
    static func minimum(of code: String) -> Int64 {
        if let minimum = minimums[code] { return minimum }
        return threeDecimals.contains(code) ? 500 : 50
    }

    /// An amount as people read it, such as `$0.50 usd`.
    static func text(_ amount: Int64, _ code: String) -> String {
        let symbol = ["usd": "$", "eur": "€", "gbp": "£"][code] ?? ""
        return "\(symbol)\(digits(amount, code)) \(code)"
    }

    /// An amount in whole units with its decimals.
    static func digits(_ amount: Int64, _ code: String) -> String {
        if withoutMinorUnit.contains(code) { return String(amount) }
        let places = threeDecimals.contains(code) ? 3 : 2
        let unit: Int64 = places == 3 ? 1_000 : 100
        let rest = String(amount % unit)
        let zeros = String(repeating: "0", count: places - rest.count)
        return "\(amount / unit).\(zeros)\(rest)"
    }
}
