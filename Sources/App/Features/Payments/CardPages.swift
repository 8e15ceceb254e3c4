import Core
import Foundation
import Markup
import Support
import Web

/// Where saved cards are in the portal.
enum CardRoutes {
    static let list = Route(.get, "/cards")
    static let add = Route(.post, "/cards")
    /// Where the processor's page leads back to.
    static let saved = Route(.get, "/cards/saved")
    static let makeDefault = Route(.post, "/cards/:id/default", ID<PaymentMethod>.self)
    static let remove = Route(.post, "/cards/:id/remove", ID<PaymentMethod>.self)
}

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

/// A customer's saved cards.
struct CardListView: View {
    let cards: [PaymentMethodRecord]
    let now: Date
    let token: String

    var body: HTML {
        PageHeading(
            "Cards",
            lead: "Renewals are charged to your default card. Cards are kept by Stripe, not by us."
        ) {
            ActionForm(
                "Add a card",
                to: CardRoutes.add.path(),
                token: token,
                .primary,
                icon: "plus"
            )
        }
        if cards.isEmpty {
            Card {
                EmptyState(
                    "No card is saved",
                    "Without one you pay each invoice by hand, on its page.",
                    icon: "credit-card"
                )
            }
        }
        for card in cards { row(card) }
    }

    private func row(_ card: PaymentMethodRecord) -> HTML {
        Card(card.label) {
            if card.isExpired(at: now) {
                Notice(.failure) { "This card has expired. Please add another one." }
            } else if card.expiresSoon(at: now) {
                Notice(.warning) { "This card expires soon." }
            }
            Facts([Facts.Fact("Good until") { card.expiryText }])
            div(.classes("row", "start-m")) {
                if !card.isDefault {
                    ActionForm(
                        "Make it the default",
                        to: CardRoutes.makeDefault.path(card.id),
                        token: token,
                        size: .small
                    )
                }
                ActionForm(
                    "Remove",
                    to: CardRoutes.remove.path(card.id),
                    token: token,
                    .danger,
                    size: .small,
                    asking: "Remove \(card.label)?"
                )
            }
        } actions: {
            if card.isDefault { Badge("Default", .success) }
        }.body
    }
}

extension PaymentMethodRecord {
    var expiryText: String {
        "\(expiresMonth < 10 ? "0" : "")\(expiresMonth)/\(expiresYear)"
    }

    /// A card is good to the end of its month.
    func isExpired(at now: Date) -> Bool { monthsLeft(at: now) < 0 }

    /// Whether this month or the next is its last.
    func expiresSoon(at now: Date) -> Bool { (0...1).contains(monthsLeft(at: now)) }

    private func monthsLeft(at now: Date) -> Int {
        let today = BillingZone.utc.civil(at: Instant(now)).date
        return (expiresYear - today.year) * 12 + expiresMonth - today.month
    }
}
