import Core
import Web

/// Staff's pages of the books.
enum BooksRoutes {
    static let accounts = Route(.get, "/console/books")
    static let exportAccounts = Route(.get, "/console/books.csv")
    static let account = Route(.get, "/console/books/accounts/:id", ID<LedgerAccount>.self)
    static let exportAccount = Route(
        .get,
        "/console/books/accounts/:id/entries.csv",
        ID<LedgerAccount>.self
    )
    static let entries = Route(.get, "/console/books/entries")
    static let exportEntries = Route(.get, "/console/books/entries.csv")
    static let trialBalance = Route(.get, "/console/books/trial-balance")
    static let exportTrialBalance = Route(.get, "/console/books/trial-balance.csv")
    static let checks = Route(.get, "/console/books/checks")
    static let exportChecks = Route(.get, "/console/books/checks.csv")
    static let runCheck = Route(.post, "/console/books/checks")
    static let check = Route(.get, "/console/books/checks/:id", ID<Verification>.self)

    /// The entries of one object, and of what belongs to it.
    static func entries(of objectID: String) -> String {
        "\(entries.path())?object=\(objectID)"
    }
}
