import Core
import Testing

@Suite struct DunningTests {
    private let start = Instant(seconds: 1_800_000_000)

    private func day(_ number: Int64) -> Instant { start + number * 86_400 }

    private var policy: DunningPolicy {
        get throws {
            try DunningPolicy(
                retryDays: [1, 3, 7],
                reminderDays: [2, 5],
                suspensionDay: 10,
                termination: .init(noticeDay: 20, day: 30)
            )
        }
    }

    private func plan(
        _ attempts: [(Int64, ChargeOutcome, String)] = [],
        _ done: [(DunningAction, Int64)] = [],
        card: String? = "a",
        isExempt: Bool = false,
        on now: Int64
    ) throws -> [String] {
        let dunning = DunningCase(
            try policy,
            unpaidSince: start,
            attempts: attempts.map { DunningCase.Attempt(at: day($0.0), $0.1, card: $0.2) },
            done: done.map { DunningCase.Done($0.0, at: day($0.1)) },
            card: card,
            isExempt: isExempt
        )
        return DunningTimeline(dunning, at: day(now)).future.map { step in
            let name = String("\(step.action)".prefix { $0 != "(" })
            return "\(name) \((step.at.seconds - start.seconds) / 86_400)"
        }
    }

    private let passing = ChargeOutcome.declined(code: "insufficient_funds")

    @Test func `the plan is the policy as long as attempts are declined in passing`() throws {
        #expect(
            try plan([(0, passing, "a")], on: 0) == [
                "retry 1", "remind 2", "retry 3", "remind 5", "retry 7", "suspend 10",
                "giveNotice 20", "terminate 30",
            ]
        )
        #expect(
            try plan([(0, passing, "a"), (1, passing, "a")], [(.remind(1), 2)], on: 2) == [
                "retry 3", "remind 5", "retry 7", "suspend 10", "giveNotice 20", "terminate 30",
            ]
        )
    }

    @Test(arguments: ["lost_card", "stolen_card", "pickup_card", "fraudulent", "expired_card"])
    func `a card that will never pay is not charged again, and another is asked for`(
        code: String
    ) throws {
        let steps = try plan([(0, .declined(code: code), "a")], on: 0)
        #expect(steps.first == "askForCard 0")
        #expect(!steps.contains { $0.hasPrefix("retry") })
        let other = try plan([(0, .declined(code: code), "a")], card: "b", on: 0)
        #expect(other.first == "retry 1")
        // It is no card of the customer's any more.
        let none = try plan([(0, .declined(code: code), "a")], card: nil, on: 0)
        #expect(none.first == "askForCard 0")
    }

    @Test func `who has to confirm is asked once, and not charged again`() throws {
        let attempts = [(Int64(1), ChargeOutcome.declined(code: "authentication_required"), "a")]
        #expect(try plan(attempts, on: 1).first == "askToConfirm 1")
        let asked = try plan(attempts, [(.askToConfirm(day(1)), 1)], on: 1)
        #expect(asked.first == "remind 2" && !asked.contains { $0.hasPrefix("retry") })
    }

    @Test func `without a card nothing is charged`() throws {
        #expect(try plan(card: nil, on: 0).first == "remind 2")
    }

    @Test func `who is exempt is only reminded`() throws {
        #expect(try plan([(0, passing, "a")], isExempt: true, on: 0) == ["remind 2", "remind 5"])
    }

    @Test func `nobody is cut off while money may be on its way`() throws {
        let steps = try plan([(9, .unknown, "a")], on: 15)
        #expect(steps == ["suspend 16", "giveNotice 20", "terminate 30"])
        #expect(try plan([(9, .unknown, "a")], on: 40).first == "suspend 41")
    }

    @Test func `what is paid needs nothing more`() throws {
        #expect(try plan([(0, passing, "a"), (1, .succeeded, "a")], on: 5) == [])
        #expect(try plan([], [(.terminate, 30)], on: 31) == [])
    }

    @Test
    func `after a standstill there is one retry and one reminder, and notice keeps its length`()
        throws
    {
        let steps = try plan([(0, passing, "a")], on: 28)
        #expect(
            steps == ["remind 5", "retry 7", "suspend 10", "giveNotice 20", "terminate 38"]
        )
        let noticed = try plan(
            [(0, passing, "a"), (28, passing, "a")],
            [(.remind(2), 28), (.suspend, 28), (.giveNotice, 28)],
            on: 29
        )
        #expect(noticed == ["terminate 38"])
    }

    @Test func `the past is told in its order`() throws {
        let dunning = DunningCase(
            try policy,
            unpaidSince: start,
            attempts: [
                .init(at: day(3), passing, card: "a"), .init(at: day(0), passing, card: "a"),
            ],
            done: [.init(.remind(1), at: day(2))],
            card: "a"
        )
        let past = DunningTimeline(dunning, at: day(4)).past
        #expect(past.map(\.at) == [day(0), day(2), day(3)])
    }

    @Test func `a policy that makes no sense is refused`() {
        func make(
            _ retries: [Int],
            suspension: Int? = 10,
            _ termination: DunningPolicy.Termination? = nil
        ) throws(DunningPolicy.Problem) {
            _ = try DunningPolicy(
                retryDays: retries,
                reminderDays: [],
                suspensionDay: suspension,
                termination: termination
            )
        }
        #expect(throws: DunningPolicy.Problem.daysOutOfOrder) { try make([3, 1]) }
        #expect(throws: DunningPolicy.Problem.dayOutOfRange(most: 365)) { try make([-1]) }
        #expect(throws: DunningPolicy.Problem.tooManyRetries(most: 4)) {
            try make([1, 2, 3, 4, 5])
        }
        #expect(throws: DunningPolicy.Problem.terminatedBeforeSuspended) {
            try make([], suspension: nil, .init(noticeDay: 1, day: 2))
        }
        #expect(throws: DunningPolicy.Problem.terminatedWithoutNotice) {
            try make([], .init(noticeDay: 20, day: 20))
        }
    }

    @Test func `an unknown decline is passing, and a known one what it is`() {
        #expect(DeclineClass(code: "brand_new_reason") == .passing)
        #expect(DeclineClass(code: "do_not_honor") == .passing)
        #expect(DeclineClass(code: "authentication_required") == .needsCustomer)
        #expect(DeclineClass(code: "restricted_card") == .final)
    }

    @Test func `what is owed again is counted anew, whatever was done before`() throws {
        let dunning = DunningCase(
            try policy,
            unpaidSince: start,
            restartedAt: day(40),
            attempts: [DunningCase.Attempt(at: day(0), .declined(code: "lost_card"), card: "a")],
            earlier: [DunningCase.Done(.suspend, at: day(10))],
            card: "b"
        )
        let timeline = DunningTimeline(dunning, at: day(40))
        #expect(timeline.next?.action == .retry(1) && timeline.next?.at == day(41))
        #expect(timeline.future.last?.at == day(70))
        #expect(timeline.past.last == .restarted(day(40)))
        #expect(timeline.past.count == 3)
    }
}
