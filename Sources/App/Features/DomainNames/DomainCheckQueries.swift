import Core
import Postgres

/// What a name of some ending costs a year.
struct EndingPrice: Sendable {
    let registration: Money
    /// Nil where renewals are not sold.
    let renewal: Money?
}

extension Session {
    /// What names cost by their ending, for the endings that are sold.
    func searchPrices(currency: Currency) throws -> [String: EndingPrice] {
        let prices = try all(
            """
            SELECT ending, max(amount_minor) FILTER (WHERE action = 'register') AS registration,
                max(amount_minor) FILTER (WHERE action = 'renew') AS renewal
            FROM domain_prices WHERE active AND currency = \(currency.code)
            GROUP BY ending HAVING bool_or(action = 'register')
            """
        ) { row in
            let renewal = try row.optional("renewal", as: Int64.self)
            return (
                try row.get("ending", as: String.self),
                EndingPrice(
                    registration: try row.money("registration", currency),
                    renewal: renewal.map { Money(minorUnits: $0, currency) }
                )
            )
        }
        return Dictionary(prices) { first, _ in first }
    }

    /// Those of some names that a customer of ours has or is about to have through us.
    func liveDomains(among names: [DomainName]) throws -> Set<DomainName> {
        let found = try all(
            """
            SELECT name FROM domains
            WHERE name = ANY(\(names.map(\.text))) AND status IN ('pending', 'active')
                AND kind <> 'own'
            """
        ) { try $0.get("name", as: String.self) }
        return Set(found.compactMap { DomainName(ascii: $0) })
    }
}
