import Core
import Testing

@Suite struct VATNumberTests {
    // Of each form that a country knows, one.
    @Test(arguments: [
        "ATU13585627", "BE0428759497", "BG175074752", "CY10259033P", "CZ25123891", "CZ7103192745",
        "CZ640903926", "DE136695976", "DK13585628", "EE100931558", "EL094259216", "ES54362315K",
        "ESX2482300W", "ESB58378431", "FI20774740", "FR40303265045", "FR83404833048",
        "FRK7399859412", "HR33392005961", "HU12892312", "IE6433435F", "IE6433435OA", "IE8D79739I",
        "IT00743110157", "LT119511515", "LT100001919017", "LU15027442", "LV40003521600",
        "LV16117519997", "MT11679112", "NL004495445B01", "NL002455799B11", "PL8567346215",
        "PT501964843", "RO18547290", "SE123456789701", "SI50223054", "SK2022749619",
        "XI432525179",
    ])
    func `a number that is right is read as it is written`(text: String) throws {
        #expect(try VATNumber(text).text == text)
    }

    @Test(arguments: [
        ("de 136.695.976", "DE136695976", "DE"), ("GR094259216", "EL094259216", "GR"),
        ("BE428759497", "BE0428759497", "BE"), ("xi 432 5251 79", "XI432525179", "GB"),
        ("FR 40-303 265 045", "FR40303265045", "FR"),
    ])
    func `a number is read however people write it`(
        text: String,
        expected: String,
        country: String
    ) throws {
        let number = try VATNumber(text)
        #expect(number.text == expected && number.country == country)
    }

    @Test(arguments: [
        "ATU13585626", "BE0428759498", "BG175074751", "CY10259033Z", "CZ25123890", "DE136695978",
        "DK13585627", "EE100931557", "EL123456781", "ES54362315Z", "ESB58378432", "FI20774741",
        "FR84323140391", "HR33392005962", "HU12892313", "IE6433435E", "IT00743110158",
        "LT100001919018", "LU15027443", "LV40003521601", "MT11679113", "NL123456789B90",
        "PL8567346216", "PT501964842", "RO18547291", "SE123456789101", "SI50223055", "SK2022749618",
        "XI432525178",
    ])
    func `a number that is mistyped is refused`(text: String) {
        #expect(throws: VATNumber.Problem.wrongCheckDigits(prefix: String(text.prefix(2)))) {
            try VATNumber(text)
        }
    }

    @Test(arguments: [
        "DE12345678", "DE1234567890", "ATX13585627", "NL123456789A01", "FRIO303265045X", "IE",
        "ES1234567", "RO1", "DE13669597６",
    ])
    func `what has not its country's form is refused`(text: String) {
        #expect(throws: VATNumber.Problem.self) { try VATNumber(text) }
    }

    @Test(arguments: ["", "D", "US123456789", "GB980780684", "136695976", "ＤＥ136695976"])
    func `what is of no member is refused`(text: String) {
        #expect(throws: VATNumber.Problem.unknownCountry) { try VATNumber(text) }
    }
}
