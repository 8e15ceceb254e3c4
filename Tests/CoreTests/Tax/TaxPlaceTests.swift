import Core
import Testing

@Suite struct TaxPlaceTests {
    @Test(arguments: [
        ("CA", "QC", "QC"), ("CA", "Québec", "QC"), ("CA", "quebec", "QC"), ("CA", "CA-QC", "QC"),
        ("CA", "Prince Edward Island", "PE"), ("US", "N.Y.", "NY"), ("US", "New York", "NY"),
        ("DE", "BY", "BY"), ("AU", "nsw", "NSW"),
    ])
    func `a region is read as people write it`(country: String, state: String, code: String) {
        #expect(TaxPlace(country, state: state) == TaxPlace(country, region: code))
    }

    @Test(arguments: [("CA", "Nowhere"), ("US", "QC"), ("DE", "Bayern"), ("GB", "")])
    func `what names no region is none`(country: String, state: String) {
        #expect(TaxPlace(country, state: state) == TaxPlace(country))
    }
}
