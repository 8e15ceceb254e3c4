import Core
import Web

/// The pages for whoever looks around.
enum MarketingRoutes {
    static let home = Route(.get, "/")
    static let pricing = Route(.get, "/pricing")
}

extension MarketingRoutes {
    /// The prices, in another currency than the page shows by itself.
    static func pricing(in currency: Currency?) -> String {
        currency.map { "\(pricing.path())?currency=\($0.code)" } ?? pricing.path()
    }
}
