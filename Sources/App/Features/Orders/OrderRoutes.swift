import Core
import Web

/// The portal's pages of orders.
enum OrderRoutes {
    static let list = Route(.get, "/orders")
    static let export = Route(.get, "/orders.csv")
    static let show = Route(.get, "/orders/:id", ID<Order>.self)
    /// The steps alone, for the live page.
    static let timeline = Route(.get, "/orders/:id/timeline", ID<Order>.self)
    static let events = Route(.get, "/orders/:id/events", ID<Order>.self)
    static let pay = Route(.post, "/orders/:id/payments", ID<Order>.self)
    static let cancel = Route(.post, "/orders/:id/cancellation", ID<Order>.self)
    /// Where the card processor sends the payer back to.
    static let paid = Route(.get, "/orders/:id/paid", ID<Order>.self)
}
