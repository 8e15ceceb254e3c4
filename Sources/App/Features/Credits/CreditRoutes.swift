import Core
import Web

/// The page of a customer's credit.
enum CreditRoutes {
    static let show = Route(.get, "/credits")
}

/// Staff's pages of customers' credit.
enum ConsoleCreditRoutes {
    static let new = Route(.get, "/console/customers/:id/credits/new", ID<Customer>.self)
    static let create = Route(.post, "/console/customers/:id/credits", ID<Customer>.self)
    static let newPayout = Route(
        .get,
        "/console/customers/:id/credits/payout",
        ID<Customer>.self
    )
    static let payOut = Route(.post, "/console/customers/:id/credits/payout", ID<Customer>.self)
    static let askRevoke = Route(.get, "/console/credits/:id/revoke", ID<Credit>.self)
    static let askWriteOff = Route(.get, "/console/credits/:id/write-off", ID<Credit>.self)
    static let writeOff = Route(.post, "/console/credits/:id/write-off", ID<Credit>.self)
    static let askRelease = Route(.get, "/console/credits/:id/release", ID<Credit>.self)
    static let release = Route(.post, "/console/credits/:id/release", ID<Credit>.self)
    static let revoke = Route(.post, "/console/credits/:id/revoke", ID<Credit>.self)
}
