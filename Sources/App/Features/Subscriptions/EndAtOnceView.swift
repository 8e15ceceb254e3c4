import Core
import Markup
import Web

/// Asks a customer whether a subscription shall end at once, and says what becomes of the time that
/// is left.
struct EndAtOnceView: View {
    let subscribed: SubscribedPlan
    let unused: SubscriptionEvent.UnusedTime
    /// What is given back for the time that is left.
    let credit: Money
    let token: String

    private var record: SubscriptionRecord { subscribed.record }

    var body: HTML {
        ConfirmationView(
            heading: "End \(subscribed.label) now?",
            back: ("Subscription", SubscriptionRoutes.show.path(record.id)),
            consequences: [
                "Your hosting stops at once, and its licence is void. Nothing is removed at once.",
                unusedTime,
            ],
            path: SubscriptionRoutes.cancel.path(record.id),
            token: token,
            confirm: "End it now",
            fields: input(.type("hidden"), .name("when"), .value(ChangeMoment.now.rawValue))
        ).body
    }

    private var unusedTime: String {
        let rest = "the time that is left until \(record.periodEnd.dayText)"
        return switch unused {
        case .forfeited: "Nothing is given back for \(rest)."
        case .credited where credit.isPositive:
            "For \(rest) you get \(credit) of credit, which pays what is open and your next bills."
        case .credited: "Nothing was paid that could be given back for \(rest)."
        }
    }
}
