import Core
import Web

/// The pages of one invoice for whoever has a link to it.
enum InvoiceLinkRoutes {
    static let show = Route(.get, "/pay/:token", String.self)
    static let pay = Route(.post, "/pay/:token", String.self)
    static let pdf = Route(.get, "/pay/:token/pdf", String.self)
    /// Where the processor sends the payer back to: without the token, which is nobody else's.
    static let paid = Route(.get, "/paid/:id", ID<Invoice>.self)
}
