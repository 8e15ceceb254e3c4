/// Something that happened to a subscription and concerns its bills.
///
/// Suspending and resuming are not among them: what a customer may use and what is charged have
/// separate states. A suspended service keeps its place and is billed until it is cancelled;
/// whoever ends it for want of payment cancels it, and says what becomes of the unused time.
package struct SubscriptionEvent: Hashable, Sendable {
    /// Its number in the subscription's history, counted upwards; lines name it as their cause.
    package let number: Int
    package let at: Instant
    package let kind: Kind

    package enum Kind: Hashable, Sendable {
        /// Bought; periods are counted from this instant in the customer's zone.
        case started(SubscriptionTerms, zone: BillingZone)
        /// Other plan, quantity or cycle. At once, the unused time is credited and the rest of the
        /// period charged to the second; a new cycle begins a new period at once.
        case changed(SubscriptionTerms, ChangeTiming)
        /// The change at the period's end is not wanted any more.
        case changeWithdrawn
        /// Staff changed what is charged for the same thing, for periods that begin at `from` or
        /// later; between this event and `from` lies the notice. Never given, what is sold keeps
        /// its price.
        case repriced(unitPrice: Money, price: ID<Price>, from: Instant)
        case cancelled(Cancellation)
        /// The cancellation at the period's end is not wanted any more.
        case cancellationWithdrawn
        /// Taken up again after its end; periods are counted anew.
        case reactivated(SubscriptionTerms, zone: BillingZone)
    }

    /// How a subscription ends.
    package enum Cancellation: Hashable, Sendable {
        case atOnce(unused: UnusedTime)
        case atPeriodEnd
    }

    /// What becomes of time that was charged and is not used.
    package enum UnusedTime: String, Hashable, Sendable, CaseIterable {
        case credited, forfeited
    }

    package init(number: Int, at: Instant, _ kind: Kind) {
        self.number = number
        self.at = at
        self.kind = kind
    }
}

/// Why a history, or an event that is to be added to one, makes no sense.
package enum HistoryProblem: Error, Hashable, Sendable {
    /// It does not begin with the purchase.
    case notStarted
    case startedTwice
    /// Earlier than the event before, or with a number that is not greater.
    case outOfOrder
    /// A subscription is paid in one currency.
    case otherCurrency
    case terms(SubscriptionTerms.Problem)
    /// It has ended; only taking it up again is possible.
    case ended
    /// It has not ended, so it cannot be taken up again.
    case notEnded
    /// It is going to end; that has to be withdrawn first.
    case cancellationPending
    case nothingToWithdraw
    /// Notice cannot be given for the past.
    case withoutNotice
    /// More lines than any subscription owes at once: something is wrong, and nothing is billed.
    case tooManyLines(most: Int)
}
