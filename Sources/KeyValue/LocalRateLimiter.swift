import Synchronization

/// Rate limits of this process alone, in bounded memory.
///
/// When too many keys are in debt, those that are closest to having paid are forgotten first: who
/// floods with new keys does not free those who are over their limit.
package final class LocalRateLimiter: RateLimiter {
    private let mostKeys: Int
    private let now: @Sendable () -> Double
    private let debts = Mutex<[String: Double]>([:])

    /// A limiter that remembers at most some keys.
    ///
    /// Its clock is the machine's monotonic one and not the business clock, which may jump.
    package convenience init(mostKeys: Int = 100_000) {
        let start = ContinuousClock.now
        self.init(mostKeys: mostKeys) {
            let passed = (ContinuousClock.now - start).components
            return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
        }
    }

    /// A limiter with a clock of its own, in seconds, for tests.
    package init(mostKeys: Int, now: @escaping @Sendable () -> Double) {
        precondition(mostKeys > 0, "a limiter remembers at least one key")
        self.mostKeys = mostKeys
        self.now = now
    }

    /// How many keys are remembered.
    package var keyCount: Int { debts.withLock { $0.count } }

    package func take(_ key: String, _ limit: RateLimit) async -> RateDecision {
        takeNow(key, limit)
    }

    /// Takes one turn without suspending, for code that must answer at once.
    package func takeNow(_ key: String, _ limit: RateLimit) -> RateDecision {
        let key = storedKey(key)
        return debts.withLock { debts in
            let now = now()
            var debtPaidAt = debts[key] ?? now
            let decision = CellRate(limit: limit).take(now: now, debtPaidAt: &debtPaidAt)
            if debts[key] == nil, debts.count >= mostKeys { makeRoom(in: &debts, now: now) }
            debts[key] = debtPaidAt
            return decision
        }
    }

    /// Forgets what is paid; if that is less than a tenth, the smallest debts up to a tenth, so
    /// that the work is seldom done.
    private func makeRoom(in debts: inout [String: Double], now: Double) {
        let most = mostKeys - max(1, mostKeys / 10)
        debts = debts.filter { $0.value > now }
        guard debts.count > most else { return }
        let kept = debts.sorted { $0.value > $1.value }.prefix(most)
        debts = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
