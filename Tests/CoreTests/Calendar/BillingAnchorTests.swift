import Core
import Foundation
import Testing

@Suite struct BillingAnchorTests {
    private func instant(_ text: String) throws -> Instant {
        Instant(try Date(text, strategy: .iso8601))
    }

    private func boundaries(_ anchor: String, _ zone: String, _ months: [Int]) throws -> [String] {
        let anchor = BillingAnchor(try instant(anchor), in: try #require(BillingZone(zone)))
        return months.map { anchor.boundary(months: $0).date.formatted(.iso8601) }
    }

    @Test(
        arguments: [
            // The day is the customer's: it is the 31st already in Berlin, and still the 30th in
            // New York.
            (
                "2027-01-30T23:30:00Z", "Europe/Berlin", [1, 2, 3],
                ["2027-02-27T23:30:00Z", "2027-03-30T22:30:00Z", "2027-04-29T22:30:00Z"]
            ),
            (
                "2027-01-31T03:00:00Z", "America/New_York", [1, 2],
                ["2027-03-01T03:00:00Z", "2027-03-31T02:00:00Z"]
            ),
            // Zones of half and three quarters of an hour, and one far ahead.
            ("2027-01-31T00:00:00Z", "Asia/Kolkata", [1], ["2027-02-28T00:00:00Z"]),
            ("2027-01-30T18:15:00Z", "Asia/Kathmandu", [1], ["2027-02-27T18:15:00Z"]),
            ("2027-01-30T10:00:00Z", "Pacific/Kiritimati", [1], ["2027-02-27T10:00:00Z"]),
        ]
    )
    func `the day and its time are those of the customer's zone`(
        anchor: String,
        zone: String,
        months: [Int],
        expected: [String]
    ) throws {
        #expect(try boundaries(anchor, zone, months) == expected)
    }

    @Test(
        arguments: [
            // Berlin skips 02:00–03:00 on 28 March 2027 and repeats it on 31 October.
            ("2027-02-28T01:30:00Z", "Europe/Berlin", 1, "2027-03-28T01:30:00Z"),
            ("2027-02-28T01:30:00Z", "Europe/Berlin", 2, "2027-04-28T00:30:00Z"),
            ("2027-08-31T00:30:00Z", "Europe/Berlin", 2, "2027-10-31T00:30:00Z"),
            ("2027-08-31T01:30:00Z", "Europe/Berlin", 2, "2027-10-31T02:30:00Z"),
            // New York skips 02:00–03:00 on 14 March 2027 and repeats 01:00–02:00 on 7 November.
            ("2027-02-14T07:30:00Z", "America/New_York", 1, "2027-03-14T07:30:00Z"),
            ("2027-10-07T05:30:00Z", "America/New_York", 1, "2027-11-07T05:30:00Z"),
            // Lord Howe Island moves by half an hour; Sydney's summer is in the other half year.
            ("2027-09-02T15:45:00Z", "Australia/Lord_Howe", 1, "2027-10-02T15:45:00Z"),
            ("2027-09-02T16:30:00Z", "Australia/Sydney", 1, "2027-10-02T16:30:00Z"),
        ]
    )
    func `a time that clocks skip or repeat is read with the offset from before`(
        anchor: String,
        zone: String,
        months: Int,
        expected: String
    ) throws {
        #expect(try boundaries(anchor, zone, [months]) == [expected])
    }

    @Test func `a period in which clocks change is an hour shorter or longer`() throws {
        let berlin = try #require(BillingZone("Europe/Berlin"))
        let anchor = BillingAnchor(try instant("2027-01-15T09:00:00Z"), in: berlin)
        #expect(anchor.period(.monthly, 1).description == "28 days")
        #expect(anchor.period(.monthly, 2).description == "30 days 23 h")
        #expect(anchor.period(.monthly, 9).description == "31 days 1 h")
        #expect(anchor.period(.yearly, 0).description == "365 days")
        #expect(anchor.period(.yearly, 1).description == "366 days")
    }

    @Test func `an anchor in a repeated hour begins where it was bought`() throws {
        let berlin = try #require(BillingZone("Europe/Berlin"))
        let second = try instant("2027-10-31T01:30:00Z")
        let anchor = BillingAnchor(second, in: berlin)
        #expect(anchor.boundary(months: 0) == second)
        #expect(anchor.boundary(months: 1) == (try instant("2027-11-30T01:30:00Z")))
    }

    @Test(arguments: ["Europe/Berlin", "America/St_Johns", "Asia/Tokyo", "Australia/Lord_Howe"])
    func `an instant is found in its period, and periods leave no hole`(zone: String) throws {
        var numbers = SeededNumbers(seed: 5)
        let zone = try #require(BillingZone(zone))
        for _ in 0..<60 {
            let start = Int64.random(in: 1_700_000_000...2_200_000_000, using: &numbers)
            let anchor = BillingAnchor(Instant(seconds: start), in: zone)
            for cycle in BillingCycle.allCases {
                let later = anchor.instant + Int64.random(in: 0...400_000_000, using: &numbers)
                let index = anchor.index(of: cycle, at: later)
                let period = anchor.period(cycle, index)
                #expect(period.contains(later) && index >= 0)
                #expect(anchor.period(cycle, index + 1).from == period.to)
            }
        }
    }

    @Test(arguments: ["", "CEST", "Mars/Olympus", "Europe/", "europe", "UTC+3", "Etc/../UTC"])
    func `a name that is no zone is refused`(name: String) {
        #expect(BillingZone(name) == nil)
    }

    @Test(
        arguments: [
            (0, "0 s"), (1, "1 s"), (86_400, "1 day"), (2_592_000, "30 days"),
            (964_800, "11 days 4 h"), (90_061, "1 day 1 h 1 min 1 s"), (3_605, "1 h 5 s"),
        ] as [(Int64, String)]
    )
    func `a length of time is said in words`(seconds: Int64, text: String) {
        let start = Instant(seconds: 7)
        #expect(TimeSpan(from: start, to: start + seconds).description == text)
    }

    @Test func `instants before 1970 and fractions fall into their second`() {
        #expect(Instant(Date(timeIntervalSince1970: -0.5)).seconds == -1)
        #expect(Instant(Date(timeIntervalSince1970: 1.9)).seconds == 1)
        let zone = BillingZone.utc
        #expect(zone.civil(at: Instant(seconds: -1)).date.description == "1969-12-31")
    }

    @Test func `a hundred thousand periods are counted quickly`() throws {
        let berlin = try #require(BillingZone("Europe/Berlin"))
        let clock = ContinuousClock()
        let time = clock.measure {
            var sum: Int64 = 0
            for number in 0..<100_000 {
                let start = Instant(seconds: 1_700_000_000 + Int64(number) * 311)
                sum &+= BillingAnchor(start, in: berlin).period(.monthly, number % 60).to.seconds
            }
            withExtendedLifetime(sum) {}
        }
        // A fifth of a second without optimisation on a quiet machine.
        #expect(time < .seconds(10))
    }
}
