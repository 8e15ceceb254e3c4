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
        let choice = try await PriceChoice.make(request, context)
        let currency = choice.currency
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
        ) { HomeView(plans: plans, choice: choice, endings: endings) }
    }

    private static func pricing(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        let services = context.services
        let choice = try await PriceChoice.make(request, context)
        let plans = try await services.database.transaction(for: .system) {
            try $0.plans(onlyActive: true, currency: choice.currency)
        }
        return PortalPage.response(
            title: "Plans and prices",
            request,
            context,
            width: .bleed,
            description: "What hosting with NextPanel costs, by the month or by the year."
        ) { PricingView(plans: plans, choice: choice) }
    }
}

/// Which prices a visitor is shown.
struct PriceChoice: Sendable {
    let cycle: BillingCycle
    let inCurrency: CurrencyChoice
    /// What is sold in, the usual one first.
    let currencies: [Currency]

    var currency: Currency { inCurrency.currency }

    /// What the address says; what was chosen before, or the usual, for what is not offered.
    static func make(_ request: Request, _ context: PublicContext) async throws -> PriceChoice {
        PriceChoice(
            cycle: request.query["cycle"].flatMap { BillingCycle(rawValue: $0) } ?? .monthly,
            inCurrency: try await Carts(context.services).currency(
                request.wishedCurrency,
                of: Cart(request, context.services),
                for: context.user?.customer
            ),
            currencies: context.services.configuration.currencies
        )
    }

    /// The address of a page with other prices.
    func path(
        _ page: String,
        cycle: BillingCycle? = nil,
        currency: Currency? = nil
    ) -> String {
        let (cycle, currency) = (cycle ?? self.cycle, currency ?? self.currency)
        let path = "\(page)?cycle=\(cycle.rawValue)"
        return currency == inCurrency.usual ? path : "\(path)&currency=\(currency.code)"
    }
}
