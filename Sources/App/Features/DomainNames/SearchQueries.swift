import Core
import Postgres

/// An ending that names are sold with, and what a year of it costs.
struct EndingOffer: Sendable {
    let ending: String
    let price: Money
}

extension Session {
    /// The endings for sale with their yearly prices, in the order they are shown.
    func endingOffers(currency: Currency) throws -> [EndingOffer] {
        let prices = try domainPrices(currency: currency)
        return try soldEndings(currency: currency).compactMap { ending in
            prices[DomainOffer(ending: ending, action: .register)].map {
                EndingOffer(ending: ending, price: $0)
            }
        }
    }
}
