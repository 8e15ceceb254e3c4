/// What one thing costs in each currency it is sold in.
///
/// Each price was set by somebody; none is converted from another, so a customer's price does not
/// move with an exchange rate.
package struct NativePrices: Hashable, Sendable {
    private var amounts: [Currency: Money] = [:]

    /// Why a price cannot be set.
    package enum Refusal: Error, Hashable, Sendable {
        case negative
        /// No multiple of what the currency is charged in, such as 0.001 of a dinar.
        case notMultiple(of: Int64)
        case currencyTwice(Currency)
    }

    /// Prices of at most one per currency.
    package init(_ prices: [Money]) throws(Refusal) {
        for price in prices {
            guard price.minorUnits >= 0 else { throw .negative }
            guard price.minorUnits.isMultiple(of: price.currency.step) else {
                throw .notMultiple(of: price.currency.step)
            }
            guard amounts.updateValue(price, forKey: price.currency) == nil else {
                throw .currencyTwice(price.currency)
            }
        }
    }

    /// The price in a currency; nil where none was set.
    package subscript(currency: Currency) -> Money? { amounts[currency] }

    /// The currencies with a price, by their codes.
    package var currencies: [Currency] { amounts.keys.sorted { $0.code < $1.code } }
}
