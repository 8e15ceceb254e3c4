import KeyValue
import Support
import Testing

@Suite struct SharedRateLimiterTests {
    private func limiter(_ server: RedisServer, log: Log = .silent) throws -> SharedRateLimiter {
        let redis = try RedisClient(
            url: server.url,
            timeoutSeconds: 1,
            retrySeconds: 0.05,
            log: .silent
        )
        return SharedRateLimiter(
            redis: redis,
            fallback: LocalRateLimiter(),
            retrySeconds: 0.05,
            log: log
        )
    }

    @Test func `two instances share one limit`() async throws {
        let server = try await RedisServer()
        let (one, other) = (try limiter(server), try limiter(server))
        let limit = RateLimit(limit: 4, perSeconds: 3_600)
        var remaining: [Int] = []
        for index in 0..<4 {
            remaining.append(
                await (index.isMultiple(of: 2) ? one : other).take("a", limit).remaining
            )
        }
        #expect(remaining == [3, 2, 1, 0])
        let refused = await one.take("a", limit)
        #expect(!refused.allowed)
        #expect((1...900).contains(refused.retryAfterSeconds))
        #expect((3_500...3_600).contains(refused.resetSeconds))
        #expect(await !other.take("a", limit).allowed)
        #expect(await other.take("b", limit).allowed)
    }

    @Test func `many at once get exactly the limit`() async throws {
        let server = try await RedisServer()
        let (one, other) = (try limiter(server), try limiter(server))
        let limit = RateLimit(limit: 50, perSeconds: 1_000_000)
        let allowed = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<300 {
                let limiter = index.isMultiple(of: 2) ? one : other
                group.addTask { await limiter.take("a", limit).allowed }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(allowed == 50)
    }

    @Test func `what is stored is forgotten when the debt is paid`() async throws {
        let server = try await RedisServer()
        let redis = try RedisClient(url: server.url, timeoutSeconds: 1, log: .silent)
        let limiter = SharedRateLimiter(redis: redis, fallback: LocalRateLimiter(), log: .silent)
        _ = await limiter.take("a", RateLimit(limit: 10, perSeconds: 100))
        let life = try await redis.command(["PTTL", "rate:a"]).integer
        #expect((1...10_000).contains(life ?? 0))
    }

    @Test func `without Redis the limits of the process hold, said once`() async throws {
        let server = try await RedisServer()
        let lines = Lines()
        let limiter = try limiter(server, log: lines.log)
        let limit = RateLimit(limit: 3, perSeconds: 3_600)
        #expect(await limiter.take("a", limit).remaining == 2)
        server.kill()
        var allowed = 0
        for _ in 0..<20 where await limiter.take("a", limit).allowed { allowed += 1 }
        #expect(allowed == 3)
        #expect(lines.count(of: "rate limits are of this process") == 1)

        try await server.start()
        // A key that the process has used up is free again once the new, empty server counts it.
        let shared = await eventually { await limiter.take("a", limit).allowed ? true : nil }
        #expect(shared == true)
        #expect(lines.count(of: "rate limits are shared again") == 1)
    }

    @Test func `a Redis that was never there stops nothing`() async throws {
        let redis = try RedisClient(url: "redis://127.0.0.1:1", log: .silent)
        let limiter = SharedRateLimiter(redis: redis, fallback: LocalRateLimiter(), log: .silent)
        let limit = RateLimit(limit: 2, perSeconds: 3_600)
        var allowed = 0
        for _ in 0..<10 where await limiter.take("a", limit).allowed { allowed += 1 }
        #expect(allowed == 2)
    }

    @Test func `a Redis that answers with errors stops nothing`() async throws {
        let server = try await RedisServer(options: ["--requirepass", "secret"])
        let limiter = try limiter(server)
        let limit = RateLimit(limit: 2, perSeconds: 3_600)
        var allowed = 0
        for _ in 0..<10 where await limiter.take("a", limit).allowed { allowed += 1 }
        #expect(allowed == 2)
    }

    @Test func `a value of another kind under the key stops nothing`() async throws {
        let server = try await RedisServer()
        let redis = try RedisClient(url: server.url, timeoutSeconds: 1, log: .silent)
        _ = try await redis.command(["LPUSH", "rate:a", "x"])
        let limiter = try limiter(server)
        #expect(await limiter.take("a", RateLimit(limit: 2, perSeconds: 3_600)).allowed)
    }
}
