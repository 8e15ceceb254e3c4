import Core
import Foundation
import Support
import Web

/// What stands in the form of a tax rule.
enum TaxRuleForm {
    /// - Throws: ``Web/FormErrors``.
    static func read(_ form: inout FormReader) throws -> TaxRule {
        let component = form.text("component", length: 1...40)
        let country = form.parse("country", "Choose a country.") {
            Countries.names[$0] == nil ? nil : $0
        }
        let region = form.parseOptional("region", "One to three capital letters, such as QC.") {
            $0.isRegionCode ? $0 : nil
        }
        let product = form.parseOptional("product", "Choose one of the list.") {
            TaxedProduct(rawValue: $0)
        }
        let rate = form.parse("rate", "Enter \(TaxRate.requirement).") { TaxRate(apiString: $0) }
        let start = form.day("valid_from")
        let end = form.day("valid_to")
        let values = try form.values(component, country, rate)
        do {
            return try TaxRule(
                values.0,
                TaxPlace(values.1, region: region),
                rate: values.2.ratio,
                product: product,
                isCompound: form.flag("compound"),
                validFrom: start.map { Instant($0) },
                validTo: end.map { Instant($0) }
            )
        } catch {
            form.fail(
                error == .neverValid ? "valid_to" : "rate",
                error == .neverValid
                    ? "The end has to come after the start." : "Enter \(TaxRate.requirement)."
            )
            throw form.errors
        }
    }
}

/// What stands in the form of the seller's taxes.
enum TaxPolicyForm {
    static func values(of policy: TaxPolicy) -> FormErrors {
        FormErrors(values: [
            "region": policy.region ?? "", "tax_id": policy.taxID ?? "",
            "registrations": policy.registrations.joined(separator: ", "),
            "one_stop_shop": policy.usesOneStopShop ? "yes" : "",
            "small_business_note": policy.smallBusinessNote ?? "",
            "prices_include_tax": policy.pricesIncludeTax ? "yes" : "",
            "rounding_unit": policy.unit.rawValue, "rounding": policy.rounding.rawValue,
        ])
    }

    /// - Throws: ``Web/FormErrors``.
    static func read(_ form: inout FormReader) throws -> TaxPolicy {
        var policy = TaxPolicy()
        policy.region = form.parseOptional("region", "One to three capital letters, such as QC.") {
            $0.isRegionCode ? $0 : nil
        }
        policy.taxID = form.optional("tax_id", length: 1...40)
        policy.registrations = registrations(&form)
        policy.usesOneStopShop = form.flag("one_stop_shop")
        policy.smallBusinessNote = form.optional("small_business_note", length: 1...300)
        policy.pricesIncludeTax = form.flag("prices_include_tax")
        let unit = form.choice("rounding_unit", TaxSettings.Unit.self)
        let rounding = form.choice("rounding", Rounding.self)
        (policy.unit, policy.rounding) = try form.values(unit, rounding)
        return policy
    }

    private static func registrations(_ form: inout FormReader) -> [String] {
        guard let text = form.optional("registrations", length: 1...1_000) else { return [] }
        let codes = text.uppercased().split { $0 == "," || $0.isWhitespace }.map(String.init)
        if let unknown = codes.first(where: { Countries.names[$0] == nil }) {
            form.fail("registrations", "“\(unknown)” is no country. Write FR, IT.")
        }
        return Set(codes).sorted()
    }
}

/// What stands in the form of an exemption.
enum ExemptionForm {
    /// - Throws: ``Web/FormErrors``.
    static func read(_ form: inout FormReader) throws -> TaxExemption {
        let reason = form.text("reason", length: 1...200)
        let names = form.optional("components").map { text in
            Set(text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        }
        let start = form.day("valid_from")
        let end = form.day("valid_to")
        if let start, let end, start >= end {
            form.fail("valid_to", "The end has to come after the start.")
        }
        return TaxExemption(
            try form.values(reason),
            components: names?.isEmpty == true ? nil : names,
            validFrom: start.map { Instant($0) },
            validTo: end.map { Instant($0) }
        )
    }
}

extension FormReader {
    /// A day's beginning in UTC, which may be left out.
    mutating func day(_ name: String) -> Date? {
        parseOptional(name, "Enter a day such as 2027-01-01.") { Date(day: $0) }
    }
}

extension String {
    fileprivate var isRegionCode: Bool {
        (1...3).contains(utf8.count)
            && utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    }
}
