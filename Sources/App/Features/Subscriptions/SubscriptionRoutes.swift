import Core
import Web

/// Where subscriptions are in the portal.
enum SubscriptionRoutes {
    static let list = Route(.get, "/subscriptions")
    static let export = Route(.get, "/subscriptions.csv")
    static let show = Route(.get, "/subscriptions/:id", ID<Subscription>.self)
    static let preview = Route(.get, "/subscriptions/:id/change", ID<Subscription>.self)
    static let change = Route(.post, "/subscriptions/:id/change", ID<Subscription>.self)
    static let withdrawChange = Route(
        .post,
        "/subscriptions/:id/withdraw-change",
        ID<Subscription>.self
    )
    static let askEnd = Route(.get, "/subscriptions/:id/cancel", ID<Subscription>.self)
    static let cancel = Route(.post, "/subscriptions/:id/cancel", ID<Subscription>.self)
    static let reactivate = Route(.post, "/subscriptions/:id/reactivate", ID<Subscription>.self)
}
