import Core
import Wire

extension Question {
    /// A fraction of an amount.
    func scaled() throws -> JSON {
        let money = Money(minorUnits: try integer("amount"), try currency())
        let result = money.scaled(
            by: try integer("numerator"),
            over: try integer("denominator"),
            rounding: try rounding()
        )
        return .integer(result.minorUnits)
    }

    /// The parts of an amount by weights.
    func allocated() throws -> JSON {
        let money = Money(minorUnits: try integer("amount"), try currency())
        return JSON(money.allocated(by: try integers("weights")).map(\.minorUnits))
    }

    /// The taxes of lines, each line's in the order of the rates.
    func tax() throws -> JSON {
        let currency = try currency()
        let quote = TaxQuote(
            try integers("amounts").map {
                TaxableLine(.hosting, Money(minorUnits: $0, currency))
            },
            seller: TaxSeller(TaxPlace("CA")),
            buyer: TaxBuyer(TaxPlace("CA")),
            rules: try rules(),
            settings: try taxSettings(),
            at: Instant(seconds: 0)
        )
        return .array(
            quote.lines.map { line in
                [
                    "net": .integer(line.net.minorUnits),
                    "taxes": JSON(line.components.map(\.amount.minorUnits)),
                ]
            }
        )
    }

    /// A bill of charges with a percentage off and credit.
    func bill() throws -> JSON {
        let currency = try currency()
        let points = try integer("basis_points")
        let bill = Bill(
            try integers("amounts").map {
                BillItem(.hosting, .charge(Money(minorUnits: $0, currency)))
            },
            currency,
            BillTerms(
                seller: TaxSeller(TaxPlace("CA")),
                buyer: TaxBuyer(TaxPlace("CA")),
                rules: try rules(),
                tax: try taxSettings(),
                coupons: points == 0 ? [] : [try CouponTerms(.percent(basisPoints: points))]
            ),
            at: Instant(seconds: 0)
        )
        return [
            "discounts": JSON(bill.lines.map(\.discount.minorUnits)),
            "taxes": JSON(bill.lines.map(\.tax.minorUnits)),
            "total": .integer(bill.total.minorUnits),
        ]
    }

    private func rules() throws -> TaxRules {
        TaxRules(
            try list("rates").enumerated().map { index, rate in
                try TaxRule(
                    "tax \(index)",
                    TaxPlace("CA"),
                    rate: .millionths(try rate.integer("millionths")),
                    isCompound: rate.json["compound"]?.bool ?? false
                )
            }
        )
    }

    private func taxSettings() throws -> TaxSettings {
        TaxSettings(
            isInclusive: json["inclusive"]?.bool ?? false,
            rounding: json["by_invoice"]?.bool == true ? .invoice : .line,
            try rounding()
        )
    }

    /// A VAT number as it is read; null for what is none.
    func vat(_ text: String) -> JSON {
        do { return .string(try VATNumber(text).text) } catch { return .null }
    }
}
