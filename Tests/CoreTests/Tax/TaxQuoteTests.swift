import Core
import Testing

@Suite struct TaxQuoteTests {
    private func buyer(_ country: String, _ region: String? = nil) -> TaxBuyer {
        TaxBuyer(TaxPlace(country, region: region))
    }

    @Test(
        arguments: [
            ("BC", ["GST 10000 500", "PST 10000 700"]), ("AB", ["GST 10000 500"]),
            ("QC", ["GST 10000 500", "QST 10000 998"]),
            ("PE", ["GST 10000 500", "PST 10500 1050"]), ("NU", ["GST 10000 0"]),
        ]
    )
    func `a region's taxes come on top of the country's`(region: String, taxes: [String]) {
        let quote = TaxSample.quote(
            [10_000],
            seller: TaxSample.canadian,
            buyer: buyer("CA", region)
        )
        #expect(quote.brief == taxes)
    }

    @Test func `a rule for a product goes before one for all`() {
        let quote = TaxSample.quote(
            [10_000],
            seller: TaxSample.canadian,
            buyer: buyer("CA", "AB"),
            product: .domain
        )
        #expect(quote.brief == ["GST 10000 1000"])
    }

    @Test func `a rule holds from its first instant until before its last`() {
        let change = Instant(seconds: 1_800_000_000)
        func tax(_ from: Instant?, _ to: Instant?) -> [String] {
            let rule = TaxRule(
                "VAT",
                TaxPlace("DE"),
                rate: .basisPoints(1_600),
                validFrom: from,
                validTo: to
            )
            return TaxSample.quote([100], buyer: buyer("DE"), rules: TaxRules([rule])).brief
        }
        #expect(tax(change, nil) == ["VAT 100 16"] && tax(nil, change + 1) == ["VAT 100 16"])
        #expect(tax(change + 1, nil) == [] && tax(nil, change) == [])
    }

    @Test func `rounding each line and rounding the bill differ by a cent, and are both exact`() {
        let amounts: [Int64] = [13, 13, 13]
        let lines = TaxSample.quote(amounts, buyer: buyer("DE"))
        #expect(lines.lines.map(\.tax.minorUnits) == [2, 2, 2])
        let bill = TaxSample.quote(
            amounts,
            buyer: buyer("DE"),
            settings: TaxSettings(rounding: .invoice)
        )
        #expect(bill.lines.map(\.tax.minorUnits) == [3, 2, 2])
        #expect(bill.brief == ["VAT 39 7"])
    }

    @Test func `half a cent goes to the even one, or up, as is set`() {
        let rules = TaxRules([TaxRule("VAT", TaxPlace("DE"), rate: .basisPoints(500))])
        func tax(_ rounding: Rounding) -> Int64 {
            TaxSample.quote(
                [50],
                buyer: buyer("DE"),
                settings: TaxSettings(rounding),
                rules: rules
            ).tax(.eur).minorUnits
        }
        #expect(tax(.halfEven) == 2 && tax(.halfAwayFromZero) == 3 && tax(.towardsZero) == 2)
    }

    @Test func `a price that contains its tax stays what it is`() {
        let quote = TaxSample.quote(
            [11_900, 999],
            buyer: buyer("DE"),
            settings: TaxSettings(isInclusive: true)
        )
        #expect(quote.lines.map(\.net.minorUnits) == [10_000, 839])
        #expect(quote.lines.map(\.gross.minorUnits) == [11_900, 999])
    }

    @Test func `taxes within a price are shared out by what each takes`() {
        let quote = TaxSample.quote(
            [11_550],
            seller: TaxSample.canadian,
            buyer: buyer("CA", "PE"),
            settings: TaxSettings(isInclusive: true)
        )
        #expect(quote.brief == ["GST 10000 500", "PST 10500 1050"])
    }

    @Test func `a buyer's exemption frees from the taxes it names`() {
        let exemption = TaxExemption("certificate 4711", components: ["PST"])
        let buyer = TaxBuyer(TaxPlace("CA", region: "BC"), exemptions: [exemption])
        let quote = TaxSample.quote([10_000], seller: TaxSample.canadian, buyer: buyer)
        #expect(quote.brief == ["GST 10000 500"])
        #expect(quote.notes == ["Exempt: certificate 4711"])
        let ended = TaxExemption("old", validTo: Instant(seconds: 1_800_000_000))
        let other = TaxBuyer(TaxPlace("DE"), exemptions: [ended])
        #expect(TaxSample.quote([10_000], buyer: other).brief == ["VAT 10000 1900"])
    }

    @Test func `the reasons say which rule applied`() {
        let quote = TaxSample.quote([100], seller: TaxSample.canadian, buyer: buyer("CA", "QC"))
        #expect(
            quote.reasons == [
                "The tax of the seller's country applies.", "GST of CA: 5 %.",
                "QST of CA-QC: 9.975 %.",
            ]
        )
    }

    @Test(arguments: UInt64(1)...40)
    func `shares of a rounded tax sum to it and are less than a cent off`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let amounts = (0..<9).map { _ in Int64.random(in: -5_000...50_000, using: &numbers) }
        let settings = TaxSettings(rounding: .invoice)
        let quote = TaxSample.quote(amounts, buyer: buyer("DE"), settings: settings)
        let exact = Int128(amounts.reduce(0, +)) * 19
        let sum = Rounding.halfEven.quotient(exact, by: 100)
        #expect(Int128(quote.tax(.eur).minorUnits) == sum)
        for line in quote.lines {
            #expect(abs(line.tax.minorUnits * 100 - line.net.minorUnits * 19) < 100)
        }
    }
}
