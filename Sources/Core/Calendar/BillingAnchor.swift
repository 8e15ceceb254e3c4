/// What a subscription's periods are counted from: the instant of purchase, read as day and time of
/// the customer's zone.
///
/// Each boundary is counted from the anchor and not from the one before, so that periods anchored
/// on the 31st end on the last day of shorter months and return to the 31st, and those anchored on
/// 29 February return to it in leap years. The time of day stays what the customer's clocks showed,
/// so that a period in which they change is an hour shorter or longer.
package struct BillingAnchor: Hashable, Sendable {
    package let instant: Instant
    package let zone: BillingZone
    private let date: CivilDate
    private let secondOfDay: Int64

    package init(_ instant: Instant, in zone: BillingZone) {
        self.instant = instant
        self.zone = zone
        (date, secondOfDay) = zone.civil(at: instant)
    }

    /// The boundary so many months after the anchor.
    package func boundary(months: Int) -> Instant {
        // The anchor itself, even when its clocks showed the time for the second time that day.
        if months == 0 { return instant }
        return zone.instant(of: date.adding(months: months), secondOfDay: secondOfDay)
    }

    /// The period of a cycle that begins so many months after the anchor.
    package func period(_ cycle: BillingCycle, startingAtMonth month: Int) -> TimeSpan {
        TimeSpan(from: boundary(months: month), to: boundary(months: month + cycle.months))
    }

    /// The period of a cycle: `index` 0 is the first.
    package func period(_ cycle: BillingCycle, _ index: Int) -> TimeSpan {
        period(cycle, startingAtMonth: index * cycle.months)
    }

    /// The index of the period that an instant falls in; negative before the anchor.
    package func index(of cycle: BillingCycle, at instant: Instant) -> Int {
        let months = date.months(to: zone.civil(at: instant).date)
        var index = months / cycle.months
        while boundary(months: index * cycle.months) > instant { index -= 1 }
        while boundary(months: (index + 1) * cycle.months) <= instant { index += 1 }
        return index
    }
}
