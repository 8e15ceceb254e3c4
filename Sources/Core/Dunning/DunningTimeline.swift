/// What happened to an unpaid bill, what comes next, and when.
package struct DunningTimeline: Hashable, Sendable {
    /// Attempts and steps, the earliest first.
    package let past: [Entry]
    /// What is planned if nothing is paid and every attempt is declined, the earliest first; what
    /// is overdue has its planned time.
    package let future: [Step]

    package enum Entry: Hashable, Sendable {
        case attempted(DunningCase.Attempt)
        case done(DunningCase.Done)
        /// A payment was taken back, and everything is counted anew.
        case restarted(Instant)

        package var at: Instant {
            switch self {
            case .attempted(let attempt): attempt.at
            case .done(let done): done.at
            case .restarted(let at): at
            }
        }
    }

    package struct Step: Hashable, Sendable {
        package let action: DunningAction
        package let at: Instant
    }

    /// What is to be done now or next; nil when nothing is left to do, or everything waits.
    package var next: Step? { future.first }

    /// The plan of a case as it stands at an instant.
    ///
    /// Paid bills have none: whoever is paid closes the case. While the outcome of an attempt is
    /// not known, or the customer has paid and the money is on its way, nothing that could harm the
    /// customer is planned for now.
    package init(_ dunning: DunningCase, at now: Instant) {
        let entries =
            dunning.attempts.map(Entry.attempted) + dunning.earlier.map(Entry.done)
            + [dunning.restartedAt].compactMap { $0.map(Entry.restarted) }
            + dunning.done.map(Entry.done)
        past = entries.filter { $0.at <= now }.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
        // What was charged before a payment was taken back did not pay the rest.
        let isPaid = dunning.attempts.contains { attempt in
            attempt.outcome == .succeeded
                && (dunning.restartedAt.map { attempt.at >= $0 } ?? true)
        }
        let isOver = dunning.done.contains { $0.action == .terminate }
        future = isPaid || isOver ? [] : DunningPlan(dunning, now).steps
    }
}

/// The steps that are left of a case.
struct DunningPlan {
    private let dunning: DunningCase
    private let now: Instant
    private let done: Set<DunningAction>

    init(_ dunning: DunningCase, _ now: Instant) {
        self.dunning = dunning
        self.now = now
        done = Set(dunning.done.map(\.action))
    }

    /// The earliest first; of steps at the same time, in the order in which they are weighed.
    var steps: [DunningTimeline.Step] {
        let planned = requests + retries + reminders + consequences
        return planned.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    private func day(_ day: Int) -> Instant {
        dunning.unpaidSince + Int64(day) * Instant.secondsOfDay
    }

    /// What the last declined attempt asks of the customer, unless it was asked already.
    private var requests: [DunningTimeline.Step] {
        guard let last = dunning.attempts.max(by: { $0.at < $1.at }),
            dunning.restartedAt.map({ last.at >= $0 }) ?? true,
            case .declined(let code) = last.outcome
        else { return [] }
        let action: DunningAction
        switch DeclineClass(code: code) {
        case .needsCustomer where last.card == dunning.card: action = .askToConfirm(last.at)
        // It is kept as a card no more, so that there may be none now.
        case .final where dunning.card == nil || last.card == dunning.card:
            action = .askForCard(last.at)
        case .passing, .needsCustomer, .final: return []
        }
        return done.contains(action) ? [] : [DunningTimeline.Step(action: action, at: last.at)]
    }

    /// The retries that are left. A card that will never pay, or whose bank wants its customer, is
    /// not charged again; another one is, on the days that are left. While the customer is paying
    /// by hand no card is charged besides.
    private var retries: [DunningTimeline.Step] {
        guard let card = dunning.card, !dunning.isExempt else { return [] }
        let isBlocked = dunning.attempts.contains { attempt in
            guard attempt.card == card, case .declined(let code) = attempt.outcome else {
                return false
            }
            return DeclineClass(code: code) != .passing
        }
        guard !isBlocked, !isWaiting, dunning.awaited != .page else { return [] }
        let last = dunning.attempts.map(\.at).max()
        let days = dunning.policy.retryDays.map(day)
        let latestOverdue = days.indices.last { days[$0] <= now } ?? 0
        return days.indices.compactMap { index in
            // An attempt on or after its day was this one, whoever made it.
            if let last, last >= days[index] { return nil }
            if index < latestOverdue { return nil }
            return DunningTimeline.Step(action: .retry(index + 1), at: days[index])
        }
    }

    /// Whether an attempt's outcome is not known, or that of a payment by hand.
    private var isWaiting: Bool {
        dunning.awaited == .money || dunning.attempts.contains { $0.outcome == .unknown }
    }

    /// The reminders that are left; of several that are overdue only the last, so that nobody gets
    /// a heap of mail after a standstill.
    private var reminders: [DunningTimeline.Step] {
        let days = dunning.policy.reminderDays.map(day)
        let last = days.indices.last { done.contains(.remind($0 + 1)) } ?? -1
        let latestOverdue = days.indices.last { days[$0] <= now } ?? -1
        let isQuiet = { (index: Int) in isWaiting && days[index] <= now }
        return days.indices.filter { $0 > last && $0 >= latestOverdue && !isQuiet($0) }
            .map { DunningTimeline.Step(action: .remind($0 + 1), at: days[$0]) }
    }

    /// Suspension, notice and termination, each after the one before; the notice keeps its length
    /// when it was given late.
    private var consequences: [DunningTimeline.Step] {
        guard !dunning.isExempt, let suspensionDay = dunning.policy.suspensionDay else { return [] }
        // Money may be on its way: nobody is cut off before that is known.
        let earliest = isWaiting ? now + Instant.secondsOfDay : day(0)
        var steps = [step(.suspend, max(day(suspensionDay), earliest))].compactMap(\.self)
        guard let termination = dunning.policy.termination else { return steps }
        let notice = max(day(termination.noticeDay), earliest)
        steps += [step(.giveNotice, notice)].compactMap(\.self)
        let length = Int64(termination.day - termination.noticeDay) * Instant.secondsOfDay
        let given = dunning.done.last { $0.action == .giveNotice }?.at ?? max(notice, now)
        let end = max(day(termination.day), given + length, earliest)
        return steps + [DunningTimeline.Step(action: .terminate, at: waitingForPage(until: end))]
    }

    /// What has ended cannot be taken back, and an open page may bring the money in this minute.
    /// But whoever opens one after the other keeps nothing for longer than a week.
    private func waitingForPage(until end: Instant) -> Instant {
        guard dunning.awaited == .page else { return end }
        return max(end, min(now + Instant.secondsOfDay, end + 7 * Instant.secondsOfDay))
    }

    private func step(_ action: DunningAction, _ at: Instant) -> DunningTimeline.Step? {
        done.contains(action) ? nil : DunningTimeline.Step(action: action, at: at)
    }
}
