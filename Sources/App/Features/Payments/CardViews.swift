import Core
import Foundation
import Markup
import Web

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
            if card.refusal != nil {
                Notice(.failure) {
                    "The card's bank does not let us charge it any more. Please add another one. If "
                    "this one works again, pay an invoice with it, or add it anew."
                }
            } else if card.isExpired(at: now) {
                Notice(.failure) { "This card has expired. Please add another one." }
            }
            div(.classes("row")) {
                span(.classes("tabular")) { "Good until \(card.expiryText)" }
                if card.expiresSoon(at: now) { Badge("Expires soon", .warning) }
            }
            div(.classes("row", "start-m")) {
                if !card.isDefault, card.refusal == nil {
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
            card.badge
        }.body
    }
}

extension PaymentMethodRecord {
    @HTMLBuilder var badge: HTML {
        if isDefault { Badge("Default", .success) }
        if refusal != nil { Badge("Not charged any more", .failure) }
    }

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
