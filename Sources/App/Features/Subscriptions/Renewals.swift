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
    /// How many customers are looked for at once.
    static let batch = 100

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The job that bills every customer with something due, one transaction each: what is wrong
    /// with one of them does not keep the others from being billed.
    package func bill() async throws -> JobOutcome {
        let now = services.clock.now
        var last: ID<Customer>?
        var failed = 0
        while true {
            let after = last
            let customers = try await services.database.transaction(for: .system) {
                try $0.customersToBill(by: now, after: after, most: Renewals.batch)
            }
            for customer in customers {
                do { try await bill(customer) } catch {
                    failed += 1
                    services.log.error(
                        "a customer could not be billed",
                        ["customer": customer.text, "error": String(reflecting: error)]
                    )
                }
            }
            last = customers.last
            if customers.count < Renewals.batch { break }
        }
        return failed == 0 ? .done : .dead(reason: "\(failed) customers could not be billed")
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
        let endOfDay = Renewals.endOfDay(now)
        let due = try session.lockSubscriptionsToBill(of: customer, until: endOfDay.date)
        var lines: [Currency: [BilledLine]] = [:]
        for subscription in due {
            let found = try Renewals.lines(
                of: subscription,
                at: endOfDay,
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
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> [BilledLine] {
        let history = try session.history(of: subscription.id)
        let since = Instant(subscription.periodStart)
        let lines = try history.difference(
            at: instant,
            to: try session.billedLines(of: subscription.id, since: since.date),
            billedAhead: .usual,
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
        return try lines.map {
            BilledLine(line: $0, planName: try session.planName($0.terms.plan))
        }
    }

    /// What falls due on one day goes on one invoice.
    static func endOfDay(_ now: Date) -> Instant {
        let day = Instant(now).seconds / Instant.secondsOfDay
        return Instant(seconds: (day + 1) * Instant.secondsOfDay - 1)
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
        try session.store(
            state,
            of: subscription,
            nextBillAt: try nextLook(history, after: instant, now: Instant(now))?.date,
            now: now
        )
        switch state {
        case .active(let active):
            try session.setLicenseEnd(
                of: subscription,
                to: active.isCancelling ? active.period.to.date : nil
            )
            // What was sold keeps what it allows until another plan or number is bought.
            if active.terms.plan != record.plan || active.terms.quantity != record.quantity {
                try session.setLicenseQuotas(of: subscription)
            }
            try resume(subscription, session, services, now: now)
        case .ended: try end(subscription, session, services, now: now)
        }
    }

    /// Takes back what an ended subscription gave: the licence is void, and the account is stopped,
    /// not removed, so that whoever comes back finds everything.
    private static func end(
        _ subscription: ID<Subscription>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        if let license = try session.license(of: subscription) {
            try session.setStatus(.cancelled, of: license)
        }
        guard let account = try session.account(of: subscription) else { return }
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

    private static let endedReason = "The subscription has ended."

    /// Lets an account go on that was stopped by the end of a subscription which lives again.
    private static func resume(
        _ subscription: ID<Subscription>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let id = try session.account(of: subscription),
            let account = try session.hostingAccount(id), account.suspendedReason == endedReason
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
        now: Instant
    ) throws -> Instant? {
        guard let active = try history.state(at: now).active else { return nil }
        let boundary = active.period.to
        guard let bill = active.nextBill(billedAhead: .usual), bill > billed else {
            return boundary > now ? boundary : nil
        }
        return min(bill, boundary)
    }
}
