import Core
import Testing

@Suite struct SubscriptionHistoryTests {
    private func owed(
        _ events: [(String, SubscriptionEvent.Kind)],
        at instant: String,
        billedAhead lead: RenewalLead = .none
    ) throws -> [String] {
        try Sample.history(events).owed(at: Sample.instant(instant), billedAhead: lead).map(\.brief)
    }

    @Test func `each period is owed from its start on`() throws {
        let events = [
            (
                "2027-01-31T00:00:00Z",
                SubscriptionEvent.Kind.started(try Sample.terms(1, 9_900), zone: .utc)
            )
        ]
        #expect(try owed(events, at: "2027-01-30T23:59:59Z") == [])
        #expect(
            try owed(events, at: "2027-02-27T23:59:59Z") == ["period 2027-01-31 2027-02-28 9900"]
        )
        #expect(
            try owed(events, at: "2027-03-31T00:00:00Z") == [
                "period 2027-01-31 2027-02-28 9900", "period 2027-02-28 2027-03-31 9900",
                "period 2027-03-31 2027-04-30 9900",
            ]
        )
    }

    @Test func `an upgrade credits the unused time and charges the rest to the second`() throws {
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-04-01T00:00:00Z", .started(try Sample.terms(1, 9_900), zone: .utc)),
            ("2027-04-19T20:00:00Z", .changed(try Sample.terms(2, 19_900), .atOnce)),
        ]
        let lines = try Sample.history(events).owed(at: Sample.instant("2027-05-01T00:00:00Z"))
        #expect(
            lines.map(\.brief) == [
                "period 2027-04-01 2027-05-01 9900", "credit 2027-04-19T20:00 2027-05-01 -3685",
                "proration 2027-04-19T20:00 2027-05-01 7407", "period 2027-05-01 2027-06-01 19900",
            ]
        )
        #expect(
            lines.map { $0.explanation() } == [
                "1 month at 99.00 USD = 99.00 USD",
                "Unused: 11 days 4 h of 30 days at 99.00 USD = -36.85 USD",
                "11 days 4 h of 30 days at 199.00 USD = 74.07 USD, rounded half to even",
                "1 month at 199.00 USD = 199.00 USD",
            ]
        )
        #expect(lines[1].reduces == .init(lines[0].identity, Ratio(67, 180)))
    }

    @Test func `a second upgrade credits what the first one charged`() throws {
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-04-01T00:00:00Z", .started(try Sample.terms(1, 3_000), zone: .utc)),
            ("2027-04-11T00:00:00Z", .changed(try Sample.terms(2, 6_000), .atOnce)),
            ("2027-04-21T00:00:00Z", .changed(try Sample.terms(2, 6_000, quantity: 3), .atOnce)),
        ]
        let lines = try Sample.history(events).owed(at: Sample.instant("2027-04-30T00:00:00Z"))
        #expect(
            lines.map(\.brief) == [
                "period 2027-04-01 2027-05-01 3000", "credit 2027-04-11 2027-05-01 -2000",
                "proration 2027-04-11 2027-05-01 4000", "credit 2027-04-21 2027-05-01 -2000",
                "proration 2027-04-21 2027-05-01 6000",
            ]
        )
        #expect(lines[3].reduces == .init(lines[2].identity, Ratio(1, 2)))
        #expect(lines[4].explanation() == "10 days of 30 days at 3 × 60.00 USD = 60.00 USD")
    }

    @Test func `an upgrade and its undoing in the same second cost nothing`() throws {
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-01-31T10:00:00Z", .started(try Sample.terms(1, 9_999), zone: .utc)),
            ("2027-02-11T07:13:59Z", .changed(try Sample.terms(2, 12_345), .atOnce)),
            ("2027-02-11T07:13:59Z", .changed(try Sample.terms(1, 9_999), .atOnce)),
        ]
        let lines = try Sample.history(events).owed(at: Sample.instant("2027-02-12T00:00:00Z"))
        #expect(lines.count == 5 && lines.map(\.amount).sum(.usd).minorUnits == 9_999)
    }

    @Test func `a change at the period's end costs nothing until then`() throws {
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-01-31T00:00:00Z", .started(try Sample.terms(2, 19_900), zone: .utc)),
            ("2027-02-05T00:00:00Z", .changed(try Sample.terms(1, 9_900), .atPeriodEnd)),
        ]
        #expect(
            try owed(events, at: "2027-03-01T00:00:00Z") == [
                "period 2027-01-31 2027-02-28 19900", "period 2027-02-28 2027-03-31 9900",
            ]
        )
        let withdrawn = events + [("2027-02-06T00:00:00Z", .changeWithdrawn)]
        #expect(
            try owed(withdrawn, at: "2027-03-01T00:00:00Z").last
                == "period 2027-02-28 2027-03-31 19900"
        )
    }

    @Test func `a change of cycle at once begins a new period`() throws {
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-04-01T00:00:00Z", .started(try Sample.terms(1, 3_000), zone: .utc)),
            ("2027-04-16T00:00:00Z", .changed(try Sample.terms(1, 30_000, .yearly), .atOnce)),
        ]
        #expect(
            try owed(events, at: "2028-04-16T00:00:00Z") == [
                "period 2027-04-01 2027-05-01 3000", "credit 2027-04-16 2027-05-01 -1500",
                "period 2027-04-16 2028-04-16 30000", "period 2028-04-16 2029-04-16 30000",
            ]
        )
    }

    @Test func `a change of cycle at the period's end keeps the day of purchase`() throws {
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-01-31T00:00:00Z", .started(try Sample.terms(1, 3_000), zone: .utc)),
            ("2027-02-03T00:00:00Z", .changed(try Sample.terms(1, 30_000, .yearly), .atPeriodEnd)),
            ("2027-03-03T00:00:00Z", .changed(try Sample.terms(1, 3_000), .atPeriodEnd)),
        ]
        #expect(
            try owed(events, at: "2028-03-31T00:00:00Z") == [
                "period 2027-01-31 2027-02-28 3000", "period 2027-02-28 2028-02-29 30000",
                "period 2028-02-29 2028-03-31 3000", "period 2028-03-31 2028-04-30 3000",
            ]
        )
    }

    @Test func `a new price holds for periods after its notice, and no plan's but its own`() throws
    {
        let price = Sample.price(9)
        let dearer = SubscriptionEvent.Kind.repriced(
            unitPrice: Money(minorUnits: 1_200, .usd),
            price: price,
            from: try Sample.instant("2027-03-15T00:00:00Z")
        )
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-01-31T00:00:00Z", .started(try Sample.terms(1, 1_000, quantity: 2), zone: .utc)),
            ("2027-02-05T00:00:00Z", dearer),
        ]
        #expect(
            try owed(events, at: "2027-04-01T00:00:00Z") == [
                "period 2027-01-31 2027-02-28 2000", "period 2027-02-28 2027-03-31 2000",
                "period 2027-03-31 2027-04-30 2400",
            ]
        )
        let moved =
            events + [("2027-02-06T00:00:00Z", .changed(try Sample.terms(2, 1_100), .atOnce))]
        #expect(
            try owed(moved, at: "2027-04-01T00:00:00Z").last == "period 2027-03-31 2027-04-30 1100"
        )
    }

    @Test func `a new price that was withdrawn leaves a later one in force`() throws {
        func price(_ number: UInt8, _ minor: Int64, _ day: String) throws -> SubscriptionEvent.Kind
        {
            .repriced(
                unitPrice: Money(minorUnits: minor, .usd),
                price: Sample.price(number),
                from: try Sample.instant("\(day)T00:00:00Z")
            )
        }
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-01-01T00:00:00Z", .started(try Sample.terms(1, 1_000), zone: .utc)),
            ("2027-01-02T00:00:00Z", try price(7, 1_100, "2027-01-20")),
            ("2027-01-03T00:00:00Z", try price(8, 1_200, "2027-01-25")),
            ("2027-01-04T00:00:00Z", try price(1, 1_000, "2027-01-20")),
        ]
        #expect(
            try owed(events, at: "2027-02-01T00:00:00Z") == [
                "period 2027-01-01 2027-02-01 1000", "period 2027-02-01 2027-03-01 1200",
            ]
        )
    }

    @Test func `a cancellation at once credits or forfeits the unused time`() throws {
        let start = (
            "2027-04-01T00:00:00Z",
            SubscriptionEvent.Kind.started(try Sample.terms(1, 3_000), zone: .utc)
        )
        let credited = [start, ("2027-04-11T00:00:00Z", .cancelled(.atOnce(unused: .credited)))]
        #expect(
            try owed(credited, at: "2028-01-01T00:00:00Z") == [
                "period 2027-04-01 2027-05-01 3000", "credit 2027-04-11 2027-05-01 -2000",
            ]
        )
        let forfeited = [start, ("2027-04-11T00:00:00Z", .cancelled(.atOnce(unused: .forfeited)))]
        #expect(
            try owed(forfeited, at: "2028-01-01T00:00:00Z") == ["period 2027-04-01 2027-05-01 3000"]
        )
    }

    @Test func `a cancellation at the period's end can be withdrawn until then`() throws {
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-04-01T00:00:00Z", .started(try Sample.terms(1, 3_000), zone: .utc)),
            ("2027-04-11T00:00:00Z", .cancelled(.atPeriodEnd)),
        ]
        let history = try Sample.history(events)
        let end = try Sample.instant("2027-05-01T00:00:00Z")
        #expect(try history.owed(at: end + 90_000_000).count == 1)
        #expect(try history.state(at: end - 1).active?.isCancelling == true)
        #expect(try history.state(at: end) == .ended(at: end))
        let kept = try history.adding(.cancellationWithdrawn, at: end - 1)
        #expect(try kept.owed(at: end).count == 2)
        #expect(throws: HistoryProblem.ended) {
            try history.adding(.cancellationWithdrawn, at: end)
        }
    }

    @Test func `what is taken up again is counted anew`() throws {
        let events: [(String, SubscriptionEvent.Kind)] = [
            ("2027-01-31T00:00:00Z", .started(try Sample.terms(1, 3_000), zone: .utc)),
            ("2027-02-11T00:00:00Z", .cancelled(.atPeriodEnd)),
            ("2027-05-20T12:00:00Z", .reactivated(try Sample.terms(1, 4_000), zone: .utc)),
        ]
        #expect(
            try owed(events, at: "2027-06-20T12:00:00Z") == [
                "period 2027-01-31 2027-02-28 3000",
                "period 2027-05-20T12:00 2027-06-20T12:00 4000",
                "period 2027-06-20T12:00 2027-07-20T12:00 4000",
            ]
        )
    }

    @Test func `a year is billed three days ahead and a month on the day`() throws {
        let yearly: [(String, SubscriptionEvent.Kind)] = [
            ("2027-04-01T00:00:00Z", .started(try Sample.terms(1, 30_000, .yearly), zone: .utc))
        ]
        #expect(try owed(yearly, at: "2028-03-28T23:59:59Z", billedAhead: .usual).count == 1)
        #expect(try owed(yearly, at: "2028-03-29T00:00:00Z", billedAhead: .usual).count == 2)
        let monthly: [(String, SubscriptionEvent.Kind)] = [
            ("2027-04-01T00:00:00Z", .started(try Sample.terms(1, 3_000), zone: .utc))
        ]
        #expect(try owed(monthly, at: "2027-04-30T23:59:59Z", billedAhead: .usual).count == 1)
        let active = try Sample.history(yearly).state(at: Sample.instant("2027-06-01T00:00:00Z"))
        #expect(
            active.active?.nextBill(billedAhead: .usual)
                == (try Sample.instant("2028-03-29T00:00:00Z"))
        )
    }

    @Test func `more lines than anybody owes at once stop the bill`() throws {
        let history = try Sample.history([
            ("2027-04-01T00:00:00Z", .started(try Sample.terms(1, 3_000), zone: .utc))
        ])
        let late = try Sample.instant("2127-04-01T00:00:00Z")
        #expect(throws: HistoryProblem.tooManyLines(most: 400)) { try history.owed(at: late) }
        #expect(try history.owed(at: late, settledBefore: late - 89 * 86_400).count == 3)
    }

    @Test func `upgrades are made at once and downgrades at the period's end`() throws {
        let small = try Sample.terms(1, 1_000)
        let large = try Sample.terms(2, 2_000)
        #expect(small.usualTiming(of: large) == .atOnce)
        #expect(large.usualTiming(of: small) == .atPeriodEnd)
        #expect(small.usualTiming(of: try Sample.terms(1, 1_000, quantity: 2)) == .atOnce)
        #expect(large.usualTiming(of: try Sample.terms(1, 9_000, .yearly)) == .atOnce)
        #expect(try Sample.terms(1, 9_000, .yearly).usualTiming(of: large) == .atPeriodEnd)
    }
}
