import Web

/// The pages from a plan to its payment.
enum CartRoutes {
    static let show = Route(.get, "/cart")
    static let add = Route(.post, "/cart/items")
    static let change = Route(.post, "/cart/items/:number", Int.self)
    static let remove = Route(.post, "/cart/items/:number/removal", Int.self)
    static let checkout = Route(.get, "/checkout")
    static let place = Route(.post, "/checkout")
}
