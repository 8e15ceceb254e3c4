package import Core
import Wire

// What names cost us. The answer to an order does not tell: its amounts are those of the invoice
// that the reseller's customer gets, and our customers get ours.
extension ResellerClub {
    package func cost(
        of name: DomainName,
        _ action: DomainAction,
        years: Int
    ) async throws -> Money? {
        guard let list = ResellerClub.listName(of: action),
            let product = try await product(of: name.ending)
        else { return nil }
        let prices = try await read("products/reseller-cost-price.json", [])
        guard case .object(let products) = prices else { return try expected(nil) }
        // Each of the years has the price of one, by the price of the term.
        guard let yearly = products[product]?[list]?[String(years)].flatMap(ResellerClub.decimal)
        else { return nil }
        let reseller = try await read("resellers/details.json", [("reseller-id", resellerID)])
        let code = try expected(reseller["parentsellingcurrencysymbol"])
        return Currency(code).flatMap { Money(priced: yearly, $0) }.map { money in
            Money(minorUnits: money.minorUnits * Int64(years), money.currency)
        }
    }

    private static func listName(of action: DomainAction) -> String? {
        switch action {
        case .register: "addnewdomain"
        case .transfer: "addtransferdomain"
        case .own: nil
        }
    }

    /// What the price list calls names of an ending.
    private func product(of ending: String) async throws -> String? {
        let reply = try await read("products/category-keys-mapping.json", [])
        guard case .object(let categories) = reply else { return try expected(nil) }
        for case .object(let products) in categories["domorder"]?.array ?? [] {
            for product in products
            where product.value.array?.contains(.string(ending)) == true {
                return product.name
            }
        }
        return nil
    }

    /// Amounts come as texts or as numbers, and as either from one day to the next.
    private static func decimal(_ json: JSON) -> String? {
        switch json {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .null, .bool, .array, .object: nil
        }
    }
}

extension Money {
    /// Reads a price such as `14.990`; nil when it has parts of the smallest coin.
    fileprivate init?(priced text: String, _ currency: Currency) {
        var text = Substring(text)
        if text.contains(".") {
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        self.init(typed: String(text), currency)
    }
}
