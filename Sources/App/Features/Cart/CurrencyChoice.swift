import Core
import Markup
import Postgres
import Web
import Wire

/// What prices are shown and paid in, and why.
struct CurrencyChoice: Sendable, Equatable {
    let currency: Currency
    /// What pages show when an address says nothing.
    let usual: Currency
    /// Whether its payer has bought in it, and so pays in no other.
    let isFixed: Bool
    /// What was wished for and is not to be had, because the currency is fixed.
    let refused: Currency?
    /// Whether it is what everything is sold in.
    let isUsual: Bool

    /// - Parameters:
    ///   - wished: what was asked for just now; what is not sold in counts for nothing.
    ///   - kept: what was chosen before, and is kept with the cart.
    ///   - own: what the account pays in.
    ///   - configuration: which currencies are sold in.
    init(
        _ wished: Currency?,
        kept: Currency? = nil,
        own: (currency: Currency?, isFixed: Bool) = (nil, false),
        _ configuration: Configuration
    ) {
        func offered(_ currency: Currency?) -> Currency? {
            configuration.currencies.first { $0 == currency }
        }
        let wanted = offered(wished) ?? offered(kept)
        if own.isFixed, let present = own.currency {
            (currency, usual, isFixed) = (present, present, true)
            refused = wanted == present ? nil : wanted
        } else {
            usual = offered(kept) ?? offered(own.currency) ?? configuration.currency
            (currency, isFixed, refused) = (wanted ?? usual, false, nil)
        }
        isUsual = currency == configuration.currency
    }

    /// What the address of another page has to say so that it shows the same.
    var spoken: Currency? { currency == usual ? nil : currency }

    /// Says kindly why prices are not in what was wished for.
    var notice: Notice? {
        refused.map { refused in
            Notice(.info, "You pay in \(currency.code)") {
                p {
                    "What you have bought so far is paid in \(currency.code), and so is what you "
                    "buy next. That is why prices are not in \(refused.code) here."
                }
            }
        }
    }
}

extension Carts {
    /// What somebody pays in who wishes for a currency, or keeps one with a cart.
    func currency(
        _ wished: Currency?,
        of cart: Cart,
        for customer: ID<Customer>?
    ) async throws -> CurrencyChoice {
        guard let customer else {
            return CurrencyChoice(wished, kept: cart.currency, services.configuration)
        }
        let own = try await services.database.transaction(for: .system) {
            try $0.presentCurrency(of: customer)
        }
        return CurrencyChoice(wished, kept: cart.currency, own: own, services.configuration)
    }
}

extension Request {
    /// The currency that the address asks for.
    var wishedCurrency: Currency? { query["currency"].flatMap { Currency($0) } }

    /// The currency that a form was filled in with.
    func formCurrency() throws -> Currency? { try form()["currency"].flatMap { Currency($0) } }
}
