import Core
import Markup
import Postgres
import Web
import Wire

/// The pages for whoever looks around.
enum MarketingPages {
    static func add(to router: inout Router<Services>) {
        router.on(MarketingRoutes.home, as: PublicContext.self, home)
        router.on(MarketingRoutes.pricing, as: PublicContext.self, pricing)
    }

    private static func home(_ request: Request, _ context: PublicContext) async throws -> Response
    {
        let services = context.services
        let currency = services.configuration.currency
        let (plans, endings) = try await services.database.transaction(for: .system) { session in
            (
                try session.plans(onlyActive: true, currency: currency),
                try session.endingOffers(currency: currency)
            )
        }
        return PortalPage.response(
            title: "Hosting with your own panel",
            request,
            context,
            width: .bleed,
            description: "Web hosting with NextPanel: a licence, a domain and an account on a "
                + "fast server, ready minutes after you pay."
        ) { HomeView(plans: plans, cycle: cycle(of: request), endings: endings) }
    }

    private static func pricing(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        let services = context.services
        let currency = services.configuration.currency
        let plans = try await services.database.transaction(for: .system) {
            try $0.plans(onlyActive: true, currency: currency)
        }
        return PortalPage.response(
            title: "Plans and prices",
            request,
            context,
            width: .bleed,
            description: "What hosting with NextPanel costs, by the month or by the year."
        ) { PricingView(plans: plans, cycle: cycle(of: request)) }
    }

    private static func cycle(of request: Request) -> BillingCycle {
        request.query["cycle"].flatMap { BillingCycle(rawValue: $0) } ?? .monthly
    }
}
