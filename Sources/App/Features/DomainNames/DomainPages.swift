import Core
import Markup
import Support
import Web
import Wire

/// The search for names, and the list of a customer's own.
enum DomainPages {
    static func add(to router: inout Router<Services>) {
        router.on(SearchRoutes.search, as: PublicContext.self, limit: .domainSearch, search)
        router.on(DomainRoutes.list, as: CustomerContext.self, list)
        router.on(DomainRoutes.export, as: CustomerContext.self, export)
    }

    private static func search(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        let typed = request.query["q"] ?? ""
        let choice = try await Carts(context.services).currency(
            request.wishedCurrency,
            of: Cart(request, context.services),
            for: context.user?.customer
        )
        let results =
            typed.isEmpty
            ? nil
            : try await DomainSearch(context.services).search(typed, in: choice.currency)
        return PortalPage.response(
            title: "Find a domain",
            request,
            context,
            width: .narrow,
            description: "Look for a domain name that is free, and see what a year of it costs."
        ) {
            DomainSearchView(typed: typed, results: results, currency: choice.spoken)
        }
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let page = try await DomainFilter(request, context).page(
            request,
            context,
            file: DomainRoutes.export.path()
        )
        return PortalPage.response(title: "Domains", request, context) {
            DomainListView(
                page: page,
                nameservers: context.services.configuration.nameservers
            )
        }
    }

    private static func export(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        DomainFilter(request, context).export(context)
    }
}

extension DomainFilter {
    init(_ request: Request, _ context: CustomerContext) {
        self.init(customer: context.user.scope.customer, sorting: Sorting(request))
    }

    static let name = ListName.domains
    static let file: [FileColumn<DomainNameRecord>] = [
        FileColumn("Domain") { $0.name.text },
        FileColumn("How") { $0.kind.rawValue },
        FileColumn("Status") { $0.status.rawValue },
        FileColumn("Renews or expires") { $0.expiresAt?.rfc3339 ?? "" },
        FileColumn("Added") { $0.createdAt.rfc3339 },
    ]

    var isActive: Bool { false }
}
