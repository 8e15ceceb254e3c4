import Core
import Markup
import Postgres
import Web
import Wire

/// The search for names, and the list of a customer's own.
enum DomainPages {
    static func add(to router: inout Router<Services>) {
        router.on(SearchRoutes.search, as: PublicContext.self, limit: .domainSearch, search)
        router.on(DomainRoutes.list, as: CustomerContext.self, list)
    }

    private static func search(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        let typed = request.query["q"] ?? ""
        let results = typed.isEmpty ? nil : try await DomainSearch(context.services).search(typed)
        return PortalPage.response(
            title: "Find a domain",
            request,
            context,
            width: .narrow,
            description: "Look for a domain name that is free, and see what a year of it costs."
        ) { DomainSearchView(typed: typed, results: results) }
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let before = request.query["before"].flatMap { ID<DomainRecord>($0) }
        let domains = try await context.services.database.transaction(for: context.user.scope) {
            try $0.domains(of: nil, before: before, most: ListPart<DomainNameRecord>.size + 1)
        }
        let part = ListPart(domains, after: before != nil, path: DomainRoutes.list.path()) {
            $0.id.text
        }
        return PortalPage.response(title: "Domains", request, context) {
            DomainListView(part: part)
        }
    }
}
