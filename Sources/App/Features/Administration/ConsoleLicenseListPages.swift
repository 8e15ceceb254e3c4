import Core
import Foundation
import Markup
import Postgres
import Support
import Web

/// All licences as staff find them.
enum ConsoleLicenseListPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleLicenseRoutes.list, as: StaffContext.self, list)
        router.on(ConsoleLicenseRoutes.export, as: StaffContext.self, export)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await ConsoleLicenseFilter(request, context.services).page(
            request,
            context,
            file: ConsoleLicenseRoutes.export.path()
        )
        return PortalPage.console(title: "Licences", section: .licenses, request, context) {
            ConsoleLicenseListView(page: page, rights: context.rights)
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        ConsoleLicenseFilter(request, context.services).export(context)
    }
}

/// Which licences staff list.
struct ConsoleLicenseFilter: ListFilter {
    var filter: Licenses.Filter
    let now: Date

    static let name = ListName.consoleLicenses
    static let file: [FileColumn<ListedLicense>] = [
        FileColumn("Licence") { $0.license.id.text },
        FileColumn("Key") { LicenseKey.masked(hint: $0.license.keyHint) },
        FileColumn("Customer") { $0.customerName },
        FileColumn("E-mail") { $0.email },
        FileColumn("Plan") { $0.license.planName },
        FileColumn("Status") { $0.license.status.rawValue },
        FileColumn("Expires") { $0.license.expiresAt?.rfc3339 ?? "" },
        FileColumn("Made") { $0.license.createdAt.rfc3339 },
    ]

    var sorting: Sorting<LicenseColumn> {
        get { filter.sorting }
        set { filter.sorting = newValue }
    }
    var isActive: Bool { filter.status != nil || filter.text != nil }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [ListedLicense] {
        try session.listedLicenses(filter, after: place, most: most, now: now)
    }

    func place(of row: ListedLicense) -> [String] { filter.place(of: row.license) }
}

extension ConsoleLicenseFilter {
    init(_ request: Request, _ services: Services) {
        let filter = Licenses.Filter(
            status: request.filter("status", LicenseStatus.self),
            text: request.search("q"),
            sorting: Sorting(request)
        )
        self.init(filter: filter, now: services.clock.now)
    }
}

/// All licences with their search.
struct ConsoleLicenseListView: View {
    let page: ListPage<ConsoleLicenseFilter>
    let rights: ConsoleRights

    private var selection: BulkSelection<ListedLicense>? {
        guard rights.movesMoney else { return nil }
        let now = page.filter.now
        return BulkSelection(ConsoleBulkPages.licenses) { each in
            let license = each.license
            return [.active, .suspended].contains(license.status(at: now))
                ? (license.id, "…\(license.keyHint) of \(each.customerName)") : nil
        }
    }

    private var columns: [ListColumn<ConsoleLicenseFilter>] {
        let now = page.filter.now
        return [
            ListColumn("key", "Key") { each in
                a(.href(ConsoleCustomerRoutes.license.path(each.license.id)), .classes("mono")) {
                    "…\(each.license.keyHint)"
                }
            },
            ListColumn("customer", "Customer") { each in
                Stacked {
                    a(.href(ConsoleCustomerRoutes.show.path(each.license.customer))) {
                        each.customerName
                    }
                    EmailText(each.email)
                }
            },
            ListColumn("plan", "Plan") { $0.license.planName },
            ListColumn("status", "Status") { $0.license.status(at: now).badge },
            ListColumn("expires", "Expires", sort: .expires) { each in
                if let end = each.license.expiresAt { Moment(day: end) } else { "Never" }
            },
            ListColumn("made", "Made", sort: .made) { Moment(day: $0.license.createdAt) },
        ]
    }

    var body: HTML {
        ListView("Licences", page, columns, empty: empty, selection: selection) {
            Filter(
                search: "Search",
                "q",
                page.filter.filter.text,
                hint: "End of the key, name, e-mail or identifier"
            )
            Filter(
                "Status",
                "status",
                page.filter.filter.status?.rawValue,
                all: "All",
                LicenseStatus.allCases.map { ($0.rawValue, $0.badge.text) }
            )
        }.body
    }

    private var empty: EmptyState {
        EmptyState(
            page.filter.isActive ? "No licence fits" : "No licences yet",
            page.filter.isActive
                ? "Search for the last group of a key, for part of a name or an address, or for "
                    + "an identifier."
                : "Each plan that is paid gets one.",
            icon: "key-round"
        )
    }
}
