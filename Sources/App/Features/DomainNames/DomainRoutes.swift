import Web

/// The pages of a customer's domain names.
enum DomainRoutes {
    static let list = Route(.get, "/domains")
    static let export = Route(.get, "/domains.csv")
}

/// The search for names that are free.
enum SearchRoutes {
    static let search = Route(.get, "/domains/search")
}
