import Core
import Foundation
import Markup
import Postgres
import Support
import Web

/// The mails about subscriptions that have ended, and about the day on which their accounts go.
enum AccountRemovalMails {
    static let announcement = "account_removal"

    /// Tells that a subscription has ended, and until when it can be taken up again as it was.
    static func tellOfEnd(
        of subscription: ID<Subscription>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        // What was never delivered leaves nothing to come back to.
        guard try session.account(of: subscription) != nil else { return }
        let record = try session.subscription(subscription).orThrow(Problem.notFound)
        let plan = try session.planName(record.plan)
        let end = try AccountRemovals.atEnd(of: subscription, session, services, now: now)
        if case .announced = end { return }
        try send(
            "subscription_ended",
            "Your \(plan) hosting has ended",
            ["Your \(plan) hosting has ended, and its account is stopped."]
                + (end.day.map { [keptUntil($0)] } ?? [])
                + ["You can take it up again on its page."],
            record,
            session,
            services,
            now: now
        )
    }

    /// Tells the day on which an account is removed.
    ///
    /// - Returns: the mail; nil when the same one was stored in this second.
    static func announce(
        _ day: RemovalDay,
        for account: ID<HostingAccount>,
        _ record: SubscriptionRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> ID<Mail>? {
        let username = try session.hostingAccount(account).orThrow(Problem.notFound).username
        let plan = try session.planName(record.plan)
        let isOwing = try session.isOwing(record.id)
        return try send(
            announcement,
            "Your hosting account is deleted on \(day.text)",
            [
                "Your \(plan) hosting has ended. Its account \(username) and everything in it, "
                    + "such as websites, databases and mail, are deleted on \(day.text). Nobody "
                    + "can bring them back after that.",
                "If you want to keep them, take the hosting up again before that day, and "
                    + "everything is as it was."
                    + (isOwing ? " Please pay its open invoice first." : ""),
            ],
            record,
            session,
            services,
            now: now
        )
    }

    /// What a mail about the end says of the data.
    static func keptUntil(_ day: RemovalDay) -> String {
        "Its account and everything in it are kept until \(day.text), and are deleted then. If "
            + "you come back before that day, everything is as it was."
    }

    @discardableResult
    private static func send(
        _ template: String,
        _ subject: String,
        _ paragraphs: [String],
        _ subscription: SubscriptionRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> ID<Mail>? {
        let customer = try session.customer(subscription.customer).orThrow(Problem.notFound)
        let address =
            services.configuration.portalURL + SubscriptionRoutes.show.path(subscription.id)
        let mail = Outbox.NewMail(
            template: template,
            causeType: Subscription.idPrefix,
            // Whoever has come back may end it again.
            causeID: "\(subscription.id.text) \(Instant(now).seconds)",
            customer: subscription.customer,
            recipient: customer.email,
            subject: subject,
            body: MailBody(
                preview: paragraphs[0],
                reason: "You get this mail because hosting of yours has ended."
            ) {
                p { "Hello \(customer.name)," }
                for paragraph in paragraphs { p { paragraph } }
                p { a(.href(address), .classes("action")) { "See your subscription" } }
            }
        )
        return try Outbox.store([mail], session, services, now: now).first
    }
}
