package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What customers and staff can do to subscriptions.
///
/// Every change is one transaction: the event is stored, what it changes about the bill is
/// invoiced, and the subscription stands as its history says.
package struct Subscriptions: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Subscriptions newest first.
    package func list(
        for scope: Scope,
        customer: ID<Customer>? = nil,
        status: SubscriptionRecord.Status? = nil,
        before: ID<Subscription>? = nil,
        most: Int
    ) async throws -> [SubscribedPlan] {
        let now = services.clock.now
        return try await services.database.transaction(for: scope) { session in
            try session.subscriptions(of: customer, status: status, before: before, most: most)
                .map { try SubscribedPlan($0, session, now: now) }
        }
    }

    /// One subscription, as somebody may see it.
    ///
    /// - Throws: 404 when there is none, or it is another customer's.
    package func show(_ id: ID<Subscription>, for scope: Scope) async throws -> SubscribedPlan {
        let now = services.clock.now
        return try await services.database.transaction(for: scope) { session in
            let record = try session.subscription(id).orThrow(Problem.notFound)
            return try SubscribedPlan(record, session, now: now)
        }
    }

    /// What becomes of time that a customer has paid for and does not use, as administrators have
    /// set.
    func unusedTimeOfCancellations() async throws -> SubscriptionEvent.UnusedTime {
        try await services.database.transaction(for: .system) {
            try $0.flag(SettingName.creditsUnusedTime) ? .credited : .forfeited
        }
    }

    /// What a change would do: the lines of the bill that it makes, those of the bill that follows,
    /// and how the subscription stands after it. Nothing is stored.
    package func preview(
        _ change: SubscriptionChange,
        of id: ID<Subscription>,
        for scope: Scope
    ) async throws -> ChangePreview {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: scope) { session in
            let record = try session.subscription(id).orThrow(Problem.notFound)
            let step = try Step(record, change, session, services, now: now)
            return try step.preview(of: record, session)
        }
    }

    /// What taking up again costs what has ended; nil for what has not, and for what cannot be
    /// taken up again: whoever asks for it is told why.
    func priceOfReturn(_ found: SubscribedPlan, for scope: Scope) async throws -> ChangePreview? {
        guard found.record.status == .cancelled else { return nil }
        do {
            return try await preview(.reactivate, of: found.record.id, for: scope)
        } catch is Problem {
            return nil
        }
    }

    /// Makes a change; with the terms that a preview has shown, only if they are still the same.
    ///
    /// - Throws: a ``Web/Problem`` 409 or 422 that says why it cannot be made.
    package func make(
        _ change: SubscriptionChange,
        to id: ID<Subscription>,
        as terms: String? = nil,
        for scope: Scope,
        actor: Actor
    ) async throws -> SubscribedPlan {
        let services = services
        let now = services.clock.now
        _ = try await show(id, for: scope)
        return try await services.database.transaction(for: .system) { session in
            let record = try session.lockSubscription(id).orThrow(Problem.notFound)
            try session.lockOpenInvoices(of: id)
            let step = try Step(record, change, session, services, now: now)
            let now = step.now
            if let terms { try step.require(terms, of: record, session) }
            // What is given back of a bill that is being paid must not be spent before that ends.
            if step.made.bill.carriedToCredit.isPositive, try session.isBeingPaid(id) {
                throw Problem.subscriptionIsBeingPaid
            }
            try session.store(step.event, of: id, customer: record.customer)
            if change == .reactivate {
                try session.endCoupon(of: id, now: now)
                try session.withdrawRemoval(of: id, now: now)
            }
            try SubscriptionInvoices.issue(
                step.made.lines,
                for: record.customer,
                session,
                services,
                now: now
            )
            try SubscriptionBilling.store(
                step.history,
                of: record,
                billedUntil: Instant(now),
                session,
                services,
                now: now
            )
            if case .ended = step.state {
                try AccountRemovalMails.tellOfEnd(of: id, session, services, now: now)
            }
            try session.record(
                AuditEntry(
                    actor,
                    "subscription.\(change.name)",
                    id,
                    customer: record.customer,
                    after: ["change": .string(change.words)]
                ),
                now: now
            )
            let after = try session.subscription(id).orThrow(Problem.notFound)
            return try SubscribedPlan(after, session, now: now)
        }
    }

    /// A change worked out, and not stored.
    private struct Step {
        let event: SubscriptionEvent
        let history: SubscriptionHistory
        let made: SubscriptionBill
        let state: SubscriptionState
        /// When it happens: not before what happened last, which another instance may have stored
        /// whose clock is a little ahead.
        let now: Date
        private let customer: ID<Customer>
        private let currency: Currency
        private let since: Instant
        /// What was billed before.
        private let billed: [BillingLine]

        init(
            _ record: SubscriptionRecord,
            _ change: SubscriptionChange,
            _ session: Session,
            _ services: Services,
            now clock: Date
        ) throws {
            let owed: [BilledLine]
            let before = try session.history(of: record.id)
            let now = before.events.last.map { max(clock, $0.at.date) } ?? clock
            self.now = now
            let instant = Instant(now)
            let state = try before.state(at: instant)
            let kind = try change.event(on: record, state, session, services)
            customer = record.customer
            since = min(Instant(record.periodStart), instant)
            billed = try session.billedLines(of: record.id, since: since.date)
            do {
                history = try before.adding(kind, at: instant)
                let lines = try history.difference(
                    at: instant,
                    to: billed,
                    settledBefore: since
                )
                let after = try history.state(at: instant)
                self.state = after
                owed = try lines.map {
                    BilledLine(
                        line: $0,
                        planName: try session.planName($0.terms.plan),
                        isLast: after.active == nil
                    )
                }
            } catch let problem as HistoryProblem {
                throw Problem(problem)
            }
            guard let event = history.events.last, let currency = history.currency else {
                throw Problem.notFound
            }
            self.event = event
            self.currency = currency
            made = try SubscriptionInvoices.bill(
                owed,
                currency,
                for: record.customer,
                session,
                now: now
            )
        }

        func preview(
            of record: SubscriptionRecord,
            _ session: Session
        ) throws -> ChangePreview {
            ChangePreview(
                made: made,
                state: state,
                periodEnd: record.status == .cancelled ? nil : record.periodEnd,
                next: try nextBill(session),
                available: try session.availableCredits(of: record.customer, now: now),
                now: now
            )
        }

        /// - Throws: a conflict when the change does not have the terms that were shown.
        func require(
            _ terms: String,
            of record: SubscriptionRecord,
            _ session: Session
        ) throws {
            let preview = try preview(of: record, session)
            guard preview.terms == terms else { throw Problem.priceChanged(preview.figures) }
        }

        /// What the subscription adds to the bill of the next period, with what waits for it; nil
        /// when none follows.
        func nextBill(_ session: Session) throws -> ChangePreview.NextBill? {
            guard let active = state.active, !active.isCancelling else { return nil }
            let instant = active.period.to
            let made = made.waitsForNext ? [] : made.lines.map(\.line)
            let owed = try history.difference(
                at: instant,
                to: billed + made,
                settledBefore: since
            )
            let bill = try SubscriptionInvoices.bill(
                try owed.map {
                    BilledLine(line: $0, planName: try session.planName($0.terms.plan))
                },
                after: made,
                currency,
                for: customer,
                session,
                now: instant.date
            )
            return ChangePreview.NextBill(at: instant.date, made: bill)
        }
    }
}

/// A subscription with what is read from its history.
package struct SubscribedPlan: Sendable {
    package let record: SubscriptionRecord
    package let planName: String
    package let unitPrice: Money
    /// Another plan, cycle or quantity from the next period on.
    package let next: SubscriptionTerms?
    package let nextPlanName: String?
    /// The coupon that reduces its bills; nil once it reduces nothing more.
    package let coupon: KeptCoupon?
    /// What an end has left; nil before there is one.
    package let remains: Remains?

    /// What is left of a subscription that has ended.
    package struct Remains: Sendable {
        enum Account: Sendable { case stopped, beingRemoved, removed }

        let account: Account
        /// When the account and everything in it are removed; nil when nothing does so by itself.
        let removal: RemovalDay?
    }

    init(_ record: SubscriptionRecord, _ session: Session, now: Date) throws {
        self.record = record
        planName = try session.planName(record.plan)
        let history = try session.history(of: record.id)
        let active = try? history.state(at: Instant(now)).active
        unitPrice = try active?.terms.unitPrice ?? session.price(record.price)
        next = active?.nextTerms
        nextPlanName = try next.map { try session.planName($0.plan) }
        coupon = try session.coupons(of: [record.id])[record.id].flatMap { KeptCoupon($0) }
        remains = record.status == .cancelled ? try Remains(record, session, now: now) : nil
    }
}

extension SubscribedPlan.Remains {
    fileprivate init(_ record: SubscriptionRecord, _ session: Session, now: Date) throws {
        let account = try session.account(of: record.id).flatMap { try session.hostingAccount($0) }
        self.account =
            account.map { $0.wish?.goal == .terminated ? .beingRemoved : .stopped } ?? .removed
        removal = try AccountRemovals.day(of: record, session, now: now)
    }
}

/// The coupon of a subscription, and how long it still reduces its bills.
package struct KeptCoupon: Sendable {
    package let code: CouponCode
    /// How many periods that are not billed yet it reduces; nil for all.
    package let periodsLeft: Int?

    /// Nil when it has reduced all periods that it was for.
    init?(_ kept: SubscriptionCoupon) {
        code = kept.code
        let periods: Int
        switch kept.terms.duration {
        case .once: periods = 1
        case .periods(let count): periods = count
        case .forever:
            periodsLeft = nil
            return
        }
        let left = periods - kept.periodStarts.count
        guard left > 0 else { return nil }
        periodsLeft = left
    }

    /// `WELCOME, for 2 more periods`.
    var words: String {
        periodsLeft.map { "\(code.text), for \(counted($0, "more period"))" }
            ?? "\(code.text), for every period"
    }
}

extension SubscriptionHistory {
    /// The currency that a subscription is paid in, for ever.
    var currency: Currency? {
        guard case .started(let terms, _)? = events.first?.kind else { return nil }
        return terms.currency
    }
}

extension Problem {
    static let subscriptionIsBeingPaid = Problem.conflict(
        "payment_under_way",
        "An invoice of this subscription is being paid right now. Try again when that is done."
    )

    /// Why a change cannot be made, in words for whoever asked for it.
    init(_ problem: HistoryProblem) {
        switch problem {
        case .ended: self = .subscriptionHasEnded
        case .notEnded: self = .conflict("not_ended", "The subscription has not ended.")
        case .cancellationPending:
            self = .conflict(
                "cancellation_pending",
                "The subscription is going to end. Withdraw the cancellation first."
            )
        case .nothingToWithdraw:
            self = .conflict("nothing_to_withdraw", "There is nothing to be withdrawn.")
        case .terms(.quantityOutOfRange(let most)):
            self = .invalid([FieldError("quantity", "out_of_range", "At most \(most).")])
        case .terms(.amountTooLarge(let most)):
            let message = "One period may cost \(most)."
            self = .invalid([FieldError("quantity", "out_of_range", message)])
        case .otherCurrency, .terms, .withoutNotice:
            self = .conflict("price_not_possible", "This price cannot be charged.")
        case .notStarted, .startedTwice, .outOfOrder, .tooManyLines: self = .internal
        }
    }

    static let subscriptionHasEnded = Problem.conflict(
        "subscription_ended",
        "The subscription has ended; it can be taken up again."
    )
}
