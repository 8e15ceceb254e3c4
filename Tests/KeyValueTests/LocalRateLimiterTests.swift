import KeyValue
import Synchronization
import Testing

/// A clock in seconds that a test moves.
final class Seconds: Sendable {
    private let value = Mutex(0.0)
    var now: Double { value.withLock { $0 } }
    func advance(_ seconds: Double) { value.withLock { $0 += seconds } }
}

/// Numbers that look random and are the same each time (SplitMix64).
struct Sequence64: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct LocalRateLimiterTests {
    private let seconds = Seconds()

    private func limiter(mostKeys: Int = 1_000) -> LocalRateLimiter {
        LocalRateLimiter(mostKeys: mostKeys) { [seconds] in seconds.now }
    }

    @Test func `a burst is let through, then one turn each share of the period`() {
        let limiter = limiter()
        let limit = RateLimit(limit: 3, perSeconds: 60)
        #expect((1...3).map { _ in limiter.takeNow("a", limit).remaining } == [2, 1, 0])
        let refused = limiter.takeNow("a", limit)
        #expect(
            refused
                == RateDecision(
                    allowed: false,
                    limit: 3,
                    remaining: 0,
                    retryAfterSeconds: 20,
                    resetSeconds: 60
                )
        )
        seconds.advance(19.9)
        #expect(!limiter.takeNow("a", limit).allowed)
        seconds.advance(0.1)
        #expect(limiter.takeNow("a", limit).allowed)
        #expect(!limiter.takeNow("a", limit).allowed)
        seconds.advance(60)
        #expect(limiter.takeNow("a", limit).remaining == 2)
    }

    @Test func `keys do not count for each other`() {
        let limiter = limiter()
        let limit = RateLimit(limit: 1, perSeconds: 1)
        #expect(limiter.takeNow("a", limit).allowed)
        #expect(limiter.takeNow("b", limit).allowed)
        #expect(!limiter.takeNow("a", limit).allowed)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `never more than twice the limit in a period, and never more than burst plus rate`(
        seed: UInt64
    ) {
        var random = Sequence64(state: seed)
        let limiter = limiter()
        let limit = RateLimit(
            limit: .random(in: 1...50, using: &random),
            perSeconds: [0.5, 1, 7, 60, 3_600].randomElement(using: &random) ?? 1
        )
        var taken: [Double] = []
        for _ in 0..<500 {
            seconds.advance(.random(in: 0...(limit.perSeconds / 10), using: &random))
            if limiter.takeNow("a", limit).allowed { taken.append(seconds.now) }
        }
        let share = limit.perSeconds / Double(limit.limit)
        for (index, first) in taken.enumerated() {
            for (count, last) in taken[index...].enumerated() {
                // Turns after the first within this time: at most the burst and one each share.
                #expect(Double(count + 1) <= Double(limit.limit) + (last - first) / share + 0.001)
            }
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `who waits as told is let through, and remaining turns are really there`(seed: UInt64) {
        var random = Sequence64(state: seed)
        let limiter = limiter()
        let limit = RateLimit(
            limit: .random(in: 1...20, using: &random),
            perSeconds: .random(in: 1...100, using: &random)
        )
        for _ in 0..<100 {
            let decision = limiter.takeNow("a", limit)
            if decision.allowed {
                for _ in 0..<Int.random(in: 0...max(0, decision.remaining), using: &random) {
                    #expect(limiter.takeNow("a", limit).allowed)
                }
            } else {
                #expect(decision.remaining == 0)
                seconds.advance(Double(decision.retryAfterSeconds))
                #expect(limiter.takeNow("a", limit).allowed)
            }
            seconds.advance(.random(in: 0...2, using: &random))
        }
    }

    @Test func `memory stays bounded and a flood of keys frees nobody`() {
        let limiter = limiter(mostKeys: 100)
        let limit = RateLimit(limit: 5, perSeconds: 60)
        while limiter.takeNow("offender", limit).allowed {}
        for index in 0..<10_000 {
            _ = limiter.takeNow("flood \(index)", limit)
            #expect(limiter.keyCount <= 100)
        }
        #expect(!limiter.takeNow("offender", limit).allowed)
    }

    @Test func `keys that have paid are forgotten first`() {
        let limiter = limiter(mostKeys: 10)
        let limit = RateLimit(limit: 1, perSeconds: 1)
        for index in 0..<10 { _ = limiter.takeNow("old \(index)", limit) }
        seconds.advance(2)
        _ = limiter.takeNow("new", limit)
        #expect(limiter.keyCount == 1)
    }

    @Test func `keys are told apart by their first 256 bytes`() {
        let limiter = limiter()
        let limit = RateLimit(limit: 1, perSeconds: 1)
        let long = String(repeating: "k", count: 256)
        #expect(limiter.takeNow(long + "a", limit).allowed)
        #expect(!limiter.takeNow(long + "b", limit).allowed)
    }

    @Test func `many threads together get exactly the limit`() async {
        let limiter = LocalRateLimiter()
        let limit = RateLimit(limit: 100, perSeconds: 1_000_000)
        let allowed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1_000 { group.addTask { await limiter.take("a", limit).allowed } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(allowed == 100)
    }
}
