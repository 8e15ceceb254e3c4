/// How long the account of an ended subscription is kept, stopped, before it is removed.
///
/// Whoever has one is told the day before it comes, and has so many days from then on.
package struct AccountRetention: Hashable, Sendable {
    package static let possibleDays = 0...365
    /// No account is removed sooner after its customer was told the day.
    package static let noticeDays = 7
    /// A month.
    package static let usual = AccountRetention(days: 30)
    /// Until staff remove it.
    package static let unlimited = AccountRetention(days: nil)

    /// Counted from the end; nil until staff remove it.
    package let days: Int?

    package init(days: Int?) {
        precondition(days.map { $0 >= 0 } ?? true, "an account is not removed before its end")
        self.days = days
    }

    /// The day on which an account is removed whose subscription ended then and whose customer is
    /// told now: the first that begins, where the customer lives, after all of the time; nil when
    /// it is kept.
    package func removal(
        endedAt end: Instant,
        toldAt now: Instant,
        in zone: BillingZone
    ) -> CivilDate? {
        days.map {
            let moment = max(end.adding(days: $0), now.adding(days: AccountRetention.noticeDays))
            let day = zone.civil(at: moment).date
            guard zone.instant(of: day, secondOfDay: 0) < moment else { return day }
            return CivilDate(daysSince1970: day.daysSince1970 + 1)
        }
    }

    /// When its customer is to be told, so that the removal is not put off; nil when it is kept.
    package func announcement(endedAt end: Instant) -> Instant? {
        days.map { end.adding(days: max(0, $0 - AccountRetention.noticeDays)) }
    }
}

extension Instant {
    fileprivate func adding(days: Int) -> Instant { self + Int64(days) * Instant.secondsOfDay }
}
