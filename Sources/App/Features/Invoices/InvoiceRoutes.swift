import Core
import Web

/// The portal's pages of invoices.
enum InvoiceRoutes {
    static let list = Route(.get, "/invoices")
    static let export = Route(.get, "/invoices.csv")
    static let show = Route(.get, "/invoices/:id", ID<Invoice>.self)
    static let pdf = Route(.get, "/invoices/:id/pdf", ID<Invoice>.self)
}
