/// Which country's tax a sale bears, and why.
package enum TaxTreatment: Hashable, Sendable {
    /// The seller's own.
    case domestic
    /// The buyer's, because the seller is registered there or declares it at the One Stop Shop.
    case destination
    /// None: the buyer, a business elsewhere in the European Union, owes the tax.
    case reverseCharge
    /// None: the buyer is where the seller levies nothing.
    case outOfScope
    /// None: the seller is a small business.
    case smallBusiness(note: String)

    /// Decides on a sale of services supplied electronically.
    ///
    /// Between businesses the place of supply is the buyer's (Directive 2006/112/EC, article 44),
    /// who owes the tax (article 196); to consumers it is the consumer's (article 58), or below the
    /// threshold of article 59c the seller's. A number that the register has not confirmed makes
    /// nobody a business.
    package init(_ seller: TaxSeller, _ buyer: TaxBuyer) {
        let (home, abroad) = (seller.place.country, buyer.place.country)
        if let note = seller.smallBusinessNote {
            self = .smallBusiness(note: note)
        } else if home == abroad {
            self = .domestic
        } else if buyer.isConfirmedUnionBusiness, !seller.registrations.contains(abroad) {
            // A seller outside of the Union sells to its businesses without tax just the same.
            self = .reverseCharge
        } else if seller.registrations.contains(abroad) {
            self = .destination
        } else if EuropeanUnion.contains(home), EuropeanUnion.contains(abroad) {
            self = seller.usesOneStopShop ? .destination : .domestic
        } else {
            let declares = seller.usesOneStopShop && EuropeanUnion.contains(abroad)
            self = declares ? .destination : .outOfScope
        }
    }

    /// The place whose rules apply; nil where no tax is levied.
    func place(_ seller: TaxSeller, _ buyer: TaxBuyer) -> TaxPlace? {
        switch self {
        // At home a region counts; that of a buyer elsewhere does not.
        case .domestic:
            buyer.place.country == seller.place.country ? buyer.place : seller.place
        case .destination: buyer.place
        case .reverseCharge, .outOfScope, .smallBusiness: nil
        }
    }

    /// What the law wants on the invoice.
    package var note: String? {
        switch self {
        case .domestic, .destination, .outOfScope: nil
        case .reverseCharge:
            "Reverse charge: VAT is to be accounted for by the recipient "
                + "(Article 196 of Directive 2006/112/EC)."
        case .smallBusiness(let note): note
        }
    }

    /// Why, for whoever asks.
    package var reason: String {
        switch self {
        case .domestic: "The tax of the seller's country applies."
        case .destination: "The tax of the buyer's country applies."
        case .reverseCharge: "The buyer is a business in another country of the European Union."
        case .outOfScope: "The seller does not have to levy tax where the buyer is."
        case .smallBusiness: "The seller is a small business that levies no tax."
        }
    }
}
