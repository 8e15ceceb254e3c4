/// An unpaid bill of one service, with what has been done about it.
package struct DunningCase: Hashable, Sendable {
    package let policy: DunningPolicy
    /// When the bill was due, or owed again; the days of the policy are counted from then.
    package let unpaidSince: Instant
    /// When a payment of it was taken back, so that everything is counted anew; nil when none was.
    package let restartedAt: Instant?
    package let attempts: [Attempt]
    /// The steps that were taken, by when they were planned; attempts are not among them.
    package let done: [Done]
    /// Those that were taken before everything was counted anew.
    package let earlier: [Done]
    /// The saved card that would be charged now; nil when there is none that may be.
    package let card: String?
    /// Whether staff have exempted the customer: nothing is done but remind.
    package let isExempt: Bool
    /// What the customer may be paying by hand.
    package let awaited: Awaited

    /// Money that no charge of ours brings.
    package enum Awaited: Hashable, Sendable {
        case nothing
        /// A page is open on which the bill may be paid. Nobody has paid there yet, so that it
        /// keeps nothing from happening that can be taken back.
        case page
        /// It was paid and has not arrived, or has arrived and staff have to place it.
        case money
    }

    /// An attempt to charge a card.
    package struct Attempt: Hashable, Sendable {
        package let at: Instant
        package let outcome: ChargeOutcome
        /// Tells cards apart, so that a new one gets new attempts.
        package let card: String

        package init(at: Instant, _ outcome: ChargeOutcome, card: String) {
            self.at = at
            self.outcome = outcome
            self.card = card
        }
    }

    /// A step that was taken.
    package struct Done: Hashable, Sendable {
        package let action: DunningAction
        package let at: Instant

        package init(_ action: DunningAction, at: Instant) {
            self.action = action
            self.at = at
        }
    }

    package init(
        _ policy: DunningPolicy,
        unpaidSince: Instant,
        restartedAt: Instant? = nil,
        attempts: [Attempt] = [],
        done: [Done] = [],
        earlier: [Done] = [],
        card: String?,
        isExempt: Bool = false,
        awaited: Awaited = .nothing
    ) {
        self.policy = policy
        self.unpaidSince = restartedAt.map { max($0, unpaidSince) } ?? unpaidSince
        self.restartedAt = restartedAt
        self.attempts = attempts
        self.done = done
        self.earlier = earlier
        self.card = card
        self.isExempt = isExempt
        self.awaited = awaited
    }
}

/// Something that is done about an unpaid bill.
package enum DunningAction: Hashable, Sendable {
    /// The card is charged; the number counts the policy's retries from 1.
    case retry(Int)
    /// The customer is reminded; the number counts the policy's reminders from 1.
    case remind(Int)
    /// The customer is asked to confirm the payment at the bank. Once an attempt that wanted it.
    case askToConfirm(Instant)
    /// The customer is asked for another card. Once an attempt that wanted it.
    case askForCard(Instant)
    case suspend
    /// The customer is told when the service will be terminated.
    case giveNotice
    case terminate
}
