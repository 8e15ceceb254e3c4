import Core
import Foundation
import Support
import Web
import Wire

extension TaxedProduct: APIEnum {}
extension TaxSettings.Unit: APIEnum {}
extension Rounding: APIEnum {}
extension VATCheck: APIEnum {}
extension TaxRuleRecord.Standing: APIEnum {}

/// The rate of a tax in per cent, as people and programs write it: `19`, `9.975`.
struct TaxRate: APIString, Equatable {
    static var format: String { "percent" }
    static var requirement: String {
        "per cent from 0 to 100 with up to four decimals, such as 19 or 9.975"
    }

    let ratio: Ratio

    init(_ ratio: Ratio) { self.ratio = ratio }

    init?(apiString text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isWritten =
            (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
            }
        let decimals = parts.count == 2 ? parts[1] : ""
        guard isWritten, parts[0].utf8.count <= 3, decimals.utf8.count <= 4,
            let millionths = Int64(
                parts[0] + decimals + String(repeating: "0", count: 4 - decimals.utf8.count)
            ), millionths <= 1_000_000
        else { return nil }
        ratio = .millionths(millionths)
    }

    var apiString: String { String(ratio.percentText.dropLast(2)) }
}

/// A tax on a line, or on all of a document's.
struct TaxComponentBody: APIModel {
    let component: String
    let country: String
    let region: String?
    let rate: TaxRate
    let isCompound: Bool
    let base: MoneyBody
    let amount: MoneyBody

    static let model = Model(
        "tax_component",
        "One tax with what it is levied on.",
        TaxComponentBody.init(component:country:region:rate:isCompound:base:amount:),
        Field("component", \.component, "The tax by its name, such as VAT."),
        Field("country", \.country, "Whose tax it is."),
        Field("region", \.region, "The state or province whose tax it is."),
        Field("rate", \.rate, "In per cent."),
        Field("compound", \.isCompound, "Whether it is levied on the other taxes as well."),
        Field("base", \.base, "What it is levied on."),
        Field("amount", \.amount, "The tax."),
    )
}

extension TaxComponentBody {
    init(_ tax: TaxComponent) {
        self.init(
            component: tax.component,
            country: tax.place.country,
            region: tax.place.region,
            rate: TaxRate(tax.rate),
            isCompound: tax.isCompound,
            base: MoneyBody(tax.base),
            amount: MoneyBody(tax.amount)
        )
    }
}

/// The seller's taxes, in the settings.
struct TaxPolicyBody: APIModel {
    let region: String?
    let taxID: String?
    let registrations: [String]
    let usesOneStopShop: Bool
    let smallBusinessNote: String?
    let pricesIncludeTax: Bool
    let unit: TaxSettings.Unit
    let rounding: Rounding

    static let model = Model(
        "tax_policy",
        "Where the seller stands as to taxes, and how they are computed. The seller's country is "
            + "that of the company.",
        TaxPolicyBody.init(
            region:
            taxID:
            registrations:
            usesOneStopShop:
            smallBusinessNote:
            pricesIncludeTax:
            unit:
            rounding:
        ),
        Field(
            "region",
            \.region,
            "The seller's state or province, where it levies a tax of its own.",
            .pattern("[A-Z0-9]{1,3}", "one to three capital letters or digits")
        ),
        Field(
            "tax_id",
            \.taxID,
            "The number that stands on invoices.",
            .length(1...40),
            .singleLine
        ),
        Field(
            "registrations",
            \.registrations,
            "The countries abroad whose tax the seller levies, by ISO 3166.",
            .count(0...250)
        ),
        Field(
            "one_stop_shop",
            \.usesOneStopShop,
            "Whether consumers elsewhere in the European Union pay their own country's tax."
        ),
        Field(
            "small_business_note",
            \.smallBusinessNote,
            "With it no tax is levied, and it stands on invoices.",
            .length(1...300),
            .singleLine
        ),
        Field("prices_include_tax", \.pricesIncludeTax, "Whether prices contain the tax."),
        Field("rounding_unit", \.unit, "What is rounded at a time."),
        Field("rounding", \.rounding, "How fractions become whole amounts."),
    )

    /// - Throws: a ``Web/Problem`` 422 for a country that is none.
    func policy() throws -> TaxPolicy {
        guard registrations.allSatisfy({ Countries.names[$0] != nil }) else {
            throw Problem.invalid(
                "tax.registrations",
                "unknown_country",
                "Name countries by two capital letters."
            )
        }
        var policy = TaxPolicy()
        policy.region = region
        policy.taxID = taxID
        policy.registrations = Set(registrations).sorted()
        policy.usesOneStopShop = usesOneStopShop
        policy.smallBusinessNote = smallBusinessNote
        policy.pricesIncludeTax = pricesIncludeTax
        policy.unit = unit
        policy.rounding = rounding
        return policy
    }
}

extension TaxPolicyBody {
    init(_ policy: TaxPolicy) {
        self.init(
            region: policy.region,
            taxID: policy.taxID,
            registrations: policy.registrations,
            usesOneStopShop: policy.usesOneStopShop,
            smallBusinessNote: policy.smallBusinessNote,
            pricesIncludeTax: policy.pricesIncludeTax,
            unit: policy.unit,
            rounding: policy.rounding
        )
    }
}
