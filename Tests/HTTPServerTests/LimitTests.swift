import Foundation
import HTTPServer
import Support
import Synchronization
import Testing

@Suite struct LimitTests {
    private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
        var limits = ServerLimits.standard
        change(&limits)
        return limits
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ])
    func `a sender that is slow is cut off, however often it sends`(start: String) async throws {
        try await serving(limits: limits { $0.requestSeconds = 0.3 }, echo) { server in
            let port = server.port
            let text = try await blocking {
                let connection = try RawConnection(port: port)
                connection.send(start)
                for _ in 0..<200 {
                    usleep(20_000)
                    if !connection.send([UInt8(ascii: "a")]) { break }
                }
                return connection.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 408 "))
            #expect(server.metrics.requests == 0)
            #expect(try await eventually { server.metrics.connections == 0 })
        }
    }

    @Test func `a connection that says nothing is closed without a word`() async throws {
        let limits = limits {
            $0.requestSeconds = 0.1
            $0.idleSeconds = 0.1
        }
        try await serving(limits: limits, echo) { server in
            let port = server.port
            let (silent, kept) = try await blocking {
                let silent = try RawConnection(port: port)
                let kept = try RawConnection(port: port)
                kept.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                _ = kept.readAnswer()
                return (silent.readToEnd(), kept.readToEnd())
            }
            #expect(silent.isEmpty)
            #expect(kept.isEmpty)
            #expect(try await eventually { server.metrics.connections == 0 })
        }
    }

    @Test func `a handler that is slow is cancelled and answered for`() async throws {
        let wasCancelled = Mutex(false)
        try await serving(
            limits: limits { $0.answerSeconds = 0.1 },
            { _ in
                .later {
                    try? await Task.sleep(for: .seconds(30))
                    wasCancelled.withLock { $0 = Task.isCancelled }
                    return HTTPResponse(status: 200)
                }
            }
        ) { server in
            let text = try await askToEnd(server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 504 "))
            #expect(try await eventually { wasCancelled.withLock { $0 } })
            #expect(try await eventually { server.metrics.inFlight == 0 })
        }
    }

    @Test func `a client that leaves cancels its handler`() async throws {
        let cancelled = Mutex(0)
        try await serving({ _ in
            .later {
                try? await Task.sleep(for: .seconds(60))
                if Task.isCancelled { cancelled.withLock { $0 += 1 } }
                return HTTPResponse(status: 200)
            }
        }) { server in
            let port = server.port
            try await blocking {
                let connection = try RawConnection(port: port)
                connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                while server.metrics.inFlight == 0 { usleep(1_000) }
            }
            #expect(try await eventually { cancelled.withLock { $0 } == 1 })
            #expect(try await eventually { server.metrics.inFlight == 0 })
            #expect(try await eventually { server.metrics.connections == 0 })
        }
    }

    @Test func `a thousand clients that leave do no harm`() async throws {
        try await serving(
            loops: 2,
            { _ in
                .later {
                    try? await Task.sleep(for: .milliseconds(3))
                    return HTTPResponse(
                        status: 200,
                        body: .bytes([UInt8](repeating: 65, count: 50_000))
                    )
                }
            }
        ) { server in
            let port = server.port
            try await blocking {
                for number in 0..<1_000 {
                    let connection = try RawConnection(port: port)
                    connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                    // Some leave at once, some while the answer is made, some while it is sent.
                    if number % 4 == 1 { usleep(500) }
                    if number % 4 == 2 { _ = connection.readSome(10) }
                    if number % 2 == 0 { connection.reset() }
                }
            }
            #expect(try await eventually { server.metrics.connections == 0 })
            #expect(try await eventually { server.metrics.inFlight == 0 })
            let answer = try await ask(server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(answer.status == 200)
        }
    }

    @Test func `what a client sends ahead while it waits does not disturb`() async throws {
        try await serving({ request in
            .later {
                try? await Task.sleep(for: .milliseconds(50))
                return HTTPResponse(status: 200, body: .bytes(Array(request.path.utf8)))
            }
        }) { server in
            let port = server.port
            let bodies = try await blocking {
                let connection = try RawConnection(port: port)
                connection.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
                usleep(10_000)
                connection.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HT")
                usleep(10_000)
                connection.send("TP/1.1\r\nHost: h\r\n\r\n")
                return (1...3).map { _ in connection.readAnswer().body }
            }
            #expect(bodies == ["/1", "/2", "/3"])
        }
    }

    @Test func `beyond the limit connections are told so, and then not accepted`() async throws {
        try await serving(limits: limits { $0.connections = 8 }, echo) { server in
            let port = server.port
            let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
            let (statuses, last) = try await blocking {
                var open: [RawConnection] = []
                var statuses: [Int] = []
                for _ in 0..<10 {
                    let connection = try RawConnection(port: port)
                    connection.send(request)
                    statuses.append(connection.readAnswer().status)
                    open.append(connection)
                }
                // Two that are to be refused but do not ask: now no more are accepted.
                for _ in 0..<2 { open.append(try RawConnection(port: port)) }
                while server.metrics.connections < 10 { usleep(1_000) }
                let waiting = try RawConnection(port: port)
                waiting.send(request)
                usleep(100_000)
                #expect(server.metrics.connections == 10)
                open = []
                return (statuses, waiting.readAnswer().status)
            }
            #expect(statuses == Array(repeating: 200, count: 8) + [503, 503])
            // It is let in when the first of the others have gone, or refused until they have.
            #expect([200, 503].contains(last))
            #expect(try await eventually { server.metrics.connections == 0 })
            let next = try await ask(server, request)
            #expect(next.status == 200)
        }
    }

    @Test func `a reader that takes nothing is cut off`() async throws {
        let limits = limits {
            $0.idleSeconds = 0.2
            $0.slowestBytesPerSecond = 100_000_000
        }
        try await serving(
            limits: limits,
            { _ in
                .now(
                    HTTPResponse(
                        status: 200,
                        body: .bytes([UInt8](repeating: 65, count: 20_000_000))
                    )
                )
            }
        ) { server in
            let port = server.port
            let connection = try await blocking {
                let connection = try RawConnection(port: port, receiveBuffer: 4_096)
                connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                return connection
            }
            #expect(try await eventually { server.metrics.requests == 1 })
            #expect(try await eventually { server.metrics.connections == 0 })
            connection.endSending()
        }
    }
}
