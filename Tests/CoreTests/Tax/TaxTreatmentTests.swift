import Core
import Testing

@Suite struct TaxTreatmentTests {
    private func buyer(
        _ country: String,
        _ number: String? = nil,
        _ check: VATCheck = .valid
    ) throws -> TaxBuyer {
        let number = try number.map { text in try VATNumber(text) }
        return TaxBuyer(TaxPlace(country), vatNumber: number, vatCheck: check)
    }

    @Test func `who buys at home pays the tax of home, business or not`() throws {
        let quote = TaxSample.quote([100], buyer: try buyer("DE", "DE136695976"))
        #expect(quote.treatment == .domestic && quote.brief == ["VAT 100 19"])
    }

    @Test func `a business elsewhere in the Union owes the tax itself, with the note`() throws {
        let quote = TaxSample.quote([100], buyer: try buyer("FR", "FR40303265045"))
        #expect(quote.treatment == .reverseCharge && quote.brief == [])
        #expect(quote.notes.count == 1 && quote.notes[0].contains("Article 196"))
        let greek = TaxSample.quote([100], buyer: try buyer("GR", "EL094259216"))
        #expect(greek.treatment == .reverseCharge)
    }

    @Test(arguments: [VATCheck.pending, .invalid])
    func `a number that nobody confirmed makes no business`(check: VATCheck) throws {
        let quote = TaxSample.quote([100], buyer: try buyer("FR", "FR40303265045", check))
        #expect(quote.treatment == .destination && quote.brief == ["VAT 100 20"])
        #expect(quote.reasons.count == 3)
    }

    @Test func `a number of another country than the buyer's makes no business there`() throws {
        let quote = TaxSample.quote([100], buyer: try buyer("FR", "EL094259216"))
        #expect(quote.treatment == .destination)
        let irish = TaxSample.quote([100], buyer: try buyer("GB", "XI432525179"))
        #expect(irish.treatment == .outOfScope)
    }

    @Test func `a consumer in the Union pays the tax of home below the threshold`() throws {
        let small = TaxSeller(TaxPlace("DE"), usesOneStopShop: false)
        let quote = TaxSample.quote([100], seller: small, buyer: try buyer("FR"))
        #expect(quote.treatment == .domestic && quote.brief == ["VAT 100 19"])
    }

    @Test func `who is outside of the Union pays no tax of it`() throws {
        let quote = TaxSample.quote([100], buyer: try buyer("GB"))
        #expect(quote.treatment == .outOfScope && quote.brief == [] && quote.notes == [])
    }

    @Test func `a seller registered abroad levies that country's tax`() throws {
        let seller = TaxSeller(TaxPlace("DE"), registrations: ["GB"])
        let quote = TaxSample.quote([100], seller: seller, buyer: try buyer("GB"))
        #expect(quote.treatment == .destination && quote.brief == ["VAT 100 20"])
    }

    @Test func `a seller outside of the Union levies nothing there unless it declares it`() throws {
        let foreign = TaxSeller(TaxPlace("GB"))
        #expect(TaxTreatment(foreign, try buyer("FR")) == .outOfScope)
        #expect(TaxTreatment(foreign, try buyer("FR", "FR40303265045")) == .reverseCharge)
        let declaring = TaxSeller(TaxPlace("GB"), usesOneStopShop: true)
        #expect(TaxTreatment(declaring, try buyer("FR")) == .destination)
        #expect(TaxTreatment(declaring, try buyer("US")) == .outOfScope)
    }

    @Test func `a small business levies nothing and says why`() throws {
        let small = TaxSeller(TaxPlace("DE"), smallBusinessNote: "Kein Ausweis nach § 19 UStG.")
        let quote = TaxSample.quote([100], seller: small, buyer: try buyer("DE"))
        #expect(quote.brief == [] && quote.notes == ["Kein Ausweis nach § 19 UStG."])
    }
}
