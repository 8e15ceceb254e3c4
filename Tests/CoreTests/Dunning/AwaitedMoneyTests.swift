import Core
import Testing

/// Bills that their customers are paying by hand.
@Suite struct AwaitedMoneyTests {
    private let start = Instant(seconds: 1_800_000_000)

    private func plan(
        _ awaited: DunningCase.Awaited,
        _ done: [(DunningAction, Int64)] = [],
        card: String? = nil,
        on now: Int64
    ) throws -> [String] {
        let policy = try DunningPolicy(
            retryDays: [1, 3],
            reminderDays: [2],
            suspensionDay: 10,
            termination: .init(noticeDay: 20, day: 30)
        )
        let dunning = DunningCase(
            policy,
            unpaidSince: start,
            done: done.map { DunningCase.Done($0.0, at: start + $0.1 * 86_400) },
            card: card,
            awaited: awaited
        )
        return DunningTimeline(dunning, at: start + now * 86_400).future.map { step in
            let name = String("\(step.action)".prefix { $0 != "(" })
            return "\(name) \((step.at.seconds - start.seconds) / 86_400)"
        }
    }

    private let warned: [(DunningAction, Int64)] = [
        (.remind(1), 2), (.suspend, 10), (.giveNotice, 20),
    ]

    @Test func `money on its way keeps everything from happening, however long it takes`() throws {
        #expect(
            try plan(.money, card: "a", on: 5) == ["suspend 10", "giveNotice 20", "terminate 30"]
        )
        #expect(try plan(.money, on: 15) == ["suspend 16", "giveNotice 20", "terminate 30"])
        #expect(try plan(.money, warned, on: 45) == ["terminate 46"])
    }

    @Test func `an open page keeps a card from being charged, and not the end from coming near`()
        throws
    {
        #expect(
            try plan(.page, card: "a", on: 5)
                == ["remind 2", "suspend 10", "giveNotice 20", "terminate 30"]
        )
        #expect(try plan(.nothing, card: "a", on: 5).contains("retry 3"))
    }

    @Test func `an open page keeps the end from coming, and nothing that can be taken back`()
        throws
    {
        #expect(try plan(.page, on: 15).first == "remind 2")
        #expect(try plan(.page, on: 15).dropFirst().first == "suspend 10")
        #expect(try plan(.page, warned, on: 33) == ["terminate 34"])
        // Whoever opens one page after the other does so for a week.
        #expect(try plan(.page, warned, on: 45) == ["terminate 37"])
        #expect(try plan(.nothing, warned, on: 45) == ["terminate 30"])
    }
}
