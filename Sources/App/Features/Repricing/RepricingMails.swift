import Core
import Foundation
import Markup
import Postgres
import Support
import Web

/// The mails about new prices of what was sold.
enum RepricingMails {
    static func sendNew(
        _ record: RepricingRecord,
        of subscription: SubscriptionRecord,
        _ active: ActiveSubscription,
        from start: Instant,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let plan = try session.planName(record.plan)
        let (old, new) = (active.terms.amount, record.amount * active.terms.quantity)
        let day = start.date.dayText
        try send(
            "price_change",
            "The price of \(plan) changes on \(day)",
            [
                "Your \(plan) hosting costs \(old.label) a \(record.cycle.per) now. From \(day) on "
                    + "it costs \(new.label) a \(record.cycle.per), without tax.",
                "What you have paid for stays as it is. If you do not want to go on at the new "
                    + "price, you can cancel until then.",
            ],
            record,
            subscription,
            session,
            services,
            now: now
        )
    }

    static func sendWithdrawn(
        _ record: RepricingRecord,
        of subscription: SubscriptionRecord,
        _ active: ActiveSubscription,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let plan = try session.planName(record.plan)
        try send(
            "price_change_withdrawn",
            "The price of \(plan) stays as it is",
            [
                "We have told you of a new price of your \(plan) hosting. It does not come: you "
                    + "pay \(active.terms.amount.label) a \(record.cycle.per) as before."
            ],
            record,
            subscription,
            session,
            services,
            now: now
        )
    }

    private static func send(
        _ template: String,
        _ subject: String,
        _ paragraphs: [String],
        _ record: RepricingRecord,
        _ subscription: SubscriptionRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let customer = try session.customer(subscription.customer).orThrow(Problem.notFound)
        let address =
            services.configuration.portalURL + SubscriptionRoutes.show.path(subscription.id)
        try Outbox.store(
            Outbox.NewMail(
                template: template,
                causeType: Repricing.idPrefix,
                causeID: "\(record.id.text) \(subscription.id.text)",
                customer: subscription.customer,
                recipient: customer.email,
                subject: subject,
                body: MailBody(
                    preview: paragraphs[0],
                    reason: "You get this mail because you have hosting with us that renews."
                ) {
                    p { "Hello \(customer.name)," }
                    for paragraph in paragraphs { p { paragraph } }
                    p { a(.href(address), .classes("action")) { "See your subscription" } }
                }
            ),
            session,
            services,
            now: now
        )
    }
}
