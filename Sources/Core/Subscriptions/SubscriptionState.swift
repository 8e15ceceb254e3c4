/// How a subscription stands at an instant, as far as its bills are concerned.
package enum SubscriptionState: Hashable, Sendable {
    case active(ActiveSubscription)
    case ended(at: Instant)

    init?(_ walk: SubscriptionWalk) {
        if let current = walk.current {
            self = .active(ActiveSubscription(current))
        } else if let endedAt = walk.endedAt {
            self = .ended(at: endedAt)
        } else {
            return nil
        }
    }

    /// What is in force; nil after the end.
    package var active: ActiveSubscription? {
        switch self {
        case .active(let active): active
        case .ended: nil
        }
    }
}

/// What is in force of a subscription.
package struct ActiveSubscription: Hashable, Sendable {
    package let terms: SubscriptionTerms
    package let period: TimeSpan
    /// What periods are counted from.
    package let anchor: BillingAnchor
    /// The terms from the next period on, where they are others: a change was asked for, or the
    /// notice of a price ends.
    package let nextTerms: SubscriptionTerms?
    /// Whether it ends with the period.
    package let isCancelling: Bool

    init(_ current: SubscriptionWalk.Current) {
        terms = current.terms
        period = current.period
        anchor = current.anchor
        isCancelling = current.isCancelling
        var next = current
        if let (terms, cause) = next.scheduled { next.replaceTerms(terms, cause: cause) }
        try? next.applyRepricings(at: current.period.to)
        nextTerms = next.terms == current.terms ? nil : next.terms
    }

    /// When the next period is billed; nil when there is none.
    package func nextBill(billedAhead lead: RenewalLead) -> Instant? {
        guard !isCancelling else { return nil }
        return period.to - lead.seconds(of: (nextTerms ?? terms).cycle)
    }
}
