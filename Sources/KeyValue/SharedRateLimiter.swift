package import Support
import Synchronization

/// Rate limits that all instances share through Redis.
///
/// A turn is one script, thus one round trip that nothing can come between. When Redis fails, the
/// limits of this process alone hold until Redis is tried again after a pause.
package final class SharedRateLimiter: RateLimiter {
    private enum Health {
        case shared
        case local(retryAt: ContinuousClock.Instant)
    }

    private let redis: RedisClient
    private let fallback: LocalRateLimiter
    private let retryAfter: Duration
    private let log: Log
    private let health = Mutex(Health.shared)

    package init(
        redis: RedisClient,
        fallback: LocalRateLimiter,
        retrySeconds: Double = 1,
        log: Log
    ) {
        self.redis = redis
        self.fallback = fallback
        retryAfter = .seconds(retrySeconds)
        self.log = log
    }

    package func take(_ key: String, _ limit: RateLimit) async -> RateDecision {
        guard isWorthTrying else { return fallback.takeNow(key, limit) }
        do {
            let decision = try await takeShared(key, limit)
            markShared()
            return decision
        } catch is CancellationError {
            return fallback.takeNow(key, limit)
        } catch {
            markLocal("\(error)")
            return fallback.takeNow(key, limit)
        }
    }

    private func takeShared(_ key: String, _ limit: RateLimit) async throws -> RateDecision {
        let reply = try await redis.command([
            "EVAL", SharedRateLimiter.script, "1", "rate:" + storedKey(key),
            "\(limit.perSeconds)", "\(limit.limit)",
        ])
        guard let parts = reply.array, parts.count == 3, let allowed = parts[0].integer,
            let wait = parts[1].string.flatMap(Double.init),
            let debt = parts[2].string.flatMap(Double.init)
        else { throw RedisError.refused("an answer of another shape") }
        let rate = CellRate(limit: limit)
        return allowed == 1 ? rate.allowance(debt: debt) : rate.refusal(wait: wait, debt: debt)
    }

    /// ``CellRate`` by the clock of Redis, which is the same for all instances.
    private static let script = """
        local period, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
        local time = redis.call('TIME')
        local now = time[1] + time[2] / 1000000
        local paid = tonumber(redis.call('GET', KEYS[1]) or now)
        local before = math.min(math.max(paid, now), now + period)
        local after = before + period / limit
        local wait = after - period - now
        if wait > 0.000002 then
            return {0, string.format('%.6f', wait), string.format('%.6f', before - now)}
        end
        local life = math.ceil((after - now) * 1000)
        redis.call('SET', KEYS[1], string.format('%.6f', after), 'PX', life)
        return {1, '0', string.format('%.6f', after - now)}
        """

    private var isWorthTrying: Bool {
        health.withLock { health in
            switch health {
            case .shared: return true
            case .local(let retryAt):
                guard ContinuousClock.now >= retryAt else { return false }
                // One caller tries; the others stay local until it knows.
                health = .local(retryAt: .now + retryAfter)
                return true
            }
        }
    }

    private func markShared() {
        let wasLocal = health.withLock { health in
            defer { health = .shared }
            if case .local = health { return true } else { return false }
        }
        if wasLocal { log.info("rate limits are shared again") }
    }

    private func markLocal(_ reason: String) {
        let wasShared = health.withLock { health in
            defer { health = .local(retryAt: .now + retryAfter) }
            if case .shared = health { return true } else { return false }
        }
        if wasShared { log.warning("rate limits are of this process", ["reason": reason]) }
    }
}
