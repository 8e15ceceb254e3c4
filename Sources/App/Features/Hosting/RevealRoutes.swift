import Web

/// The page that shows an account's initial password once.
enum RevealRoutes {
    static let show = Route(.get, "/reveal/:token", String.self)
    static let reveal = Route(.post, "/reveal/:token", String.self)
}
