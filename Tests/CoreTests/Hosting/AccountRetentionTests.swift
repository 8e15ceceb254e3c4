import Core
import Testing

@Suite struct AccountRetentionTests {
    private let end = Instant(seconds: 1_000_000)
    /// The day of 1,000,000 seconds, which are not its beginning.
    private let today = CivilDate(daysSince1970: 11)

    private func days(_ count: Int64) -> Instant { end + count * Instant.secondsOfDay }

    private func after(_ count: Int64) -> CivilDate {
        CivilDate(daysSince1970: today.daysSince1970 + count + 1)
    }

    @Test(arguments: [(30, 23), (8, 1), (7, 0), (5, 0), (0, 0), (365, 358)])
    func `who is told in time has the days that are set, and a week at least`(
        kept: Int,
        told: Int64
    ) {
        let retention = AccountRetention(days: kept)
        #expect(retention.announcement(endedAt: end) == days(told))
        let day = retention.removal(endedAt: end, toldAt: days(told), in: .utc)
        #expect(day == after(max(7, Int64(kept))))
    }

    @Test func `who is told late has a week from then on`() {
        let retention = AccountRetention(days: 30)
        #expect(retention.removal(endedAt: end, toldAt: days(23) + 1, in: .utc) == after(30))
        #expect(retention.removal(endedAt: end, toldAt: days(400), in: .utc) == after(407))
    }

    @Test(arguments: ["Pacific/Kiritimati", "Etc/GMT+12", "America/Havana", "Europe/Berlin", "UTC"])
    func `the day begins at midnight where the customer lives, and never too early`(
        name: String
    ) throws {
        let zone = try #require(BillingZone(name))
        // Every quarter of an hour of a year, also of the two in which clocks change.
        for quarter in stride(from: Int64(1_793_000_000), to: 1_825_000_000, by: 900) {
            let told = Instant(seconds: quarter)
            let day = try #require(
                AccountRetention(days: 0).removal(endedAt: told, toldAt: told, in: zone)
            )
            let left = zone.instant(of: day, secondOfDay: 0).seconds - told.seconds
            let week = 7 * Instant.secondsOfDay
            guard left >= week, left <= week + 25 * 3_600 else {
                Issue.record("\(left) seconds from \(told.seconds)")
                return
            }
        }
    }

    @Test func `an account may be kept until staff remove it`() {
        #expect(AccountRetention.unlimited.announcement(endedAt: end) == nil)
        #expect(
            AccountRetention.unlimited.removal(endedAt: end, toldAt: days(99), in: .utc) == nil
        )
    }

    @Test func `no account is removed before its end`() async {
        await #expect(processExitsWith: .failure) { _ = AccountRetention(days: -1) }
    }
}
