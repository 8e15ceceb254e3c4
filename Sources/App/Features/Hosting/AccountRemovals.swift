import Core
import Foundation
import Postgres
import Support
import Web

/// Removes the accounts of subscriptions that have ended for as long as administrators have set.
///
/// Its customer is told the day first, at the end or a week before, and that is stored with its
/// mail: the day holds whatever is set later, unless accounts are kept for longer then, and counts
/// from when the mail has left. Whatever keeps an account meanwhile (staff, a dispute, a payment,
/// an exemption) makes the day void, and another one is told when it is over.
struct AccountRemovals: Sendable {
    /// How often it is looked for accounts. Customers are told that much earlier, so that the day
    /// is not put off by a turn.
    static let turnSeconds: Int64 = 3_600
    private static let batch = 200

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that withdraws, announces and removes what is due, a transaction each.
    func run() async throws -> JobOutcome {
        let services = services
        let now = services.clock.now
        var failed = 0
        var last: ID<HostingAccount>?
        // Each is looked at once a turn.
        while true {
            let before = last
            let due = try await services.database.transaction(for: .system) {
                try $0.accountsToRemove(
                    try $0.accountRetention(),
                    by: now,
                    after: before,
                    most: AccountRemovals.batch
                )
            }
            guard !due.isEmpty else { break }
            last = due.last?.id
            for account in due {
                do { try await step(account) } catch let error as CancellationError {
                    throw error
                } catch {
                    failed += 1
                    services.log.error(
                        "an account could not be removed after its end",
                        ["account": account.id.text, "error": String(reflecting: error)]
                    )
                }
            }
        }
        return failed == 0 ? .done : .dead(reason: "\(failed) accounts could not be removed")
    }

    private func step(_ account: RemovableAccount) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try AccountRemovals.step(account, $0, services, now: now)
        }
        services.faults.reach(.accountRemovalStored)
    }

    /// Withdraws the day that was told, announces one or, when it has come, wishes the removal.
    static func step(
        _ found: RemovableAccount,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        // Whoever takes the subscription up again, or stops the account, locks them first, too.
        _ = try session.lockSubscription(found.subscription)
        _ = try session.lockHostingAccount(found.id)
        try session.withdrawVoidNotice(of: found.id, now: now)
        let retention = try session.accountRetention()
        let due = try session.accountsToRemove(retention, by: now, account: found.id, most: 1)
        guard let account = due.first else { return }
        guard account.isAnnounced else {
            _ = try announce(account.subscription, account.id, session, services, now: now)
            return
        }
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
    }

    /// Tells the day anew that a mail was to tell, if one still is to be told; false when the mail
    /// tells of none any more.
    static func tellAnew(
        toldBy mail: ID<Mail>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Bool {
        guard let account = try session.removal(toldBy: mail) else { return false }
        _ = try session.lockSubscription(account.subscription)
        _ = try session.lockHostingAccount(account.id)
        guard try session.withdrawRemoval(toldBy: mail, now: now) else { return false }
        try step(account, session, services, now: now)
        return true
    }

    /// What becomes of the account of a subscription that ends now.
    enum AtEnd {
        /// It is kept, or nothing was ever delivered.
        case kept
        /// It is removed on this day, of which its customer is told in time.
        case told(RemovalDay)
        /// There is no time for another mail later, so its own mail is sent now.
        case announced(RemovalDay)

        var day: RemovalDay? {
            switch self {
            case .kept: nil
            case .told(let day), .announced(let day): day
            }
        }
    }

    static func atEnd(
        of subscription: ID<Subscription>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> AtEnd {
        let record = try session.subscription(subscription).orThrow(Problem.notFound)
        guard let id = try session.account(of: subscription),
            let day = try day(of: record, session, now: now)
        else { return .kept }
        let moment = try session.accountRetention().announcement(endedAt: Instant(now))
        guard let moment, moment <= Instant(now),
            let announced = try announce(subscription, id, session, services, now: now)
        else { return .told(day) }
        return .announced(announced)
    }

    /// When the account of a subscription is removed, as far as it is known; nil when nothing
    /// removes it by itself.
    static func day(
        of subscription: SubscriptionRecord,
        _ session: Session,
        now: Date
    ) throws -> RemovalDay? {
        guard subscription.status == .cancelled,
            let id = try session.account(of: subscription.id),
            let account = try session.hostingAccount(id), account.isStoppedByItsEnd,
            try !session.isKept(id)
        else { return nil }
        return try session.announcedRemoval(of: id) ?? nextDay(of: subscription, session, now: now)
    }

    /// The day on which an account is removed whose customer is told now.
    private static func nextDay(
        of subscription: SubscriptionRecord,
        _ session: Session,
        now: Date
    ) throws -> RemovalDay? {
        let zone = try session.timeZone(of: subscription.customer)
        return try session.accountRetention().removal(
            endedAt: Instant(subscription.cancelledAt ?? now),
            // Nobody gets a fraction of a second too little.
            toldAt: Instant(now) + 1,
            in: zone
        )
        .map { RemovalDay($0, in: zone) }
    }

    /// Tells a customer the day and stores it with its mail; nil when it was told before.
    private static func announce(
        _ subscription: ID<Subscription>,
        _ account: ID<HostingAccount>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> RemovalDay? {
        _ = try session.lockHostingAccount(account)
        let record = try session.subscription(subscription).orThrow(Problem.notFound)
        guard try session.announcedRemoval(of: account) == nil,
            let day = try nextDay(of: record, session, now: now),
            let mail = try AccountRemovalMails.announce(
                day,
                for: account,
                record,
                session,
                services,
                now: now
            )
        else { return nil }
        try session.storeRemoval(of: account, on: day, mail, now: now)
        return day
    }
}

/// The day on which an account is removed.
struct RemovalDay: Sendable, Equatable {
    /// When it begins where the customer lives.
    let at: Date
    /// The same day where clocks show UTC, as it is stored and written.
    let day: Date

    init(at: Date, day: Date) {
        self.at = at
        self.day = day
    }

    init(_ day: CivilDate, in zone: BillingZone) {
        at = zone.instant(of: day, secondOfDay: 0).date
        self.day = BillingZone.utc.instant(of: day, secondOfDay: 0).date
    }

    /// `20 Nov 2026`.
    var text: String { day.dayText }
}

/// An account about whose removal something is to be done.
struct RemovableAccount: Sendable {
    let id: ID<HostingAccount>
    let subscription: ID<Subscription>
    /// Whether its customer was told the day.
    let isAnnounced: Bool
}

extension HostingAccountRecord {
    /// Whether it was to be stopped because its subscription has ended and nothing else was wished
    /// of it since, be it that its panel has not done it.
    var isStoppedByItsEnd: Bool {
        wish?.goal == .suspended && wish?.reason == SubscriptionBilling.endedReason
    }
}
