/// A subscription's events in their order, and what follows from them.
///
/// What is owed is computed from the events each time it is asked for, and never scheduled, so that
/// asking twice, late or after a crash gives the same answer.
package struct SubscriptionHistory: Hashable, Sendable {
    package let subscription: ID<Subscription>
    package private(set) var events: [SubscriptionEvent]

    /// Takes the events as they are; what is asked of them says whether they make sense.
    package init(_ subscription: ID<Subscription>, _ events: [SubscriptionEvent]) {
        self.subscription = subscription
        self.events = events
    }

    /// The history with one more event, which gets the next number.
    package func adding(
        _ kind: SubscriptionEvent.Kind,
        at instant: Instant
    ) throws(HistoryProblem) -> SubscriptionHistory {
        var longer = self
        let number = (events.last?.number ?? 0) + 1
        longer.events.append(SubscriptionEvent(number: number, at: instant, kind))
        _ = try longer.walk(to: instant, settledBefore: instant)
        return longer
    }

    /// Everything owed up to an instant, whether invoiced or not, in the order it came to be owed.
    ///
    /// Events after the instant are as if they had not happened. With `settledBefore`, periods that
    /// begin earlier are left out.
    package func owed(
        at instant: Instant,
        billedAhead lead: RenewalLead = .none,
        settledBefore: Instant? = nil
    ) throws(HistoryProblem) -> [BillingLine] {
        var walk = try walk(to: instant, settledBefore: settledBefore)
        try walk.advance(to: instant, billedAhead: lead)
        return walk.lines
    }

    /// What has to be invoiced so that what was invoiced becomes what is owed.
    ///
    /// `invoiced` holds every line on a document, drafts and void invoices included, of periods
    /// that begin at `settledBefore` or later. What was invoiced ahead and is not owed any more is
    /// taken back. When the answer is invoiced, asking again gives nothing.
    ///
    /// With a lead, what was billed with a longer one stays billed, as long as it is going to be
    /// owed.
    package func difference(
        at instant: Instant,
        to invoiced: [BillingLine],
        billedAhead lead: RenewalLead? = nil,
        settledBefore: Instant? = nil
    ) throws(HistoryProblem) -> [BillingLine] {
        var walk = try walk(to: instant, settledBefore: settledBefore)
        try walk.advance(to: instant, billedAhead: lead ?? .none)
        if lead != nil { try walk.advance(throughAll: BillingDifference.standing(invoiced)) }
        let owed = walk.lines
        let counted = invoiced.filter { line in
            settledBefore.map { line.identity.periodStart >= $0 } ?? true
        }
        return BillingDifference.lines(owed: owed, invoiced: counted, at: instant)
    }

    /// What takes back every charge that was invoiced and still stands.
    package static func takingBack(
        _ invoiced: [BillingLine],
        at instant: Instant
    ) -> [BillingLine] {
        BillingDifference.lines(owed: [], invoiced: invoiced, at: instant)
            .filter { $0.identity.kind != .credit }
    }

    /// What an event would add to the bill if it happened at an instant.
    package func preview(
        _ kind: SubscriptionEvent.Kind,
        at instant: Instant,
        invoiced: [BillingLine],
        billedAhead lead: RenewalLead? = nil,
        settledBefore: Instant? = nil
    ) throws(HistoryProblem) -> BillingPreview {
        let after = try adding(kind, at: instant)
        let lines = try after.difference(
            at: instant,
            to: invoiced,
            billedAhead: lead,
            settledBefore: settledBefore
        )
        return BillingPreview(lines: lines, state: try after.state(at: instant))
    }

    /// How the subscription stands at an instant.
    package func state(at instant: Instant) throws(HistoryProblem) -> SubscriptionState {
        var walk = try walk(to: instant, settledBefore: instant)
        try walk.advance(to: instant)
        guard let state = SubscriptionState(walk) else { throw .notStarted }
        return state
    }

    private func walk(
        to instant: Instant,
        settledBefore: Instant?
    ) throws(HistoryProblem) -> SubscriptionWalk {
        var walk = SubscriptionWalk(subscription, settledBefore: settledBefore)
        for event in events where event.at <= instant { try walk.take(event) }
        return walk
    }
}

/// What an event would add to the bill, and how the subscription would stand after it.
package struct BillingPreview: Hashable, Sendable {
    package let lines: [BillingLine]
    package let state: SubscriptionState

    /// Before discount and tax; negative when more is credited than charged.
    package func total(_ currency: Currency) -> Money { lines.map(\.amount).sum(currency) }
}

/// How long before a period begins its bill is made.
package struct RenewalLead: Hashable, Sendable {
    private let monthly: Int64
    private let yearly: Int64

    /// How many days before its period a bill may be made.
    package static let possibleDays = 0...30

    /// In whole days.
    package init(monthlyDays: Int, yearlyDays: Int) {
        self.init(
            monthly: Int64(monthlyDays) * Instant.secondsOfDay,
            yearly: Int64(yearlyDays) * Instant.secondsOfDay
        )
    }

    /// In seconds; neither is negative.
    package init(monthly: Int64, yearly: Int64) {
        precondition(monthly >= 0 && yearly >= 0, "a bill is made before its period, not after")
        self.monthly = monthly
        self.yearly = yearly
    }

    /// On the day itself.
    package static let none = RenewalLead(monthly: 0, yearly: 0)
    /// Three days for a year, none for a month.
    package static let usual = RenewalLead(monthlyDays: 0, yearlyDays: 3)

    package func days(of cycle: BillingCycle) -> Int {
        Int(seconds(of: cycle) / Instant.secondsOfDay)
    }

    func seconds(of cycle: BillingCycle) -> Int64 {
        switch cycle {
        case .monthly: monthly
        case .yearly: yearly
        }
    }
}
