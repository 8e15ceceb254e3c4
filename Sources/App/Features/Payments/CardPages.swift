import Core
import Markup
import Support
import Web

/// The page of a customer's saved cards.
enum CardPages {
    static func add(to router: inout Router<Services>) {
        router.on(CardRoutes.list, as: CustomerContext.self, list)
        router.on(CardRoutes.add, as: CustomerContext.self, limit: .checkout, add)
        router.on(CardRoutes.saved, as: CustomerContext.self, saved)
        router.on(CardRoutes.makeDefault, as: CustomerContext.self, makeDefault)
        router.on(CardRoutes.remove, as: CustomerContext.self, remove)
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let cards = try await PaymentMethods(context.services)
            .list(of: try context.buyer.customer, for: context.user.scope)
        let now = context.services.clock.now
        return PortalPage.response(title: "Cards", request, context, width: .narrow) {
            CardListView(cards: cards, now: now, token: context.csrfToken)
        }
    }

    private static func add(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let services = context.services
        let address = services.configuration.portalURL + CardRoutes.saved.path()
        do {
            return .redirect(
                external: try await PaymentMethods(services)
                    .setUpPage(of: try context.buyer.customer, returningTo: address)
            )
        } catch let failure as RemoteFailure {
            services.log.warning("a card page could not be opened", ["error": "\(failure)"])
            return PortalPage.redirect(
                to: CardRoutes.list.path(),
                context,
                .failure,
                saying: "The page for cards cannot be opened right now. Try again in a moment."
            )
        }
    }

    private static func saved(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let services = context.services
        let customer = try context.buyer.customer
        do { try await PaymentMethods(services).refresh(customer) } catch let error
            as RemoteFailure
        {
            services.log.warning("cards could not be read", ["error": "\(error)"])
        }
        return .redirect(to: CardRoutes.list.path())
    }

    private static func makeDefault(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<PaymentMethod>
    ) async throws -> Response {
        let card = try await PaymentMethods(context.services).makeDefault(
            id,
            for: context.user.scope,
            actor: context.user.actor(request)
        )
        return PortalPage.redirect(
            to: CardRoutes.list.path(),
            context,
            saying: "Invoices are charged to \(card.label) from now on."
        )
    }

    private static func remove(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<PaymentMethod>
    ) async throws -> Response {
        try await PaymentMethods(context.services).remove(
            id,
            for: context.user.scope,
            actor: context.user.actor(request)
        )
        return PortalPage.redirect(
            to: CardRoutes.list.path(),
            context,
            saying: "The card is removed."
        )
    }
}
