import Core
import Postgres

/// An ending that names are sold with, and what a year of it costs.
struct EndingOffer: Sendable {
    let ending: String
    let price: Money
    /// What a year costs later, and what it costs to move a name here; nil where that is not sold.
    let renewal: Money?
    let transfer: Money?
}

extension Session {
    /// The endings for sale with their yearly prices, in the order they are shown.
    func endingOffers(currency: Currency) throws -> [EndingOffer] {
        let prices = try domainPrices(currency: currency)
        let renewals = try renewalPrices(currency: currency)
        return try soldEndings(currency: currency).compactMap { ending in
            prices[DomainOffer(ending: ending, action: .register)].map {
                EndingOffer(
                    ending: ending,
                    price: $0,
                    renewal: renewals[ending],
                    transfer: prices[DomainOffer(ending: ending, action: .transfer)]
                )
            }
        }
    }

    private func renewalPrices(currency: Currency) throws -> [String: Money] {
        let prices = try all(
            """
            SELECT ending, amount_minor FROM domain_prices
            WHERE active AND currency = \(currency.code) AND action = 'renew'
            """
        ) { row in
            (
                try row.get("ending", as: String.self),
                Money(minorUnits: try row.get("amount_minor"), currency)
            )
        }
        return Dictionary(prices) { first, _ in first }
    }
}
