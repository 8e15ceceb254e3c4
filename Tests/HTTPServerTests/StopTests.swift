import Foundation
import HTTPServer
import Support
import Synchronization
import Testing

@Suite struct StopTests {
    private func slowServer(loops: Int, milliseconds: Int) throws -> Server {
        try Server(address: "127.0.0.1", port: 0, loops: loops, log: .silent) { request in
            .later {
                try? await Task.sleep(for: .milliseconds(milliseconds))
                return HTTPResponse(status: 200, body: .bytes(Array(request.path.utf8)))
            }
        }
    }

    @Test(arguments: [1, 2])
    func `a stop waits for what has begun`(loops: Int) async throws {
        let server = try slowServer(loops: loops, milliseconds: 300)
        server.start()
        async let answer = ask(server, "GET /last HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await eventually { server.metrics.inFlight == 1 })
        await server.stop()
        let last = try await answer
        #expect(last.status == 200)
        #expect(last.head.contains("Connection: close"))
        #expect(server.metrics.connections == 0)
        let port = server.port
        await #expect(throws: RawConnection.ConnectFailure.self) {
            _ = try await blocking { try RawConnection(port: port) }
        }
    }

    @Test(arguments: [1, 2])
    func `a stop loses none of a burst`(loops: Int) async throws {
        let server = try slowServer(loops: loops, milliseconds: 1)
        server.start()
        let port = server.port
        let sent = Counter()
        let answered = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try await blocking {
                        // Until nobody listens any more: whoever got a connection gets an answer.
                        while let connection = try? RawConnection(port: port) {
                            connection.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
                            sent.add()
                            if connection.readAnswer().status == 200 {
                                answered.add()
                            }
                        }
                    }
                }
            }
            #expect(try await eventually { answered.value > 300 })
            await server.stop()
            try await group.waitForAll()
        }
        #expect(sent.value == answered.value)
    }

    @Test func `a stop ends at its deadline, whoever still waits`() async throws {
        let server = try slowServer(loops: 2, milliseconds: 60_000)
        server.start()
        let port = server.port
        let half = try await blocking {
            let connection = try RawConnection(port: port)
            connection.send("GET / HTT")
            return connection
        }
        async let answer = askToEnd(server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await eventually { server.metrics.inFlight == 1 })
        await server.stop(deadlineSeconds: 0.2)
        #expect(try await answer == "")
        #expect(server.metrics == server.metrics)
        #expect(server.metrics.connections == 0)
        half.endSending()
    }

    @Test func `a resting connection does not hold up a stop`() async throws {
        let server = try slowServer(loops: 1, milliseconds: 1)
        server.start()
        let port = server.port
        let connection = try await blocking {
            let connection = try RawConnection(port: port)
            connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = connection.readAnswer()
            return connection
        }
        let began = ContinuousClock.now
        await server.stop(deadlineSeconds: 20)
        #expect(began.duration(to: .now) < .seconds(10))
        let rest = try await blocking { connection.readToEnd() }
        #expect(rest == "")
    }

    @Test func `stopping twice, or before the start, is no harm`() async throws {
        let never = try slowServer(loops: 2, milliseconds: 1)
        await never.stop()
        await never.stop()
        let server = try slowServer(loops: 2, milliseconds: 1)
        server.start()
        server.start()
        async let one: Void = server.stop()
        async let two: Void = server.stop()
        _ = await (one, two)
        await server.stop()
    }

    @Test func `a server that nobody holds any more ends`() async throws {
        var server: Server? = try slowServer(loops: 1, milliseconds: 1)
        let port = server?.port ?? 0
        server?.start()
        server = nil
        let isGone = try await blocking {
            for _ in 0..<1_000 {
                guard (try? RawConnection(port: port)) != nil else { return true }
                usleep(5_000)
            }
            return false
        }
        #expect(isGone)
    }
}

/// A number that threads count up together.
private final class Counter: Sendable {
    private let number = Mutex(0)
    var value: Int { number.withLock { $0 } }
    func add() { number.withLock { $0 += 1 } }
}
