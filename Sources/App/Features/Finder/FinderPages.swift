import Core
import Markup
import Postgres
import Web
import Wire

/// One field that finds anything by its id, number, key, name or address.
enum FinderPages {
    /// How many findings a page shows.
    private static let most = 30

    static func add(to router: inout Router<Services>) {
        router.on(FinderRoutes.find, as: SignedInContext.self, find)
    }

    /// Shows what fits; what is named exactly, and is the only such thing, is opened at once.
    private static func find(
        _ request: Request,
        _ context: SignedInContext
    ) async throws -> Response {
        let user = context.user
        guard let sought = Sought(request.query["q"]) else {
            return page(request, context, nil, [])
        }
        let found = try await context.services.database.transaction(for: user.scope) {
            try $0.findings(sought, for: user.role, most: most)
        }
        let exact = found.filter(\.isExact)
        // A list that is asked for while somebody types stays a list.
        if exact.count == 1, request.query["list"] == nil {
            return .redirect(to: exact[0].path(forStaff: user.role.isStaff))
        }
        return page(request, context, sought.text, found)
    }

    private static func page(
        _ request: Request,
        _ context: SignedInContext,
        _ text: String?,
        _ found: [Finding]
    ) -> Response {
        let isStaff = context.user.role.isStaff
        let view = FinderView(
            text: text,
            findings: found,
            places: text.map { FinderPlace.all(fitting: $0, for: context.user.role) } ?? [],
            isForStaff: isStaff
        )
        guard isStaff else {
            return PortalPage.response(title: "Find", request, context, width: .narrow) { view }
        }
        return PortalPage.console(title: "Find", section: nil, request, context) { view }
    }
}
