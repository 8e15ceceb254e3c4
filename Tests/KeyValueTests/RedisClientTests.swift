import Foundation
import KeyValue
import Support
import Testing

@Suite struct RedisClientTests {
    @Test func `values of every kind come back`() async throws {
        let server = try await RedisServer()
        let redis = try RedisClient(url: server.url, timeoutSeconds: 2, log: .silent)
        #expect(try await redis.command(["PING"]) == .status("PONG"))
        #expect(try await redis.command(["GET", "absent"]) == .null)
        #expect(try await redis.command(["INCRBY", "count", "41"]).integer == 41)
        let text = "two words\r\n, a NUL \u{0} and ünïcödé"
        #expect(try await redis.command(["SET", "key with spaces", text]).string == "OK")
        #expect(try await redis.command(["GET", "key with spaces"]).string == text)
        #expect(try await redis.command(["SET", "", ""]).string == "OK")
        #expect(try await redis.command(["GET", ""]) == .bytes([]))
        let nested = try await redis.command(["EVAL", "return {1, 'a', {2, {err = 'E x'}}}", "0"])
        #expect(
            nested
                == .array([
                    .integer(1), .bytes(Array("a".utf8)), .array([.integer(2), .error("E x")]),
                ])
        )
        #expect(redis.isUp)
    }

    @Test func `a value of a megabyte comes back`() async throws {
        let server = try await RedisServer()
        let redis = try RedisClient(url: server.url, timeoutSeconds: 5, log: .silent)
        let text = String(repeating: "x", count: 1 << 20)
        _ = try await redis.command(["SET", "big", text])
        #expect(try await redis.command(["GET", "big"]).string == text)
    }

    @Test func `an error of the server is thrown and the connection goes on`() async throws {
        let server = try await RedisServer()
        let redis = try RedisClient(url: server.url, timeoutSeconds: 2, log: .silent)
        await #expect(throws: RedisError.self) { try await redis.command(["NO-SUCH-COMMAND"]) }
        #expect(try await redis.command(["PING"]) == .status("PONG"))
    }

    @Test func `many tasks at once get their own answers`() async throws {
        let server = try await RedisServer()
        let redis = try RedisClient(url: server.url, timeoutSeconds: 5, log: .silent)
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<500 {
                group.addTask {
                    try await redis.command(["ECHO", "\(index)"]).string == "\(index)"
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 500)
        #expect(answers.allSatisfy { $0 })
    }

    @Test func `password and database of the address are used`() async throws {
        let server = try await RedisServer(options: ["--requirepass", "p@ss:word"])
        let url = "redis://:p%40ss%3Aword@127.0.0.1:\(server.port)/3"
        let redis = try RedisClient(url: url, timeoutSeconds: 2, log: .silent)
        let described = try await redis.command(["CLIENT", "INFO"]).string
        #expect(try #require(described).contains("db=3"))
        let stranger = try RedisClient(url: server.url, timeoutSeconds: 2, log: .silent)
        await #expect(throws: RedisError.self) { try await stranger.command(["PING"]) }
    }

    @Test(arguments: [
        "", "localhost", "http://localhost", "redis://", "redis://host:0", "redis://host/x",
        "rediss://host", "unix://", "redis://host/-1",
    ])
    func `an address that is not understood is refused`(url: String) {
        #expect(throws: RedisError.invalidURL) { try RedisClient(url: url, log: .silent) }
    }

    @Test func `commands fail while the server is gone and work when it is back`() async throws {
        let server = try await RedisServer()
        let lines = Lines()
        let redis = try RedisClient(
            url: server.url,
            timeoutSeconds: 1,
            retrySeconds: 0.05,
            log: lines.log
        )
        #expect(try await redis.command(["PING"]) == .status("PONG"))
        server.kill()
        await #expect(throws: RedisError.self) { try await redis.command(["PING"]) }
        await #expect(throws: RedisError.down) { try await redis.command(["PING"]) }
        #expect(!redis.isUp)
        try await server.start()
        #expect(await eventually { try? await redis.command(["PING"]) } == .status("PONG"))
        #expect(lines.count(of: "Redis is down") == 1)
        #expect(lines.count(of: "Redis is back") == 1)
    }

    @Test func `a server that hangs costs one time-out and late answers are not mixed up`()
        async throws
    {
        let server = try await RedisServer()
        let redis = try RedisClient(
            url: server.url,
            timeoutSeconds: 0.2,
            retrySeconds: 0.05,
            log: .silent
        )
        #expect(try await redis.command(["ECHO", "one"]).string == "one")
        server.freeze()
        await #expect(throws: RedisError.self) { try await redis.command(["ECHO", "two"]) }
        await #expect(throws: RedisError.down) { try await redis.command(["ECHO", "three"]) }
        server.thaw()
        let answer = await eventually { try? await redis.command(["ECHO", "four"]) }
        #expect(answer?.string == "four")
    }

    @Test func `more commands than may wait are refused at once`() async throws {
        let server = try await RedisServer()
        let redis = try RedisClient(
            url: server.url,
            timeoutSeconds: 1,
            queueLimit: 2,
            log: .silent
        )
        _ = try await redis.command(["PING"])
        server.freeze()
        let outcomes = await withTaskGroup(of: RedisError?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await redis.command(["PING"])
                        return nil
                    } catch { return error as? RedisError }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        server.thaw()
        #expect(outcomes.contains(.busy))
    }
}
