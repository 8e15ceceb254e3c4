import Foundation
import Support
import Testing

@Suite struct BusinessClockTests {
    private static let start = Date(timeIntervalSince1970: 1_700_000_000)

    @Test func `a standing clock moves only when it is told to`() {
        let clock = BusinessClock(standingAt: BusinessClockTests.start)
        #expect(clock.now == BusinessClockTests.start)
        #expect(clock.now == BusinessClockTests.start)
        clock.advance(seconds: 86_400)
        #expect(clock.now == BusinessClockTests.start.addingTimeInterval(86_400))
        clock.advance(seconds: -86_400)
        #expect(clock.now == BusinessClockTests.start)
    }

    @Test func `a running clock runs and keeps its offset`() {
        let machine = BusinessClock()
        let ahead = BusinessClock(offsetSeconds: 3_600)
        let before = machine.now
        #expect(ahead.now.timeIntervalSince(before) >= 3_600)
        #expect(machine.now >= before)
        ahead.advance(seconds: 3_600)
        #expect(ahead.now.timeIntervalSince(before) >= 7_200)
        ahead.setOffset(seconds: 0)
        #expect(ahead.now.timeIntervalSince(before) < 3_600)
    }

    @Test func `a standing clock that gets an offset runs`() {
        let clock = BusinessClock(standingAt: BusinessClockTests.start)
        clock.setOffset(seconds: 0)
        #expect(clock.now > BusinessClockTests.start)
    }

    @Test func `times are whole microseconds`() {
        let fine = BusinessClockTests.start.addingTimeInterval(0.000_000_4)
        #expect(BusinessClock(standingAt: fine).now == BusinessClockTests.start)
        let clock = BusinessClock(standingAt: BusinessClockTests.start)
        for _ in 0..<100 {
            clock.advance(seconds: 1.0 / 3)
            #expect(clock.now == clock.now.wholeMicroseconds)
            let micros = clock.now.timeIntervalSinceReferenceDate * 1e6
            #expect(Date(timeIntervalSinceReferenceDate: micros.rounded() / 1e6) == clock.now)
        }
    }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00Z"), (1_700_000_000, "2023-11-14T22:13:20Z"),
        (1_700_000_000.999, "2023-11-14T22:13:20Z"), (951_827_696, "2000-02-29T12:34:56Z"),
    ])
    func `moments print as RFC 3339 in UTC`(seconds: Double, text: String) {
        #expect(Date(timeIntervalSince1970: seconds).rfc3339 == text)
    }
}
