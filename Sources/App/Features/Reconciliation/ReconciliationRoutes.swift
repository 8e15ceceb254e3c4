import Core
import Web

/// Staff's pages of comparisons with the processor.
enum ReconciliationRoutes {
    static let show = Route(.get, "/console/books/reconciliation")
    static let export = Route(.get, "/console/books/reconciliation.csv")
    static let comparisons = Route(.get, "/console/books/comparisons")
    static let exportComparisons = Route(.get, "/console/books/comparisons.csv")
    static let run = Route(.post, "/console/books/reconciliation")
    static let resolve = Route(
        .post,
        "/console/books/reconciliation/findings/:id",
        ID<Discrepancy>.self
    )

    /// Where a difference is listed.
    static func path(of id: ID<Discrepancy>) -> String { "\(show.path())?q=\(id.text)" }
}
