/// Who sells, as far as taxes are concerned.
package struct TaxSeller: Hashable, Sendable {
    package let place: TaxPlace
    /// The countries abroad where the seller is registered and has to levy their tax.
    package let registrations: Set<String>
    /// Whether consumers in the other countries of the European Union are charged their own
    /// country's tax, which is declared at the One Stop Shop. Without it, below the yearly
    /// threshold of 10 000 euros (Directive 2006/112/EC, article 59c), they are charged the
    /// seller's.
    package let usesOneStopShop: Bool
    /// Whether tax is not levied at all, as small businesses may choose; with the note that the law
    /// wants.
    package let smallBusinessNote: String?

    package init(
        _ place: TaxPlace,
        registrations: Set<String> = [],
        usesOneStopShop: Bool = false,
        smallBusinessNote: String? = nil
    ) {
        self.place = place
        self.registrations = registrations
        self.usesOneStopShop = usesOneStopShop
        self.smallBusinessNote = smallBusinessNote
    }
}

/// What the tax offices' register said of a number.
package enum VATCheck: String, Hashable, Sendable, CaseIterable {
    case valid, invalid
    /// Not asked yet, or the register did not answer.
    case pending
}

/// A buyer's freedom from taxes.
package struct TaxExemption: Hashable, Sendable {
    /// The taxes it frees from; nil for all.
    package let components: Set<String>?
    /// Why, such as the number of a certificate; stands on the invoice.
    package let reason: String
    package let validFrom: Instant?
    package let validTo: Instant?

    package init(
        _ reason: String,
        components: Set<String>? = nil,
        validFrom: Instant? = nil,
        validTo: Instant? = nil
    ) {
        self.reason = reason
        self.components = components
        self.validFrom = validFrom
        self.validTo = validTo
    }

    func frees(from component: String, at instant: Instant) -> Bool {
        (components?.contains(component) ?? true) && (validFrom.map { $0 <= instant } ?? true)
            && (validTo.map { instant < $0 } ?? true)
    }
}

/// Who buys, as far as taxes are concerned.
package struct TaxBuyer: Hashable, Sendable {
    package let place: TaxPlace
    package let vatNumber: VATNumber?
    package let vatCheck: VATCheck
    package let exemptions: [TaxExemption]

    package init(
        _ place: TaxPlace,
        vatNumber: VATNumber? = nil,
        vatCheck: VATCheck = .pending,
        exemptions: [TaxExemption] = []
    ) {
        self.place = place
        self.vatNumber = vatNumber
        self.vatCheck = vatCheck
        self.exemptions = exemptions
    }

    /// Whether the buyer is known to be a business of its country in the European Union.
    var isConfirmedUnionBusiness: Bool {
        vatCheck == .valid && vatNumber?.country == place.country
            && EuropeanUnion.contains(place.country)
    }
}

/// The countries whose value added tax is that of Directive 2006/112/EC.
package enum EuropeanUnion {
    private static let members: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ]

    /// Whether a country, by its ISO code, is a member. Northern Ireland is not one for services.
    package static func contains(_ country: String) -> Bool { members.contains(country) }
}
