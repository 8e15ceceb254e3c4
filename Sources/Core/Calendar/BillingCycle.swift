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
    /// Each period is counted from the anchor and not from the one before, so that one anchored on
    /// the 31st ends on the last day of short months and returns to the 31st. Days are of UTC.
    package init(anchor: Date, cycle: BillingCycle, index: Int) {
        start = BillingPeriod.date(anchor, plusMonths: index * cycle.months)
        end = BillingPeriod.date(anchor, plusMonths: (index + 1) * cycle.months)
    }

    private static func date(_ anchor: Date, plusMonths months: Int) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(byAdding: .month, value: months, to: anchor) ?? anchor
    }
}
