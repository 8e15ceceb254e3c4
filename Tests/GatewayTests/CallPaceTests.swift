import Testing

@testable import StripeGateway

@Suite struct CallPaceTests {
    @Test func `however many ask at once, only so many go on in a second`() async throws {
        let pace = CallPace(perSecond: 50)
        let began = ContinuousClock.now
        let turns = try await withThrowingTaskGroup(of: ContinuousClock.Instant.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    try await pace.turn()
                    return ContinuousClock.now
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for (index, turn) in turns.sorted().enumerated() {
            #expect(turn - began >= .milliseconds(20 * index))
        }
    }

    @Test func `whoever asks alone goes on at once`() async throws {
        let pace = CallPace(perSecond: 1)
        let began = ContinuousClock.now
        try await pace.turn()
        #expect(ContinuousClock.now - began < .seconds(1))
    }
}
