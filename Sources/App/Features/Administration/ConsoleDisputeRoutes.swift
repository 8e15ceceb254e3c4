import Core
import Web

/// Staff's pages of disputes.
enum ConsoleDisputeRoutes {
    static let list = Route(.get, "/console/books/disputes")
    static let export = Route(.get, "/console/books/disputes.csv")
    static let show = Route(.get, "/console/books/disputes/:id", ID<Dispute>.self)
    static let check = Route(.post, "/console/books/disputes/:id/check", ID<Dispute>.self)
    static let savePolicy = Route(.post, "/console/books/disputes/policy")
}
