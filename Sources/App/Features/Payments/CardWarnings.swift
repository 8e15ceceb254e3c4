import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// Tells customers in time that the card their invoices are charged to is about to expire.
///
/// Each card's owner is told twice, a month and a week before; one who has nothing that renews is
/// left in peace.
struct CardWarnings: Sendable {
    /// How many days before the card's end each mail is due.
    enum Notice: Int, CaseIterable, Sendable {
        case late = 7
        case early = 30

        var template: String { "card_expires_\(rawValue)" }
        /// How long before the card's end it is due.
        var seconds: Double { Double(rawValue) * 86_400 }
    }

    private static let batch = 200

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that sends what is due, until nothing is left.
    func send() async throws -> JobOutcome {
        let services = services
        let now = services.clock.now
        for notice in Notice.allCases {
            var sent = 0
            repeat {
                sent = try await services.database.transaction(for: .system) { session in
                    let cards = try session.cardsToWarnOf(
                        notice,
                        now: now,
                        most: CardWarnings.batch
                    )
                    for card in cards {
                        try CardWarnings.warn(of: card, notice, session, services, now: now)
                    }
                    return cards.count
                }
            } while sent == CardWarnings.batch
        }
        return .done
    }

    static func warn(
        of card: ExpiringCard,
        _ notice: Notice,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let address = services.configuration.portalURL + CardRoutes.list.path()
        let text = "Your card \(card.label) can be charged until \(card.lastDay.dayText)."
        try Outbox.store(
            Outbox.NewMail(
                template: notice.template,
                causeType: PaymentMethod.idPrefix,
                causeID: card.cause,
                customer: card.customer,
                recipient: card.email,
                subject: "Your card \(card.label) expires soon",
                body: MailBody(
                    preview: text,
                    reason: "You get this mail because you have hosting with us that renews."
                ) {
                    p { "Hello \(card.name)," }
                    p { text }
                    p { "Please save another card, so that your hosting goes on without a break." }
                    p { a(.href(address), .classes("action")) { "Save another card" } }
                }
            ),
            session,
            services,
            now: now
        )
    }
}

/// A card that is about to expire, with whom to tell.
struct ExpiringCard: Sendable {
    let customer: ID<Customer>
    let name: String
    let email: String
    let label: String
    /// The first moment at which it is no longer good.
    let endsAt: Date
    /// What the mail is about: this card with this end.
    let cause: String

    var lastDay: Date { endsAt.addingTimeInterval(-1) }
}
