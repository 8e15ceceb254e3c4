/// A subscription followed from its purchase through its events and period ends.
///
/// It knows what is in force at the instant that it has reached, and collects the lines owed on the
/// way there.
struct SubscriptionWalk {
    let subscription: ID<Subscription>
    /// Lines of periods that begin earlier are not collected.
    let settledBefore: Instant?
    private(set) var lines: [BillingLine] = []
    private(set) var current: Current?
    private(set) var endedAt: Instant?
    private var last: (number: Int, at: Instant)?
    private var currency: Currency?

    /// What is in force.
    struct Current {
        var anchor: BillingAnchor
        /// How many months after the anchor the period begins.
        var month: Int
        var period: TimeSpan
        var terms: SubscriptionTerms
        /// The event that set the terms.
        var cause: Int
        /// The line that charges the time which is being used, and that time.
        var charged: (line: BillingLineIdentity, span: TimeSpan)
        var scheduled: (terms: SubscriptionTerms, cause: Int)?
        var repricings: [Repricing] = []
        var isCancelling = false
    }

    struct Repricing {
        let unitPrice: Money
        let price: ID<Price>
        let from: Instant
        let cause: Int
    }

    init(_ subscription: ID<Subscription>, settledBefore: Instant?) {
        self.subscription = subscription
        self.settledBefore = settledBefore
    }

    /// How many lines one subscription may owe at once.
    static let mostLines = 400

    // MARK: Periods

    /// Passes the period ends up to an instant, that included.
    mutating func advance(to instant: Instant) throws(HistoryProblem) {
        skipSettledPeriods(before: instant)
        while let period = current?.period, period.to <= instant {
            try passPeriodEnd(due: period.to)
        }
    }

    /// Passes the period ends whose next period is billed by an instant, as far ahead as `lead`
    /// says.
    mutating func advance(
        to instant: Instant,
        billedAhead lead: RenewalLead
    ) throws(HistoryProblem) {
        skipSettledPeriods(before: instant)
        while let current, !(current.isCancelling && current.period.to > instant) {
            let cycle = current.scheduled?.terms.cycle ?? current.terms.cycle
            let due = current.period.to - lead.seconds(of: cycle)
            guard due <= instant else { return }
            try passPeriodEnd(due: due)
        }
    }

    /// Passes the period ends whose next period is among those that were billed, however far ahead.
    mutating func advance(
        throughAll billed: Set<BillingLineIdentity>
    ) throws(HistoryProblem) {
        while let current, !current.isCancelling {
            var next = self
            try next.passPeriodEnd(due: current.period.to)
            guard let charged = next.current?.charged.line, billed.contains(charged) else { return }
            self = next
        }
    }

    /// Leaps over periods that begin before an instant and of which no lines are collected, as long
    /// as nothing changes in them: years of renewals cost no more than one.
    private mutating func skipSettledPeriods(before instant: Instant) {
        guard let settledBefore, var next = current, !next.isCancelling, next.scheduled == nil,
            next.repricings.isEmpty
        else { return }
        let length = next.terms.cycle.months
        let months = next.anchor.months(until: min(instant, settledBefore)) - next.month
        // The last one is passed as usual, since the one after it may be collected.
        guard months / length >= 2 else { return }
        next.month += (months / length - 1) * length
        next.period = next.anchor.period(next.terms.cycle, startingAtMonth: next.month)
        next.charged = (identity(.period, of: next.period, cause: next.cause), next.period)
        current = next
    }

    private mutating func passPeriodEnd(due: Instant) throws(HistoryProblem) {
        guard var next = current else { return }
        let boundary = next.period.to
        if next.isCancelling {
            end(at: boundary)
            return
        }
        next.month += next.terms.cycle.months
        if let (terms, cause) = next.scheduled { next.replaceTerms(terms, cause: cause) }
        try next.applyRepricings(at: boundary)
        next.period = next.anchor.period(next.terms.cycle, startingAtMonth: next.month)
        try begin(next, due: due)
    }

    private mutating func begin(_ next: Current, due: Instant) throws(HistoryProblem) {
        var next = next
        let identity = identity(.period, of: next.period, cause: next.cause)
        next.charged = (identity, next.period)
        current = next
        try collect(BillingLine(identity, next.period, of: next.period, next.terms, due: due))
    }

    private mutating func end(at instant: Instant) {
        current = nil
        endedAt = instant
    }

    // MARK: Events

    /// Lets an event happen.
    mutating func take(_ event: SubscriptionEvent) throws(HistoryProblem) {
        if let last {
            guard event.number > last.number, event.at >= last.at else { throw .outOfOrder }
        }
        last = (event.number, event.at)
        try advance(to: event.at)
        switch event.kind {
        case .started(let terms, let zone):
            guard currency == nil else { throw .startedTwice }
            try start(terms, zone, event)
        case .reactivated(let terms, let zone):
            guard currency != nil else { throw .notStarted }
            guard endedAt != nil else { throw .notEnded }
            try start(terms, zone, event)
        default: try takeWhileActive(event)
        }
    }

    private mutating func start(
        _ terms: SubscriptionTerms,
        _ zone: BillingZone,
        _ event: SubscriptionEvent
    ) throws(HistoryProblem) {
        try check(terms)
        endedAt = nil
        let anchor = BillingAnchor(event.at, in: zone)
        try begin(Current(anchor, terms, event.number, subscription), due: event.at)
    }

    private mutating func takeWhileActive(_ event: SubscriptionEvent) throws(HistoryProblem) {
        guard currency != nil else { throw .notStarted }
        guard var now = current else { throw .ended }
        switch event.kind {
        case .started, .reactivated: throw .startedTwice
        case .changed(let terms, let timing):
            guard !now.isCancelling else { throw .cancellationPending }
            try check(terms)
            switch timing {
            case .atOnce: try change(to: terms, event)
            case .atPeriodEnd:
                now.scheduled = (terms, event.number)
                current = now
            }
        case .changeWithdrawn:
            guard now.scheduled != nil else { throw .nothingToWithdraw }
            now.scheduled = nil
            current = now
        case .repriced(let unitPrice, let price, let from):
            guard from >= event.at else { throw .withoutNotice }
            try check(now.terms.repricing(unitPrice, price))
            now.repricings.append(
                Repricing(unitPrice: unitPrice, price: price, from: from, cause: event.number)
            )
            current = now
        case .cancelled(.atPeriodEnd):
            guard !now.isCancelling else { throw .cancellationPending }
            now.isCancelling = true
            current = now
        case .cancelled(.atOnce(let unused)):
            if unused == .credited { try creditUnused(event) }
            end(at: event.at)
        case .cancellationWithdrawn:
            guard now.isCancelling else { throw .nothingToWithdraw }
            now.isCancelling = false
            current = now
        }
    }

    private mutating func change(
        to terms: SubscriptionTerms,
        _ event: SubscriptionEvent
    ) throws(HistoryProblem) {
        try creditUnused(event)
        guard var next = current else { return }
        let cycle = next.terms.cycle
        next.replaceTerms(terms, cause: event.number)
        guard terms.cycle == cycle else {
            next.anchor = BillingAnchor(event.at, in: next.anchor.zone)
            next.month = 0
            next.period = next.anchor.period(terms.cycle, 0)
            try begin(next, due: event.at)
            return
        }
        let rest = TimeSpan(from: event.at, to: next.period.to)
        let identity = identity(.proration, of: next.period, cause: event.number)
        next.charged = (identity, rest)
        current = next
        try collect(BillingLine(identity, rest, of: next.period, terms, due: event.at))
    }

    private mutating func creditUnused(_ event: SubscriptionEvent) throws(HistoryProblem) {
        guard let now = current else { return }
        let rest = TimeSpan(from: event.at, to: now.period.to)
        let fraction = Ratio(rest.seconds, now.charged.span.seconds)
        try collect(
            BillingLine(
                identity(.credit, of: now.period, cause: event.number),
                rest,
                of: now.period,
                now.terms,
                due: event.at,
                reduces: BillingLine.Reduction(now.charged.line, fraction)
            )
        )
    }

    // MARK: Lines

    private func identity(
        _ kind: BillingLineKind,
        of period: TimeSpan,
        cause: Int
    ) -> BillingLineIdentity {
        BillingLineIdentity(subscription, periodStart: period.from, kind, cause: cause)
    }

    private mutating func collect(_ line: BillingLine) throws(HistoryProblem) {
        if let settledBefore, line.identity.periodStart < settledBefore { return }
        guard lines.count < SubscriptionWalk.mostLines else {
            throw .tooManyLines(most: SubscriptionWalk.mostLines)
        }
        lines.append(line)
    }

    private mutating func check(_ terms: SubscriptionTerms) throws(HistoryProblem) {
        if let currency, currency != terms.currency { throw .otherCurrency }
        currency = terms.currency
    }
}

extension SubscriptionWalk.Current {
    /// The first period from an anchor.
    init(
        _ anchor: BillingAnchor,
        _ terms: SubscriptionTerms,
        _ cause: Int,
        _ subscription: ID<Subscription>
    ) {
        self.anchor = anchor
        self.terms = terms
        self.cause = cause
        month = 0
        period = anchor.period(terms.cycle, 0)
        let identity = BillingLineIdentity(
            subscription,
            periodStart: period.from,
            .period,
            cause: cause
        )
        charged = (identity, period)
    }

    /// Puts other terms in force. What was said of another plan's or cycle's price is void with it.
    mutating func replaceTerms(_ terms: SubscriptionTerms, cause: Int) {
        if terms.plan != self.terms.plan || terms.cycle != self.terms.cycle { repricings = [] }
        self.terms = terms
        self.cause = cause
        scheduled = nil
    }

    /// Puts the prices in force whose notice has passed.
    mutating func applyRepricings(at boundary: Instant) throws(HistoryProblem) {
        // One that was withdrawn is followed by another of the same instant.
        let passed = repricings.filter { $0.from <= boundary }
            .sorted { ($0.from, $0.cause) < ($1.from, $1.cause) }
        repricings.removeAll { $0.from <= boundary }
        for repricing in passed {
            terms = try terms.repricing(repricing.unitPrice, repricing.price)
            cause = repricing.cause
        }
    }
}

extension SubscriptionTerms {
    fileprivate func repricing(
        _ unitPrice: Money,
        _ price: ID<Price>
    ) throws(HistoryProblem) -> SubscriptionTerms {
        do { return try repriced(unitPrice, price) } catch { throw .terms(error) }
    }
}
