import Foundation
import HTTPServer
import Patience
import Support
import Testing
import Wire

/// Runs a server for the time of a test.
func serving(
    loops: Int = 1,
    limits: ServerLimits = .standard,
    log: Log = .silent,
    _ handler: @escaping @Sendable (HTTPRequest) -> Handling,
    _ body: (Server) async throws -> Void
) async throws {
    let server = try Server(
        address: "127.0.0.1",
        port: 0,
        loops: loops,
        limits: limits,
        log: log,
        handler: handler
    )
    server.start()
    do {
        try await body(server)
    } catch {
        await server.stop(deadlineSeconds: 1)
        throw error
    }
    await server.stop(deadlineSeconds: 1)
}

/// Answers with what came, so that a test can see what the handler saw.
func echo(_ request: HTTPRequest) -> Handling {
    let text = "\(request.method) \(request.path)?\(request.query) \(request.body.count)"
    return .now(HTTPResponse(status: 200, body: .bytes(Array(text.utf8) + request.body)))
}

/// Says something and reads one answer.
func ask(_ server: Server, _ text: String) async throws -> RawAnswer {
    let port = server.port
    return try await blocking {
        let connection = try RawConnection(port: port)
        connection.send(text)
        return connection.readAnswer()
    }
}

/// Says something and reads until the server closes.
func askToEnd(_ server: Server, _ text: String) async throws -> String {
    let port = server.port
    return try await blocking {
        let connection = try RawConnection(port: port)
        connection.send(text)
        return connection.readToEnd()
    }
}

/// Waits until something is so, or some seconds have passed.
func eventually(_ seconds: Double = 10, _ isSo: () -> Bool) async throws -> Bool {
    let end = ContinuousClock.now.advanced(by: .seconds(Patience.seconds(seconds)))
    while ContinuousClock.now < end {
        if isSo() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    return isSo()
}

@Suite struct ServerTests {
    @Test func `a request is answered with what the handler returns`() async throws {
        try await serving(echo) { server in
            let answer = try await ask(
                server,
                "POST /a%20b?x=1&y=%2F HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
            )
            #expect(answer.status == 200)
            #expect(answer.body == "POST /a%20b?x=1&y=%2F 5hello")
            #expect(answer.head.contains("Date: "))
            #expect(!answer.head.lowercased().contains("server:"))
        }
    }

    @Test func `an answer may come later, from a Task`() async throws {
        try await serving(
            { request in
                .later {
                    try? await Task.sleep(for: .milliseconds(20))
                    return HTTPResponse(status: 201, body: .bytes(Array(request.path.utf8)))
                }
            }
        ) { server in
            let answer = try await ask(server, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(answer.status == 201)
            #expect(answer.body == "/later")
            #expect(try await eventually { server.metrics.inFlight == 0 })
        }
    }

    @Test func `a connection is kept for the next request`() async throws {
        try await serving(echo) { server in
            let port = server.port
            let bodies = try await blocking {
                let connection = try RawConnection(port: port)
                return (1...3).map { number in
                    connection.send("GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n")
                    return connection.readAnswer().body
                }
            }
            #expect(bodies == ["GET /1? 0", "GET /2? 0", "GET /3? 0"])
        }
    }

    @Test(arguments: [1, 2, 100])
    func `requests sent ahead are answered in their order`(count: Int) async throws {
        try await serving({ request in
            .later {
                await Task.yield()
                return HTTPResponse(status: 200, body: .bytes(Array(request.path.utf8)))
            }
        }) { server in
            let requests = (1...count).map { number in
                let close = number == count ? "Connection: close\r\n" : ""
                return "POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\(close)\r\nhi"
            }
            let text = try await askToEnd(server, requests.joined())
            let paths = text.split(separator: "\r\n\r\n").dropFirst().map {
                $0.split(separator: "HTTP/1.1").first.map(String.init) ?? ""
            }
            #expect(paths == (1...count).map { "/\($0)" })
        }
    }

    @Test func `a body may come in chunks`() async throws {
        try await serving(echo) { server in
            let answer = try await ask(
                server,
                "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Trailer: ignored\r\n\r\n"
            )
            #expect(answer.body == "PUT /? 13abc0123456789")
        }
    }

    @Test func `every way to cut a request in two is read the same`() async throws {
        let text =
            "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "4\r\nabcd\r\n0\r\n\r\n"
        try await serving(echo) { server in
            let port = server.port
            let bodies = try await blocking {
                try (1..<text.utf8.count).map { cut in
                    let connection = try RawConnection(port: port)
                    connection.send(Array(text.utf8.prefix(cut)))
                    usleep(1_000)
                    connection.send(Array(text.utf8.dropFirst(cut)))
                    return connection.readAnswer().body
                }
            }
            #expect(Set(bodies) == ["POST /p? 4abcd"])
        }
    }

    @Test func `HEAD has the length but not the body`() async throws {
        try await serving(echo) { server in
            let text = try await askToEnd(
                server,
                "HEAD /abc HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            )
            #expect(text.contains("Content-Length: 12\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `a client that waits for 100 Continue is told to go on`() async throws {
        try await serving(echo) { server in
            let port = server.port
            let (interim, answer) = try await blocking {
                let connection = try RawConnection(port: port)
                connection.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
                )
                let interim = String(decoding: connection.readSome(), as: UTF8.self)
                connection.send("ok")
                return (interim, connection.readAnswer())
            }
            #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
            #expect(answer.body == "POST /? 2ok")
        }
    }

    @Test func `HTTP 1.0 closes unless it asks to keep the connection`() async throws {
        try await serving(echo) { server in
            let text = try await askToEnd(server, "GET / HTTP/1.0\r\nHost: h\r\n\r\n")
            #expect(text.contains("200"))
            let kept = try await ask(
                server,
                "GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n"
            )
            #expect(kept.head.contains("Connection: keep-alive"))
        }
    }

    @Test func `header values cannot end their line`() async throws {
        let evil: HTTPHeaders = [
            "X-Good": "yes", "Location": "/a\r\nSet-Cookie: x=1", "X-Bad\r\nY": "1",
            "X-Control": "a\u{1}b", "Content-Length": "9999", "Transfer-Encoding": "chunked",
        ]
        try await serving({ _ in
            .now(HTTPResponse(status: 302, headers: evil, body: .bytes([111, 107])))
        }) { server in
            let answer = try await ask(server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(answer.head.contains("X-Good: yes"))
            for part in ["\nSet-Cookie", "X-Bad", "X-Control", "9999", "chunked"] {
                #expect(!answer.head.contains(part))
            }
            #expect(answer.body == "ok")
        }
    }

    @Test func `two hundred requests at once are all answered`() async throws {
        try await serving(
            loops: 2,
            { request in
                .later {
                    try? await Task.sleep(for: .milliseconds(5))
                    return HTTPResponse(status: 200, body: .bytes(request.body))
                }
            }
        ) { server in
            let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let answer = try await ask(
                            server,
                            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n\(1_000 + number)"
                        )
                        return answer.body == "\(1_000 + number)"
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(answered == 200)
            #expect(try await eventually { server.metrics.requests == 200 })
        }
    }

    @Test(arguments: [-1, 0, 100, 101, 199, 600, 99_999])
    func `a status that ends nothing becomes 500`(status: Int) async throws {
        try await serving({ _ in .now(HTTPResponse(status: status)) }) { server in
            let answer = try await ask(server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(answer.status == 500)
        }
    }

    @Test func `two servers cannot have one port`() throws {
        let first = try Server(address: "127.0.0.1", port: 0, log: .silent, handler: echo)
        #expect(throws: ServerError.self) {
            try Server(address: "127.0.0.1", port: first.port, log: .silent, handler: echo)
        }
    }
}
