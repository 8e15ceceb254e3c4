import Core
import Testing

@Suite struct AccountRetentionTests {
    private let end = Instant(seconds: 1_000_000)

    private func days(_ count: Int64) -> Instant { end + count * Instant.secondsOfDay }

    @Test(arguments: [(30, 23), (8, 1), (7, 0), (5, 0), (0, 0), (365, 358)])
    func `who is told in time has the days that are set, and a week at least`(
        kept: Int,
        told: Int64
    ) {
        let retention = AccountRetention(days: kept)
        #expect(retention.announcement(endedAt: end) == days(told))
        #expect(retention.removal(endedAt: end, toldAt: days(told)) == days(max(7, Int64(kept))))
    }

    @Test func `who is told late has a week from then on`() {
        let retention = AccountRetention(days: 30)
        #expect(retention.removal(endedAt: end, toldAt: days(23) + 1) == days(30) + 1)
        #expect(retention.removal(endedAt: end, toldAt: days(400)) == days(407))
    }

    @Test func `an account may be kept until staff remove it`() {
        #expect(AccountRetention.unlimited.announcement(endedAt: end) == nil)
        #expect(AccountRetention.unlimited.removal(endedAt: end, toldAt: days(99)) == nil)
    }

    @Test func `no account is removed before its end`() async {
        await #expect(processExitsWith: .failure) { _ = AccountRetention(days: -1) }
    }
}
