import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Bills subscriptions whose time has come.
///
/// What is owed is computed from what happened and compared with what was invoiced, so a turn that
/// runs twice, late or after a crash bills nothing twice and leaves nothing out.
package struct Renewals: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The job that bills everybody with something due: in batches what is plain, and each of the
    /// others by a transaction of its own. What is wrong with one of them does not keep the others
    /// from being billed.
    package func bill() async throws -> JobOutcome {
        let services = services
        let now = services.clock.now
        let batch = RenewalBatch(services, now: now)
        var apart: [ID<Customer>] = []
        var failed = 0
        while true {
            let without = apart
            var others: [ID<Customer>]
            do {
                let outcome = try await services.database.transaction(
                    for: .system,
                    deadlineSeconds: 60
                ) { try batch.bill($0, without: without) }
                guard outcome.claimed > 0 else { break }
                services.faults.reach(.renewalStored)
                others = outcome.others
            } catch let error as CancellationError {
                throw error
            } catch {
                // Whatever it was, one after the other it concerns no more than one.
                services.log.error(
                    "a batch of renewals could not be billed",
                    ["error": String(reflecting: error)]
                )
                others = try await services.database.transaction(for: .system) {
                    try $0.customersToBill(by: now, without: without, most: RenewalBatch.size)
                }
            }
            for customer in others where try await !billAlone(customer) { failed += 1 }
            // Each is tried once a turn.
            apart += others
        }
        return failed == 0 ? .done : .dead(reason: "\(failed) customers could not be billed")
    }

    /// Bills one customer; false when that failed.
    private func billAlone(_ customer: ID<Customer>) async throws -> Bool {
        do {
            try await bill(customer)
            return true
        } catch let error as CancellationError {
            throw error
        } catch {
            services.log.error(
                "a customer could not be billed",
                ["customer": customer.text, "error": String(reflecting: error)]
            )
            return false
        }
    }

    /// Bills what a customer owes by the end of this day, on one invoice a currency.
    private func bill(_ customer: ID<Customer>) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try Renewals.bill(customer, $0, services, now: now)
        }
        services.faults.reach(.renewalStored)
    }

    /// The same in a transaction.
    static func bill(
        _ customer: ID<Customer>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let endOfDay = Renewals.endOfDay(now, in: try session.timeZone(of: customer))
        let lead = try session.renewalLead()
        let due = try session.lockSubscriptionsToBill(of: customer, until: endOfDay.date)
        var lines: [Currency: [BilledLine]] = [:]
        for subscription in due {
            let found = try Renewals.lines(
                of: subscription,
                at: endOfDay,
                billedAhead: lead,
                session,
                services,
                now: now
            )
            for line in found { lines[line.line.amount.currency, default: []].append(line) }
        }
        for (_, lines) in lines.sorted(by: { $0.key.code < $1.key.code }) {
            try SubscriptionInvoices.issue(
                lines,
                for: customer,
                session,
                services,
                now: now
            )
        }
    }

    /// What a subscription owes beyond what was invoiced; stores when to look again.
    private static func lines(
        of subscription: SubscriptionRecord,
        at instant: Instant,
        billedAhead lead: RenewalLead,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> [BilledLine] {
        let history = try session.history(of: subscription.id)
        let since = Instant(subscription.periodStart)
        let lines = try history.difference(
            at: instant,
            to: try session.billedLines(of: subscription.id, since: since.date),
            billedAhead: lead,
            settledBefore: since
        )
        try SubscriptionBilling.store(
            history,
            of: subscription,
            billedUntil: instant,
            session,
            services,
            now: now
        )
        let hasEnded = try history.state(at: Instant(now)).active == nil
        if hasEnded {
            try AccountRemovalMails.tellOfEnd(of: subscription.id, session, services, now: now)
        }
        return try lines.map {
            BilledLine(
                line: $0,
                planName: try session.planName($0.terms.plan),
                isLast: hasEnded
            )
        }
    }

    /// What falls due on one of the customer's days goes on one invoice.
    static func endOfDay(_ now: Date, in zone: BillingZone) -> Instant {
        let today = zone.civil(at: Instant(now)).date
        let tomorrow = CivilDate(daysSince1970: today.daysSince1970 + 1)
        return zone.instant(of: tomorrow, secondOfDay: 0) - 1
    }
}

/// Keeps what is stored of a subscription in step with its history.
enum SubscriptionBilling {
    /// Stores how a subscription stands now and when its bills are to be looked at again, after
    /// what was due until an instant has been billed.
    static func store(
        _ history: SubscriptionHistory,
        of record: SubscriptionRecord,
        billedUntil instant: Instant,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let subscription = record.id
        let state = try history.state(at: Instant(now))
        let next = try nextLook(
            history,
            after: instant,
            billedAhead: try session.renewalLead(),
            now: Instant(now)
        )
        try session.store(state, of: subscription, nextBillAt: next?.date, now: now)
        switch state {
        case .active(let active):
            try session.setLicenseEnd(
                of: subscription,
                to: active.isCancelling ? active.period.to.date : nil
            )
            // What was sold keeps what it allows until another plan or number is bought.
            if active.terms.plan != record.plan || active.terms.quantity != record.quantity {
                try session.setLicenseQuotas(of: subscription)
                if let account = try session.account(of: subscription) {
                    try PlanTelling.wish(for: account, session, services, now: now)
                }
            }
            try resume(subscription, session, services, now: now)
        case .ended: try end(subscription, session, services, now: now)
        }
    }

    /// Ends a subscription at once that is not paid for, or whose money goes back another way; so
    /// nothing is given back for its time.
    static func forfeit(
        _ subscription: SubscriptionRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard subscription.status != .cancelled else { return }
        let history = try session.history(of: subscription.id)
            .adding(.cancelled(.atOnce(unused: .forfeited)), at: Instant(now))
        if let event = history.events.last {
            try session.store(event, of: subscription.id, customer: subscription.customer)
        }
        try store(
            history,
            of: subscription,
            billedUntil: Instant(now),
            session,
            services,
            now: now
        )
        try takeBackComing(history, of: subscription, session, services, now: now)
    }

    /// Gives back the bills of periods that were billed ahead and never begin.
    private static func takeBackComing(
        _ history: SubscriptionHistory,
        of subscription: SubscriptionRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let since = Instant(now)
        let coming = try history.difference(
            at: since,
            to: try session.billedLines(of: subscription.id, since: since.date),
            settledBefore: since
        )
        .filter(\.isReversal)
        try SubscriptionInvoices.issue(
            try coming.map { BilledLine(line: $0, planName: try session.planName($0.terms.plan)) },
            for: subscription.customer,
            session,
            services,
            now: now
        )
    }

    /// Takes back what an ended subscription gave: the licence is void, and the account is stopped,
    /// so that whoever comes back in time finds everything.
    private static func end(
        _ subscription: ID<Subscription>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        if let license = try session.license(of: subscription) {
            try session.setStatus(.cancelled, of: license)
        }
        // What somebody else has stopped is stopped already, and stays so for that reason.
        guard let account = try session.account(of: subscription),
            let record = try session.hostingAccount(account), record.wish?.goal != .terminated,
            record.isToRun || record.isStopped(for: Dunning.suspendedReason)
        else { return }
        try HostingAccounts.wish(
            .suspended,
            endedReason,
            for: account,
            .job(.billSubscriptions),
            session,
            services,
            now: now
        )
    }

    static let endedReason = "The subscription has ended."

    /// Lets an account go on that was stopped by the end of a subscription which lives again.
    private static func resume(
        _ subscription: ID<Subscription>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let id = try session.account(of: subscription),
            let account = try session.hostingAccount(id), account.isStoppedByItsEnd
        else { return }
        try HostingAccounts.wish(
            .active,
            nil,
            for: id,
            .job(.billSubscriptions),
            session,
            services,
            now: now
        )
    }

    /// The next instant at which something is billed, a period begins, or the end comes.
    static func nextLook(
        _ history: SubscriptionHistory,
        after billed: Instant,
        billedAhead lead: RenewalLead,
        now: Instant
    ) throws -> Instant? {
        guard let active = try history.state(at: now).active else { return nil }
        let boundary = active.period.to
        guard let bill = active.nextBill(billedAhead: lead), bill > billed else {
            return boundary > now ? boundary : nil
        }
        return min(bill, boundary)
    }
}
