import Core
import Web

/// The portal's pages of invoices.
enum InvoiceRoutes {
    static let list = Route(.get, "/invoices")
    static let export = Route(.get, "/invoices.csv")
    static let pay = Route(.post, "/invoices/:id/pay", ID<Invoice>.self)
    /// Where the processor sends the payer back to.
    static let paid = Route(.get, "/invoices/:id/paid", ID<Invoice>.self)
    static let show = Route(.get, "/invoices/:id", ID<Invoice>.self)
    static let revokeLinks = Route(.post, "/invoices/:id/revoke", ID<Invoice>.self)
    static let pdf = Route(.get, "/invoices/:id/pdf", ID<Invoice>.self)
}
