package import Foundation

/// How often a subscription is paid.
package enum BillingCycle: String, Sendable, CaseIterable {
    case monthly, yearly

    /// The number of calendar months of one period.
    package var months: Int {
        switch self {
        case .monthly: 1
        case .yearly: 12
        }
    }
}

/// The time that one payment covers: from its start up to, but not including, its end.
package struct BillingPeriod: Sendable, Equatable {
    package let start: Date
    package let end: Date

    /// The period of a cycle that begins at the anchor: `index` 0 is the first.
    ///
    /// It is ``BillingAnchor``'s, with the fraction of the anchor's second kept.
    package init(
        anchor: Date,
        cycle: BillingCycle,
        index: Int,
        zone: BillingZone = .utc
    ) {
        let whole = Instant(anchor)
        let period = BillingAnchor(whole, in: zone).period(cycle, index)
        let fraction = anchor.timeIntervalSince(whole.date)
        start = period.from.date + fraction
        end = period.to.date + fraction
    }
}
