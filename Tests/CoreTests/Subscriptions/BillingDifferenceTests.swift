import Core
import Testing

@Suite struct BillingDifferenceTests {
    private let start = "2027-04-01T00:00:00Z"

    private func yearly() throws -> SubscriptionHistory {
        try Sample.history([
            (start, .started(try Sample.terms(1, 36_500, .yearly), zone: .utc))
        ])
    }

    @Test func `what is owed is invoiced once`() throws {
        let history = try yearly()
        let now = try Sample.instant("2027-04-02T00:00:00Z")
        let first = try history.difference(at: now, to: [])
        #expect(first.map(\.brief) == ["period 2027-04-01 2028-04-01 36500"])
        #expect(try history.difference(at: now, to: first) == [])
    }

    @Test func `a bill made ahead is taken back when the subscription ends instead`() throws {
        let history = try yearly()
        let ahead = try Sample.instant("2028-03-30T00:00:00Z")
        let invoiced = try history.difference(at: ahead, to: [], billedAhead: .usual)
        #expect(invoiced.count == 2)
        let ending = try history.adding(.cancelled(.atPeriodEnd), at: ahead + 60)
        let back = try ending.difference(at: ahead + 60, to: invoiced, billedAhead: .usual)
        #expect(back.map(\.brief) == ["-period 2028-04-01 2029-04-01 -36500"])
        #expect(back[0].explanation() == "Taken back: 1 year at 365.00 USD = -365.00 USD")
        let all = invoiced + back
        #expect(try ending.difference(at: ahead + 90, to: all, billedAhead: .usual) == [])

        let kept = try ending.adding(.cancellationWithdrawn, at: ahead + 120)
        let again = try kept.difference(at: ahead + 120, to: all, billedAhead: .usual)
        #expect(again.map(\.brief) == ["period 2028-04-01 2029-04-01 36500"])
        #expect(again[0].revision == 3)
        #expect(try kept.difference(at: ahead + 120, to: all + again, billedAhead: .usual) == [])
    }

    @Test func `a downgrade after the bill was made ahead replaces it`() throws {
        let history = try yearly()
        let ahead = try Sample.instant("2028-03-30T00:00:00Z")
        let invoiced = try history.difference(at: ahead, to: [], billedAhead: .usual)
        let smaller = try history.adding(
            .changed(try Sample.terms(2, 12_000, .yearly), .atPeriodEnd),
            at: ahead + 60
        )
        let lines = try smaller.difference(at: ahead + 60, to: invoiced, billedAhead: .usual)
        #expect(
            lines.map(\.brief) == [
                "-period 2028-04-01 2029-04-01 -36500", "period 2028-04-01 2029-04-01 12000",
            ]
        )
    }

    @Test func `a line whose amount is not what is owed is corrected in the open`() throws {
        let history = try yearly()
        let now = try Sample.instant("2027-04-02T00:00:00Z")
        let dearer = try Sample.history([
            (start, .started(try Sample.terms(1, 40_000, .yearly), zone: .utc))
        ])
        let wrong = try dearer.difference(at: now, to: [])
        let lines = try history.difference(at: now, to: wrong)
        #expect(
            lines.map(\.brief) == [
                "-period 2027-04-01 2028-04-01 -40000", "period 2027-04-01 2028-04-01 36500",
            ]
        )
        #expect(lines.map(\.revision) == [2, 3])
        #expect(try history.difference(at: now, to: wrong + lines) == [])
    }

    @Test func `settled periods are left alone`() throws {
        let history = try Sample.history([
            (start, .started(try Sample.terms(1, 3_000), zone: .utc))
        ])
        let now = try Sample.instant("2027-08-01T00:00:00Z")
        let lines = try history.difference(at: now, to: [], settledBefore: now - 86_400)
        #expect(lines.map(\.brief) == ["period 2027-08-01 2027-09-01 3000"])
        let old = try history.owed(at: now)
        #expect(try history.difference(at: now, to: old, settledBefore: now - 86_400) == [])
    }

    @Test func `a preview is the difference an event would make, and changes nothing`() throws {
        let history = try Sample.history([
            (start, .started(try Sample.terms(1, 3_000), zone: .utc))
        ])
        let now = try Sample.instant("2027-04-16T00:00:00Z")
        let invoiced = try history.owed(at: now)
        let change = SubscriptionEvent.Kind.changed(try Sample.terms(2, 6_000), .atOnce)
        let preview = try history.preview(change, at: now, invoiced: invoiced)
        #expect(preview.lines.map(\.amount.minorUnits) == [-1_500, 3_000])
        #expect(preview.total(.usd) == Money(minorUnits: 1_500, .usd))
        #expect(preview.state.active?.terms.plan == Sample.plan(2))
        let real = try history.adding(change, at: now).difference(at: now, to: invoiced)
        #expect(preview.lines == real)
        #expect(try history.difference(at: now, to: invoiced) == [])
    }

    @Test func `a line that was stored can be computed again`() throws {
        let history = try Sample.history([
            (start, .started(try Sample.terms(1, 9_999, quantity: 7), zone: .utc)),
            ("2027-04-11T11:11:11Z", .changed(try Sample.terms(2, 6_001), .atOnce)),
        ])
        let lines = try history.owed(at: Sample.instant("2027-06-16T00:00:00Z"))
        #expect(lines.allSatisfy { $0.recomputedAmount == $0.amount })
    }

    @Test(arguments: [SubscriptionEvent.Cancellation.atPeriodEnd, .atOnce(unused: .credited)])
    func `a period that was waived is not given back`(
        _ end: SubscriptionEvent.Cancellation
    ) throws {
        let history = try yearly()
        let ahead = try Sample.instant("2028-03-30T00:00:00Z")
        let made = try history.difference(at: ahead, to: [], billedAhead: .usual)
        let invoiced = [made[0], made[1].waived]
        let ended = try history.adding(.cancelled(end), at: ahead + 60)
        let lines = try ended.difference(at: ahead + 60, to: invoiced, billedAhead: .usual)
        #expect(!lines.contains { $0.isReversal })
    }

    @Test func `a period that was waived stays so after a change that is withdrawn`() throws {
        let ahead = try Sample.instant("2028-03-30T00:00:00Z")
        var history = try yearly()
        let made = try history.difference(at: ahead, to: [], billedAhead: .usual)
        var invoiced = [made[0], made[1].waived]
        let ends: [(SubscriptionEvent.Kind, SubscriptionEvent.Kind)] = [
            (.cancelled(.atPeriodEnd), .cancellationWithdrawn),
            (.changed(try Sample.terms(2, 12_000, .yearly), .atPeriodEnd), .changeWithdrawn),
        ]
        for (turn, (event, withdrawal)) in ends.enumerated() {
            let now = ahead + Int64(turn * 120)
            history = try history.adding(event, at: now + 60)
            invoiced += try history.difference(at: now + 60, to: invoiced, billedAhead: .usual)
            history = try history.adding(withdrawal, at: now + 90)
            invoiced += try history.difference(at: now + 90, to: invoiced, billedAhead: .usual)
        }
        #expect(
            invoiced.dropFirst(2).map(\.brief) == [
                "period 2028-04-01 2029-04-01 12000", "-period 2028-04-01 2029-04-01 -12000",
            ]
        )
        let later = try Sample.instant("2028-04-02T00:00:00Z")
        #expect(try history.difference(at: later, to: invoiced, billedAhead: .usual) == [])
    }
}
