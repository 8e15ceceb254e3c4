import Core
import Web

/// Where saved cards are in the portal.
enum CardRoutes {
    static let list = Route(.get, "/cards")
    static let add = Route(.post, "/cards")
    /// Where the processor's page leads back to.
    static let saved = Route(.get, "/cards/saved")
    static let makeDefault = Route(.post, "/cards/:id/default", ID<PaymentMethod>.self)
    static let remove = Route(.post, "/cards/:id/remove", ID<PaymentMethod>.self)
}
