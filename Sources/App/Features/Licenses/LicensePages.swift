import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// A customer's licences in the portal.
enum LicensePages {
    static func add(to router: inout Router<Services>) {
        router.on(LicenseRoutes.list, as: CustomerContext.self, list)
        router.on(LicenseRoutes.export, as: CustomerContext.self, export)
        router.on(LicenseRoutes.reveal, as: CustomerContext.self, limit: .reveal, reveal)
        router.on(LicenseRoutes.revealed, as: CustomerContext.self) { _, _, _ in
            .redirect(to: LicenseRoutes.list.path())
        }
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let page = try await LicenseFilter(request, context).page(
            request,
            context,
            file: LicenseRoutes.export.path()
        )
        let token = context.formToken.text
        return PortalPage.response(title: "Licences", request, context) {
            LicenseListView(page: page, token: token)
        }
    }

    private static func export(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        LicenseFilter(request, context).export(context)
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

/// A customer's own licences.
struct LicenseFilter: ListFilter {
    var filter: Licenses.Filter
    let now: Date

    static let name = ListName.licenses
    static let file: [FileColumn<LicenseRecord>] =
        [
            FileColumn("Licence") { $0.id.text },
            FileColumn("Key") { LicenseKey.masked(hint: $0.keyHint) },
            FileColumn("Plan") { $0.planName },
            FileColumn("Status") { $0.status.rawValue },
            FileColumn("Good until") { $0.expiresAt?.rfc3339 ?? "" },
        ]
        + LicensedResource.allCases.flatMap { resource in
            [
                FileColumn("\(resource.label) used") { String($0.used[resource, default: 0]) },
                FileColumn("\(resource.label) allowed") {
                    $0.quotas[resource].map { String($0) } ?? ""
                },
            ]
        }

    var sorting: Sorting<LicenseColumn> {
        get { filter.sorting }
        set { filter.sorting = newValue }
    }
    var isActive: Bool { false }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [LicenseRecord] {
        try session.licenses(filter, after: place, most: most, now: now)
    }

    func place(of row: LicenseRecord) -> [String] { filter.place(of: row) }
}

extension LicenseFilter {
    init(_ request: Request, _ context: CustomerContext) {
        let filter = Licenses.Filter(
            customer: context.user.scope.customer,
            sorting: Sorting(request)
        )
        self.init(filter: filter, now: context.services.clock.now)
    }
}
