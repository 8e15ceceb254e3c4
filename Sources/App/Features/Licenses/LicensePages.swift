import Core
import Markup
import Support
import Web
import Wire

/// A customer's licences in the portal.
enum LicensePages {
    static let pageSize = 25

    static func add(to router: inout Router<Services>) {
        router.on(LicenseRoutes.list, as: CustomerContext.self, list)
        router.on(LicenseRoutes.reveal, as: CustomerContext.self, limit: .reveal, reveal)
        router.on(LicenseRoutes.revealed, as: CustomerContext.self) { _, _, _ in
            .redirect(to: LicenseRoutes.list.path())
        }
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let before = request.query["before"].flatMap { ID<License>($0) }
        let licenses = try await Licenses(context.services).list(
            for: context.user.scope,
            before: before,
            most: pageSize + 1
        )
        let view = LicenseListView(
            licenses: Array(licenses.prefix(pageSize)),
            hasMore: licenses.count > pageSize,
            isLaterPage: before != nil,
            now: context.services.clock.now,
            token: context.formToken.text
        )
        return PortalPage.response(title: "Licences", request, context) { view }
    }

    /// Shows one key on the page that lists them. It is in this answer and nowhere else, so that
    /// nobody finds it in a cookie, an address or the browser's memory.
    private static func reveal(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<License>
    ) async throws -> Response {
        let (license, key) = try await Licenses(context.services).reveal(
            id,
            for: context.user.scope,
            actor: context.user.actor(request)
        )
        let card = LicenseCard(
            license: license,
            now: context.services.clock.now,
            token: context.formToken.text,
            key: key
        )
        return PortalPage.response(title: "Licence key", request, context, width: .narrow) {
            PageHeading(
                "Licence key",
                lead: "Type this key into your panel. Keep it to yourself.",
                back: ("Licences", LicenseRoutes.list.path())
            )
            card
        }
    }
}
