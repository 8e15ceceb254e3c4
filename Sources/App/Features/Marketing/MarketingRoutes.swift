import Web

/// The pages for whoever looks around.
enum MarketingRoutes {
    static let home = Route(.get, "/")
    static let pricing = Route(.get, "/pricing")
}
