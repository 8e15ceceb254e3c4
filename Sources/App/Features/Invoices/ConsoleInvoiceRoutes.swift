import Core
import Web

/// Staff's pages of all invoices, and what they do with one.
enum ConsoleInvoiceRoutes {
    static let list = Route(.get, "/console/invoices")
    static let export = Route(.get, "/console/invoices.csv")
    static let new = Route(.get, "/console/invoices/new")
    static let create = Route(.post, "/console/invoices")
    static let edit = Route(.get, "/console/invoices/:id/edit", ID<Invoice>.self)
    static let change = Route(.post, "/console/invoices/:id/edit", ID<Invoice>.self)
    static let askRemove = Route(.get, "/console/invoices/:id/remove", ID<Invoice>.self)
    static let remove = Route(.post, "/console/invoices/:id/remove", ID<Invoice>.self)
    static let askIssue = Route(.get, "/console/invoices/:id/issue", ID<Invoice>.self)
    static let issue = Route(.post, "/console/invoices/:id/issue", ID<Invoice>.self)
    static let askVoid = Route(.get, "/console/invoices/:id/void", ID<Invoice>.self)
    static let void = Route(.post, "/console/invoices/:id/void", ID<Invoice>.self)
    static let askGiveUp = Route(.get, "/console/invoices/:id/uncollectible", ID<Invoice>.self)
    static let giveUp = Route(.post, "/console/invoices/:id/uncollectible", ID<Invoice>.self)
    static let send = Route(.post, "/console/invoices/:id/send", ID<Invoice>.self)
    static let makeLink = Route(.post, "/console/invoices/:id/link", ID<Invoice>.self)
    static let revokeLinks = Route(.post, "/console/invoices/:id/revoke", ID<Invoice>.self)
}

extension ConsoleInvoiceRoutes {
    /// The form of a new invoice for a customer.
    static func new(for customer: ID<Customer>) -> String {
        "\(new.path())?customer=\(customer.text)"
    }
}
