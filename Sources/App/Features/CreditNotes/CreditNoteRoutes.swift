import Core
import Web

/// The portal's pages of credit notes.
enum CreditNoteRoutes {
    static let show = Route(.get, "/credit-notes/:id", ID<CreditNote>.self)
    static let pdf = Route(.get, "/credit-notes/:id/pdf", ID<CreditNote>.self)
}

/// Staff's pages of credit notes.
enum ConsoleCreditNoteRoutes {
    static let new = Route(.get, "/console/invoices/:id/credit", ID<Invoice>.self)
    static let create = Route(.post, "/console/invoices/:id/credit", ID<Invoice>.self)
    static let show = Route(.get, "/console/credit-notes/:id", ID<CreditNote>.self)
    static let pdf = Route(.get, "/console/credit-notes/:id/pdf", ID<CreditNote>.self)
}
