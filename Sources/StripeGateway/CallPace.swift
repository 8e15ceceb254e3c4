import Synchronization

/// Spreads calls over time, so that no more of them begin in a second than the other side takes.
final class CallPace: Sendable {
    private let interval: Duration
    private let next = Mutex(ContinuousClock.now)

    init(perSecond: Int) { interval = .seconds(1) / perSecond }

    /// Waits for a turn; turns come in the order in which they are asked for.
    func turn() async throws {
        let now = ContinuousClock.now
        let turn = next.withLock { next in
            let turn = max(next, now)
            next = turn + interval
            return turn
        }
        try await Task.sleep(until: turn, clock: .continuous)
    }
}
