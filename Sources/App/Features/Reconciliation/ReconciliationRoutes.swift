import Core
import Web

/// Staff's pages of comparisons with the processor.
enum ReconciliationRoutes {
    static let show = Route(.get, "/console/books/reconciliation")
    static let run = Route(.post, "/console/books/reconciliation")
    static let resolve = Route(
        .post,
        "/console/books/reconciliation/findings/:id",
        ID<Discrepancy>.self
    )
}
