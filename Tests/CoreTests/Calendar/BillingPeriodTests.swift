import Core
import Foundation
import Testing

@Suite struct BillingPeriodTests {
    private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test(arguments: [
        ("2027-01-31T10:00:00Z", 0, "2027-01-31T10:00:00Z", "2027-02-28T10:00:00Z"),
        ("2027-01-31T10:00:00Z", 1, "2027-02-28T10:00:00Z", "2027-03-31T10:00:00Z"),
        ("2027-01-31T10:00:00Z", 2, "2027-03-31T10:00:00Z", "2027-04-30T10:00:00Z"),
        ("2027-01-31T10:00:00Z", 12, "2028-01-31T10:00:00Z", "2028-02-29T10:00:00Z"),
        ("2027-01-31T10:00:00Z", 13, "2028-02-29T10:00:00Z", "2028-03-31T10:00:00Z"),
        ("2027-03-30T00:00:00Z", 10, "2028-01-30T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("2027-12-15T23:59:59Z", 0, "2027-12-15T23:59:59Z", "2028-01-15T23:59:59Z"),
        ("2099-12-31T00:00:00Z", 1, "2100-01-31T00:00:00Z", "2100-02-28T00:00:00Z"),
    ])
    func `months are counted from the anchor and end with short months`(
        anchor: String,
        index: Int,
        start: String,
        end: String
    ) throws {
        let period = BillingPeriod(anchor: try date(anchor), cycle: .monthly, index: index)
        #expect(period.start == (try date(start)))
        #expect(period.end == (try date(end)))
    }

    @Test(arguments: [
        ("2028-02-29T12:00:00Z", 0, "2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z"),
        ("2028-02-29T12:00:00Z", 3, "2031-02-28T12:00:00Z", "2032-02-29T12:00:00Z"),
        ("2028-02-29T12:00:00Z", 4, "2032-02-29T12:00:00Z", "2033-02-28T12:00:00Z"),
        ("2027-06-01T00:00:00Z", 0, "2027-06-01T00:00:00Z", "2028-06-01T00:00:00Z"),
    ])
    func `years from a leap day return to it`(
        anchor: String,
        index: Int,
        start: String,
        end: String
    ) throws {
        let period = BillingPeriod(anchor: try date(anchor), cycle: .yearly, index: index)
        #expect(period.start == (try date(start)))
        #expect(period.end == (try date(end)))
    }

    @Test(arguments: [BillingCycle.monthly, .yearly])
    func `periods follow each other without hole or overlap`(cycle: BillingCycle) throws {
        var numbers = SeededNumbers(seed: 11)
        for _ in 0..<40 {
            let anchor = Date(
                timeIntervalSince1970: Double(
                    Int.random(in: 1_700_000_000...2_000_000_000, using: &numbers)
                )
            )
            let periods = (0..<30).map { BillingPeriod(anchor: anchor, cycle: cycle, index: $0) }
            #expect(periods[0].start == anchor)
            for (one, next) in zip(periods, periods.dropFirst()) {
                #expect(one.end == next.start)
                #expect(one.start < one.end)
            }
        }
    }

    @Test func `a period keeps the fraction of its second`() throws {
        let anchor = Date(timeIntervalSince1970: 1_800_000_000.25)
        let period = BillingPeriod(anchor: anchor, cycle: .monthly, index: 0)
        #expect(period.start == anchor)
        #expect(period.end.timeIntervalSince1970.truncatingRemainder(dividingBy: 1) == 0.25)
    }

    @Test func `the hour stays when clocks are put forward somewhere`() throws {
        let anchor = try date("2027-03-01T01:30:00Z")
        let period = BillingPeriod(anchor: anchor, cycle: .monthly, index: 0)
        #expect(period.end == (try date("2027-04-01T01:30:00Z")))
    }

    @Test func `a cycle knows its months`() {
        #expect(BillingCycle.monthly.months == 1)
        #expect(BillingCycle.yearly.months == 12)
    }
}
