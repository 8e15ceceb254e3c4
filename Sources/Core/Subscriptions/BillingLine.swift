/// What a line of a bill is for.
package enum BillingLineKind: String, Hashable, Sendable, CaseIterable {
    /// A whole period, paid in advance.
    case period
    /// What is left of a period, after a change in it.
    case proration
    /// Time that was charged before and is not used; negative.
    case credit
}

/// What makes a line the same line when it is computed again.
package struct BillingLineIdentity: Hashable, Sendable {
    package let subscription: ID<Subscription>
    package let periodStart: Instant
    package let kind: BillingLineKind
    /// The number of the event that set the terms, or made the change.
    package let cause: Int

    package init(
        _ subscription: ID<Subscription>,
        periodStart: Instant,
        _ kind: BillingLineKind,
        cause: Int
    ) {
        self.subscription = subscription
        self.periodStart = periodStart
        self.kind = kind
        self.cause = cause
    }
}

/// A line of a bill with everything that its amount was computed from.
///
/// The amount is the unit price times the quantity times the seconds used over the seconds of the
/// period, rounded once, half to even; it has neither discount nor tax.
package struct BillingLine: Hashable, Sendable {
    package let identity: BillingLineIdentity
    /// 1 for the line itself; counted on when it is taken back, and made anew.
    package let revision: Int
    /// Whether it takes back the revision before, to the same amount.
    package let isReversal: Bool
    /// The time that is charged, or credited.
    package let span: TimeSpan
    /// The period that the price is for; it contains the span.
    package let period: TimeSpan
    package let terms: SubscriptionTerms
    package let rounding: Rounding
    /// When it is owed from.
    package let due: Instant
    /// The line whose time a credit gives back, in this fraction of that line's own time. The
    /// line's discount and tax are given back in the same proportion.
    package let reduces: Reduction?
    /// Negative for a credit, and for what takes back a charge.
    package let amount: Money
    /// Whether its bill was cancelled: its time is billed, and costs nothing.
    package let isWaived: Bool

    package struct Reduction: Hashable, Sendable {
        package let line: BillingLineIdentity
        package let fraction: Ratio

        package init(_ line: BillingLineIdentity, _ fraction: Ratio) {
            self.line = line
            self.fraction = fraction
        }
    }

    /// A line as it was stored.
    package init(
        identity: BillingLineIdentity,
        revision: Int,
        isReversal: Bool,
        span: TimeSpan,
        period: TimeSpan,
        terms: SubscriptionTerms,
        rounding: Rounding,
        due: Instant,
        reduces: Reduction?,
        amount: Money,
        isWaived: Bool = false
    ) {
        self.identity = identity
        self.revision = revision
        self.isReversal = isReversal
        self.span = span
        self.period = period
        self.terms = terms
        self.rounding = rounding
        self.due = due
        self.reduces = reduces
        self.amount = amount
        self.isWaived = isWaived
    }

    /// A line that is owed, with its amount.
    init(
        _ identity: BillingLineIdentity,
        _ span: TimeSpan,
        of period: TimeSpan,
        _ terms: SubscriptionTerms,
        due: Instant,
        reduces: Reduction? = nil
    ) {
        self.init(
            identity: identity,
            revision: 1,
            isReversal: false,
            span: span,
            period: period,
            terms: terms,
            rounding: .halfEven,
            due: due,
            reduces: reduces,
            amount: BillingLine.amount(identity.kind, span, period, terms, .halfEven)
        )
    }

    private static func amount(
        _ kind: BillingLineKind,
        _ span: TimeSpan,
        _ period: TimeSpan,
        _ terms: SubscriptionTerms,
        _ rounding: Rounding
    ) -> Money {
        let share = terms.amount.scaled(
            by: span.seconds,
            over: period.seconds,
            rounding: rounding
        )
        return kind == .credit ? -share : share
    }

    /// The amount computed again from what the line keeps; it equals ``amount``, or the line was
    /// tampered with.
    package var recomputedAmount: Money {
        let amount = BillingLine.amount(identity.kind, span, period, terms, rounding)
        return isReversal ? -amount : amount
    }

    /// The line that takes this one back.
    func reversed(due: Instant) -> BillingLine {
        BillingLine(
            identity: identity,
            revision: revision + 1,
            isReversal: true,
            span: span,
            period: period,
            terms: terms,
            rounding: rounding,
            due: due,
            reduces: Reduction(identity, .one),
            amount: -amount
        )
    }

    /// The same line as a later revision of itself.
    func revised(_ revision: Int) -> BillingLine {
        BillingLine(
            identity: identity,
            revision: revision,
            isReversal: isReversal,
            span: span,
            period: period,
            terms: terms,
            rounding: rounding,
            due: due,
            reduces: reduces,
            amount: amount
        )
    }

    /// Whether two revisions charge the same for the same.
    func says(theSameAs other: BillingLine) -> Bool {
        isReversal == other.isReversal && span == other.span && period == other.period
            && terms == other.terms && amount == other.amount
    }
}
