import Core
import Foundation
import Postgres
import Support
import Web

/// Removes the accounts of subscriptions that have ended for as long as administrators have set.
///
/// Its customer is told the day first, at the end or a week before, and that is stored: the day
/// holds whatever is set later, unless accounts are kept for longer then. What staff or a dispute
/// have stopped, what runs, and what is being paid for stays.
struct AccountRemovals: Sendable {
    /// How often it is looked for accounts. Customers are told that much earlier, so that the day
    /// is not put off by a turn.
    static let turnSeconds: Int64 = 3_600
    private static let batch = 200

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that announces and removes what is due, a transaction each.
    func run() async throws -> JobOutcome {
        let services = services
        let now = services.clock.now
        var failed: [ID<HostingAccount>] = []
        while true {
            let passedOver = failed
            let due = try await services.database.transaction(for: .system) {
                try $0.accountsToRemove(
                    try $0.accountRetention(),
                    by: now,
                    without: passedOver,
                    most: AccountRemovals.batch
                )
            }
            guard !due.isEmpty else { break }
            for account in due {
                do { try await step(account) } catch let error as CancellationError {
                    throw error
                } catch {
                    failed.append(account.id)
                    services.log.error(
                        "an account could not be removed after its end",
                        ["account": account.id.text, "error": String(reflecting: error)]
                    )
                }
            }
        }
        return failed.isEmpty
            ? .done : .dead(reason: "\(failed.count) accounts could not be removed")
    }

    private func step(_ account: RemovableAccount) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try AccountRemovals.step(account, $0, services, now: now)
        }
        services.faults.reach(.accountRemovalStored)
    }

    /// Announces the removal of an account or, when its day has come, wishes it.
    static func step(
        _ found: RemovableAccount,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        // Whoever takes the subscription up again locks it first, too.
        _ = try session.lockSubscription(found.subscription)
        _ = try session.lockHostingAccount(found.id)
        let retention = try session.accountRetention()
        let due = try session.accountsToRemove(retention, by: now, account: found.id, most: 1)
        guard let account = due.first else { return }
        guard account.announcedDay == nil else {
            guard try session.markRemovalWished(account.id, now: now) else { return }
            try HostingAccounts.wish(
                .terminated,
                nil,
                for: account.id,
                .job(.removeAccounts),
                session,
                services,
                now: now
            )
            return
        }
        guard let day = try announce(account, retention, session, now: now) else { return }
        try AccountRemovalMails.announce(account, day, session, services, now: now)
    }

    /// The day on which the account of a subscription that ends now is removed; nil when it is
    /// kept. Where no other mail comes before that day, this one is stored as its announcement.
    static func dayAtEnd(
        of subscription: ID<Subscription>,
        _ session: Session,
        now: Date
    ) throws -> Date? {
        let record = try session.subscription(subscription).orThrow(Problem.notFound)
        guard let id = try session.account(of: subscription),
            let day = try day(of: record, session, now: now)
        else { return nil }
        let retention = try session.accountRetention()
        guard let moment = retention.announcement(endedAt: Instant(now)), moment <= Instant(now)
        else { return day }
        let ended = RemovableAccount(
            id: id,
            subscription: subscription,
            customer: record.customer,
            endedAt: record.cancelledAt ?? now,
            announcedDay: nil
        )
        return try announce(ended, retention, session, now: now)
    }

    /// When the account of a subscription is removed, as far as it is known; nil when nothing
    /// removes it by itself.
    static func day(
        of subscription: SubscriptionRecord,
        _ session: Session,
        now: Date
    ) throws -> Date? {
        guard subscription.status == .cancelled, let endedAt = subscription.cancelledAt,
            let id = try session.account(of: subscription.id),
            let account = try session.hostingAccount(id), account.wish?.goal != .terminated,
            account.isStopped(for: SubscriptionBilling.endedReason),
            try !DisputeFreezing.holds(account, session)
        else { return nil }
        let retention = try session.accountRetention()
        return try session.announcedRemoval(of: id)
            ?? retention.removal(endedAt: Instant(endedAt), toldAt: .after(now))?.date
    }

    private static func announce(
        _ account: RemovableAccount,
        _ retention: AccountRetention,
        _ session: Session,
        now: Date
    ) throws -> Date? {
        let ended = Instant(account.endedAt)
        guard let day = retention.removal(endedAt: ended, toldAt: .after(now))?.date,
            try session.storeRemoval(of: account.id, on: day, now: now)
        else { return nil }
        return day
    }
}

extension Instant {
    /// The second that begins after a date, so that nobody gets a fraction of one too little.
    fileprivate static func after(_ date: Date) -> Instant { Instant(date) + 1 }
}

/// An account that nothing keeps but the time since its subscription's end.
struct RemovableAccount: Sendable {
    let id: ID<HostingAccount>
    let subscription: ID<Subscription>
    let customer: ID<Customer>
    let endedAt: Date
    /// The day that its customer was told; nil before that.
    let announcedDay: Date?
}
