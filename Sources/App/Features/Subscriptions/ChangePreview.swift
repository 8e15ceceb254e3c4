package import Core
import Foundation

/// What a change would do.
package struct ChangePreview: Sendable {
    /// What is billed for it.
    let made: SubscriptionBill
    package let state: SubscriptionState
    /// When the present period ends; nil for what has ended.
    let periodEnd: Date?
    /// What comes with the next period; nil when none follows.
    let next: NextBill?
    /// What the customer's credit pays of the total.
    let credit: Money

    /// What a subscription adds to the bill of its next period.
    struct NextBill: Sendable {
        /// When the period begins, and the bill is due.
        let at: Date
        let made: SubscriptionBill
    }

    init(
        made: SubscriptionBill,
        state: SubscriptionState,
        periodEnd: Date?,
        next: NextBill?,
        available: [AvailableCredit],
        now: Date
    ) {
        self.made = made
        self.state = state
        self.periodEnd = periodEnd
        self.next = next
        let total = made.bill.total
        let spendings =
            made.waitsForNext ? [] : available.chargeableSpending(on: total, at: Instant(now))
        credit = spendings.map(\.amount).sum(total.currency)
    }

    var lines: [BilledLine] { made.lines }
    /// What the lines come to.
    package var bill: Bill { made.bill }
    /// Whether it is too little for a bill of its own, and stands on the next.
    package var waitsForNext: Bool { made.waitsForNext }

    /// What is to be paid; negative when more is taken back than charged.
    package var total: Money { made.total }
}
