package import Core
import Postgres
import Wire

/// What administrators set about taxes: where the seller stands, and how taxes are computed.
///
/// The seller's country is that of the company.
package struct TaxPolicy: Sendable, Equatable {
    /// The seller's state or province, where it levies a tax of its own.
    package var region: String?
    /// The number that stands on invoices, such as a VAT number.
    package var taxID: String?
    /// Where the seller is registered abroad, by ISO code, in the order of the alphabet.
    package var registrations: [String] = []
    package var usesOneStopShop = false
    /// With it, no tax is levied.
    package var smallBusinessNote: String?
    package var pricesIncludeTax = false
    package var unit = TaxSettings.Unit.line
    package var rounding = Rounding.halfEven

    package init() {}

    /// Who sells.
    func seller(in country: String) -> TaxSeller {
        TaxSeller(
            TaxPlace(country, region: region),
            registrations: Set(registrations),
            usesOneStopShop: usesOneStopShop,
            smallBusinessNote: smallBusinessNote
        )
    }

    /// How taxes are computed.
    var settings: TaxSettings {
        TaxSettings(isInclusive: pricesIncludeTax, rounding: unit, rounding)
    }
}

extension TaxPolicy {
    /// The policy as it is stored; what is not there is as it is at first.
    init(_ json: JSON) throws {
        self.init()
        region = json["region"]?.string
        taxID = json["tax_id"]?.string
        registrations = (json["registrations"]?.array ?? []).compactMap(\.string)
        usesOneStopShop = json["one_stop_shop"]?.bool ?? false
        smallBusinessNote = json["small_business_note"]?.string
        pricesIncludeTax = json["prices_include_tax"]?.bool ?? false
        let column = UnreadableColumn("settings.tax")
        if let word = json["rounding_unit"]?.string {
            unit = try TaxSettings.Unit(rawValue: word).orThrow(column)
        }
        if let word = json["rounding"]?.string {
            rounding = try Rounding(rawValue: word).orThrow(column)
        }
    }

    var json: JSON {
        [
            "region": region.map { .string($0) } ?? .null,
            "tax_id": taxID.map { .string($0) } ?? .null,
            "registrations": .array(registrations.map { .string($0) }),
            "one_stop_shop": .bool(usesOneStopShop),
            "small_business_note": smallBusinessNote.map { .string($0) } ?? .null,
            "prices_include_tax": .bool(pricesIncludeTax),
            "rounding_unit": .string(unit.rawValue), "rounding": .string(rounding.rawValue),
        ]
    }
}

extension Session {
    func taxPolicy() throws -> TaxPolicy {
        try setting(SettingName.tax).map { try TaxPolicy($0) } ?? TaxPolicy()
    }
}
