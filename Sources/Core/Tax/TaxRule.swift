/// Where somebody is, as far as taxes are concerned.
package struct TaxPlace: Hashable, Sendable {
    /// Two capital letters of ISO 3166-1, such as `DE`; Greece is `GR`.
    package let country: String
    /// The second part of an ISO 3166-2 code, such as `QC` of `CA-QC`.
    package let region: String?

    package init(_ country: String, region: String? = nil) {
        self.country = country
        self.region = region
    }
}

/// What is sold, as far as taxes are concerned.
package enum TaxedProduct: String, Hashable, Sendable, CaseIterable {
    case hosting, domain, license
    /// A fee, such as for set-up.
    case fee
}

/// A tax that a place levies.
///
/// Several may apply to one thing, such as the federal and the provincial tax of Québec: one of
/// each ``component``, the one that says most about place and product. A rule of rate 0 is how a
/// region or a product is left out of its country's tax.
package struct TaxRule: Hashable, Sendable {
    /// The tax as it stands on the invoice: `VAT`, `GST`, `PST`.
    package let component: String
    package let place: TaxPlace
    /// Nil for everything.
    package let product: TaxedProduct?
    package let rate: Ratio
    /// Whether it is levied on the taxes that are not compound as well.
    package let isCompound: Bool
    /// The rule holds from this instant on; nil for always.
    package let validFrom: Instant?
    /// The rule holds until before this instant.
    package let validTo: Instant?

    /// The rate is neither negative nor above the whole amount, and in millionths at the finest.
    package init(
        _ component: String,
        _ place: TaxPlace,
        rate: Ratio,
        product: TaxedProduct? = nil,
        isCompound: Bool = false,
        validFrom: Instant? = nil,
        validTo: Instant? = nil
    ) {
        precondition(rate >= .zero && rate <= .one, "a tax rate is out of range")
        precondition(1_000_000 % rate.denominator == 0, "a tax rate is too fine")
        self.component = component
        self.place = place
        self.rate = rate
        self.product = product
        self.isCompound = isCompound
        self.validFrom = validFrom
        self.validTo = validTo
    }

    func applies(to product: TaxedProduct, in place: TaxPlace, at instant: Instant) -> Bool {
        self.place.country == place.country
            && (self.place.region == nil || self.place.region == place.region)
            && (self.product == nil || self.product == product)
            && (validFrom.map { $0 <= instant } ?? true)
            && (validTo.map { instant < $0 } ?? true)
    }

    /// How much it says about place and product; the place counts more.
    fileprivate var precision: Int { (place.region == nil ? 0 : 2) + (product == nil ? 0 : 1) }
}

/// The taxes that may have to be levied.
package struct TaxRules: Hashable, Sendable {
    package let rules: [TaxRule]

    package init(_ rules: [TaxRule]) { self.rules = rules }

    /// The rules for a product sold somewhere: one of each component, those on other taxes last.
    ///
    /// Of equally precise rules the later in the list counts.
    package func applying(
        to product: TaxedProduct,
        in place: TaxPlace,
        at instant: Instant
    ) -> [TaxRule] {
        var chosen: [TaxRule] = []
        for rule in rules where rule.applies(to: product, in: place, at: instant) {
            if let index = chosen.firstIndex(where: { $0.component == rule.component }) {
                if rule.precision >= chosen[index].precision { chosen[index] = rule }
            } else {
                chosen.append(rule)
            }
        }
        return chosen.filter { !$0.isCompound } + chosen.filter(\.isCompound)
    }
}
