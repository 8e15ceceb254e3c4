package import Core
package import Foundation
import Postgres
import Support
import Web
import Wire

/// A new price of a plan for those who have bought it already.
package struct RepricingRecord: Sendable {
    package let id: ID<Repricing>
    package let plan: ID<Plan>
    package let cycle: BillingCycle
    /// The new price.
    package let price: ID<Price>
    package let amount: Money
    package let effectiveFrom: Date
    package let announcedAt: Date
    package let withdrawnAt: Date?
    /// How many subscriptions were told of it.
    package let subscriptions: Int
}

/// Changes what is charged for what was sold, with notice.
///
/// A new price is for new orders alone until staff announce it to those who have bought. Each of
/// them gets an event and a mail; the price holds from the first period on that begins after the
/// notice. Until then it can be withdrawn, which is another event with the old price.
package struct Repricings: Sendable {
    /// How long before a new price holds it is announced, in days.
    package static let allowedNotice = 1...365
    private static let batch = 100

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The announcements of a plan's prices, newest first.
    package func list(of plan: ID<Plan>) async throws -> [RepricingRecord] {
        try await services.database.transaction(for: .system) { session in
            _ = try session.lockPlan(plan).orThrow(Problem.notFound)
            return try session.repricings(of: plan)
        }
    }

    /// Announces the present price of a plan to everybody who has bought it at another.
    ///
    /// - Throws: 404 without such a plan, 409 when it is not sold for the cycle, or the price has
    ///   been announced.
    package func announce(
        _ plan: ID<Plan>,
        _ cycle: BillingCycle,
        _ currency: Currency,
        noticeDays: Int,
        actor: Actor
    ) async throws -> RepricingRecord {
        let services = services
        let now = services.clock.now
        let id = ID<Repricing>(services.ids.next())
        let from = Instant(now) + Int64(noticeDays) * Instant.secondsOfDay
        do {
            return try await services.database.transaction(for: .system) { session in
                _ = try session.lockPlan(plan).orThrow(Problem.notFound)
                let record = try session.plan(plan, currency: currency).orThrow(Problem.notFound)
                let price = try record.price(cycle).orThrow(Problem.noPriceToAnnounce)
                try session.storeRepricing(id, plan, price.id, from: from.date, now: now)
                try Repricings.enqueue(id, session, services, now: now)
                try session.record(
                    AuditEntry(
                        actor,
                        "plan.announce_price",
                        plan,
                        after: [
                            "cycle": .string(cycle.rawValue),
                            "price": .string(price.amount.description),
                            "from": .string(from.date.rfc3339),
                        ]
                    ),
                    now: now
                )
                return try session.repricing(id).orThrow(Problem.notFound)
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.priceIsAnnounced
        }
    }

    /// Takes an announcement back, as long as it does not hold yet.
    ///
    /// - Throws: 409 when it holds already, or was withdrawn.
    package func withdraw(_ id: ID<Repricing>, actor: Actor) async throws -> RepricingRecord {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let record = try session.repricing(id).orThrow(Problem.notFound)
            guard try session.withdrawRepricing(id, now: now) else { throw Problem.priceHolds }
            try Repricings.enqueue(id, session, services, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "plan.withdraw_price",
                    record.plan,
                    after: ["price": .string(record.amount.description)]
                ),
                now: now
            )
            return try session.repricing(id).orThrow(Problem.notFound)
        }
    }

    private static func enqueue(
        _ id: ID<Repricing>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let job = NewJob(.repriceSubscriptions, payload: ["repricing": .string(id.text)])
        try session.enqueue(job, ids: services.ids, now: now)
    }

    /// The job that goes through the subscriptions, one transaction each, and tells customers.
    func perform(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("repricing", of: Repricing.self)
        var failed = 0
        var last: ID<Subscription>?
        while true {
            let after = last
            let (record, subscriptions) = try await services.database.transaction(for: .system) {
                session in
                let record = try session.repricing(id).orThrow(Problem.notFound)
                let found = try session.subscriptionsToReprice(
                    by: record,
                    after: after,
                    most: Repricings.batch
                )
                return (record, found)
            }
            for subscription in subscriptions {
                do { try await reprice(subscription, by: record) } catch {
                    failed += 1
                    services.log.error(
                        "a subscription could not be given its new price",
                        ["subscription": subscription.text, "error": String(reflecting: error)]
                    )
                }
            }
            last = subscriptions.last
            if subscriptions.count < Repricings.batch { break }
        }
        return failed == 0 ? .done : .dead(reason: "\(failed) subscriptions keep their price")
    }

    private func reprice(_ id: ID<Subscription>, by record: RepricingRecord) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let subscription = try session.lockSubscription(id).orThrow(Problem.notFound)
            let current = try session.repricing(record.id).orThrow(Problem.notFound)
            if current.withdrawnAt == nil {
                try Repricings.tell(subscription, current, session, services, now: now)
            } else {
                try Repricings.undo(subscription, current, session, services, now: now)
            }
        }
    }

    private static func tell(
        _ subscription: SubscriptionRecord,
        _ record: RepricingRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let from = Instant(record.effectiveFrom)
        let history = try session.history(of: subscription.id)
        guard let active = try history.state(at: Instant(now)).active, from > Instant(now),
            active.terms.plan == record.plan, active.terms.cycle == record.cycle,
            active.terms.currency == record.amount.currency, active.terms.price != record.price
        else { return }
        let event = SubscriptionEvent.Kind.repriced(
            unitPrice: record.amount,
            price: record.price,
            from: from
        )
        let number = try add(event, to: subscription, history, session, services, now: now)
        try session.storeRepriced(
            subscription,
            by: record.id,
            oldPrice: active.terms.price,
            oldAmount: active.terms.unitPrice,
            event: number
        )
        try RepricingMails.sendNew(
            record,
            of: subscription,
            active,
            from: active.firstPeriod(from: from),
            session,
            services,
            now: now
        )
    }

    /// What has changed meanwhile, such as the plan, is charged by what it was changed to.
    private static func undo(
        _ subscription: SubscriptionRecord,
        _ record: RepricingRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let told = try session.repriced(subscription.id, by: record.id) else { return }
        let history = try session.history(of: subscription.id)
        guard let active = try history.state(at: Instant(now)).active,
            active.terms.plan == record.plan, active.terms.cycle == record.cycle,
            active.terms.price != record.price
        else { return try session.markUndone(subscription.id, by: record.id, event: 0) }
        let (unitPrice, price) = active.price(
            from: Instant(record.effectiveFrom),
            without: told,
            history
        )
        let event = SubscriptionEvent.Kind.repriced(
            unitPrice: unitPrice,
            price: price,
            from: max(Instant(record.effectiveFrom), Instant(now))
        )
        let number = try add(event, to: subscription, history, session, services, now: now)
        try session.markUndone(subscription.id, by: record.id, event: number)
        try RepricingMails.sendWithdrawn(
            record,
            of: subscription,
            active,
            session,
            services,
            now: now
        )
    }

    /// Stores an event and how the subscription stands by it; its number.
    private static func add(
        _ kind: SubscriptionEvent.Kind,
        to subscription: SubscriptionRecord,
        _ history: SubscriptionHistory,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Int {
        let longer = try history.adding(kind, at: Instant(now))
        guard let event = longer.events.last else { return 0 }
        try session.store(event, of: subscription.id, customer: subscription.customer)
        try SubscriptionBilling.store(
            longer,
            of: subscription,
            billedUntil: Instant(now),
            session,
            services,
            now: now
        )
        // What was due to be billed stays so: that of a period which has just begun, say.
        if let due = subscription.nextBillAt {
            try session.lookAtBills(of: subscription.id, noLaterThan: due)
        }
        return event.number
    }
}

extension ActiveSubscription {
    /// The price from an instant on if an announcement had not been made: what another one says
    /// that has still to hold, or what holds now.
    fileprivate func price(
        from instant: Instant,
        without event: Int,
        _ history: SubscriptionHistory
    ) -> (Money, ID<Price>) {
        var last: (unitPrice: Money, price: ID<Price>, from: Instant, number: Int)?
        for each in history.events where each.number != event {
            switch each.kind {
            case .repriced(let unitPrice, let price, let from)
            where from > period.from && from <= instant:
                if let last, (last.from, last.number) > (from, each.number) { continue }
                last = (unitPrice, price, from, each.number)
            case .changed(let new, _) where new.plan != terms.plan || new.cycle != terms.cycle:
                last = nil
            case .reactivated: last = nil
            default: break
            }
        }
        return last.map { ($0.unitPrice, $0.price) } ?? (terms.unitPrice, terms.price)
    }

    /// When the first period begins that begins at an instant or later.
    func firstPeriod(from instant: Instant) -> Instant {
        var month = anchor.months(until: period.to)
        while anchor.boundary(months: month) < instant { month += terms.cycle.months }
        return anchor.boundary(months: month)
    }
}

extension Problem {
    static let noPriceToAnnounce = Problem.conflict(
        "not_sold",
        "The plan is not sold for this cycle now."
    )
    static let priceIsAnnounced = Problem.conflict(
        "price_announced",
        "This price was announced already."
    )
    static let priceHolds = Problem.conflict(
        "price_holds",
        "The price holds already, or was withdrawn before."
    )
}
