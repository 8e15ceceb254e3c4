import Core
import Postgres
import Support
import Web
import Wire

/// A list as somebody keeps it under a name.
struct SavedViewRecord: Sendable {
    let id: ID<SavedView>
    let list: ListName
    let name: String
    /// What is looked for, the order, and the columns.
    let query: FormFields

    /// Where the list looks so; nil for a list that has no address of its own.
    var path: String? { list.path.map { query.fields.isEmpty ? $0 : "\($0)?\(query.encoded)" } }
}

/// What may be kept of a list's address.
struct NewSavedView: Sendable {
    /// As the table allows.
    private static let mostBytes = 1_000

    let list: ListName
    let name: String
    let query: FormFields

    /// Reads the query of an address; nil for what is none. The place is left out, and whatever is
    /// no name of a parameter.
    init?(_ list: ListName, name: String, query text: String) {
        guard let read = FormFields(parsing: text, most: 100) else { return nil }
        let kept = FormFields(
            read.fields.filter { field in
                !field.value.isEmpty && field.name != "cursor"
                    && field.name.wholeMatch(of: /[a-z_]{1,30}/) != nil
            }
        )
        guard kept.encoded.utf8.count <= NewSavedView.mostBytes else { return nil }
        self.list = list
        self.name = name
        query = kept
    }
}

/// The views of lists that people keep, each their own.
struct SavedViews: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Keeps a view; one of the same name becomes it.
    ///
    /// - Throws: 403 for a list that the user may not see, a conflict when there is no place left.
    func save(_ view: NewSavedView, for user: SignedInUser) async throws {
        guard view.list.isOpen(to: user.role) else { throw Problem.forbidden }
        let id = ID<SavedView>(services.ids.next())
        let now = services.clock.now
        do {
            try await services.database.transaction(for: user.scope) { session in
                if try session.replaceView(view, of: user.id) { return }
                guard try session.storeView(id, view, of: user, now: now) else {
                    throw Problem.tooManyViews
                }
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.viewWasSaved
        }
    }

    /// Forgets a view, and says which it was.
    ///
    /// - Throws: ``Web/Problem/notFound`` when the user has none such.
    func remove(_ id: ID<SavedView>, of user: SignedInUser) async throws -> SavedViewRecord {
        try await services.database.transaction(for: user.scope) { session in
            try session.removeView(id, of: user.id).orThrow(Problem.notFound)
        }
    }
}

extension Problem {
    static let tooManyViews = Problem.conflict(
        "too_many_views",
        "Twenty views of a list are kept. Remove one first."
    )
    static let viewWasSaved = Problem.conflict(
        "view_was_saved",
        "Another view was saved at the same moment. Please try again."
    )
}
