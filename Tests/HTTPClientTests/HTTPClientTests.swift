import Foundation
import HTTPClient
import HTTPServer
import Support
import Synchronization
import Testing
import Wire

/// Runs a server of ours and a client for the time of a test.
func serving(
    limits: ServerLimits = .standard,
    _ handler: @escaping @Sendable (HTTPRequest) -> Handling,
    _ body: (String, HTTPClient, Server) async throws -> Void
) async throws {
    let server = try Server(
        address: "127.0.0.1",
        port: 0,
        limits: limits,
        log: .silent,
        handler: handler
    )
    server.start()
    let client = HTTPClient(log: .silent, userAgent: "test/1")
    do {
        try await body("http://127.0.0.1:\(server.port)", client, server)
    } catch {
        client.close()
        await server.stop(deadlineSeconds: 0.5)
        throw error
    }
    client.close()
    await server.stop(deadlineSeconds: 0.5)
}

func echo(_ request: HTTPRequest) -> Handling {
    let text = "\(request.method) \(request.path)?\(request.query)|"
    return .now(
        HTTPResponse(
            status: 200,
            headers: ["X-Agent": request.headers["User-Agent"] ?? "", "X-Two": "a", "X-Two": "b"],
            body: .bytes(Array(text.utf8) + request.body)
        )
    )
}

/// What a call that must fail fails with.
func failure(
    of request: OutgoingRequest,
    by client: HTTPClient
) async -> TransferError? {
    do {
        _ = try await client.send(request)
        return nil
    } catch {
        return error as? TransferError
    }
}

@Suite struct HTTPClientTests {
    let client = HTTPClient(log: .silent, userAgent: "test/1")

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    func `every method arrives as it is`(method: String) async throws {
        try await serving(echo) { base, client, _ in
            let answer = try await client.send(OutgoingRequest(method, "\(base)/a%2Fb?x=1%202"))
            #expect(answer.status == 200)
            #expect(answer.text == "\(method) /a%2Fb?x=1%202|")
            #expect(answer.headers["x-agent"] == "test/1")
            #expect(answer.headers.all("X-Two") == ["a", "b"])
        }
    }

    @Test func `a body of any size arrives whole`() async throws {
        let body = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await serving(echo) { base, client, _ in
            let answer = try await client.send(OutgoingRequest("POST", "\(base)/", body: body))
            #expect(answer.body.count == body.count + 8)
            #expect(Array(answer.body.suffix(body.count)) == body)
        }
    }

    @Test func `HEAD and 204 have no body`() async throws {
        try await serving({ request in
            request.method == "HEAD" ? echo(request) : .now(HTTPResponse(status: 204))
        }) { base, client, _ in
            var request = OutgoingRequest("HEAD", "\(base)/")
            request.maxBodyBytes = 3
            let head = try await client.send(request)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            let empty = try await client.send(OutgoingRequest("GET", "\(base)/"))
            #expect(empty.status == 204)
        }
    }

    @Test func `a redirect is an answer, not an order`() async throws {
        try await serving({ _ in
            .now(HTTPResponse(status: 302, headers: ["Location": "http://127.0.0.1:1/"]))
        }) { base, client, server in
            let answer = try await client.send(OutgoingRequest("GET", "\(base)/"))
            #expect(answer.status == 302)
            #expect(answer.headers["Location"] == "http://127.0.0.1:1/")
            #expect(server.metrics.requests == 1)
        }
    }

    @Test func `the deadline ends a call that may have arrived`() async throws {
        try await serving({ _ in
            .later {
                try? await Task.sleep(for: .seconds(30))
                return HTTPResponse(status: 200)
            }
        }) { base, client, server in
            let request = OutgoingRequest("POST", "\(base)/", body: [1], deadlineSeconds: 0.2)
            let error = await failure(of: request, by: client)
            #expect(error?.kind == .timedOut)
            #expect(error?.mayHaveArrived == true)
        }
    }

    @Test func `a port where nobody listens means nothing was sent`() async throws {
        let port = ScriptedServer.freePort()
        let request = OutgoingRequest("POST", "http://127.0.0.1:\(port)/", body: [1])
        let error = await failure(of: request, by: client)
        #expect(error?.kind == .notConnected)
        #expect(error?.mayHaveArrived == false)
    }

    @Test func `a name that does not exist means nothing was sent`() async throws {
        let error = await failure(of: OutgoingRequest("GET", "http://nowhere.invalid/"), by: client)
        #expect(error?.kind == .notConnected)
        #expect(error?.mayHaveArrived == false)
    }

    @Test func `a connection cut after the request may have arrived`() async throws {
        let server = try ScriptedServer { peer in _ = peer.readRequest() }
        let request = OutgoingRequest("POST", "http://127.0.0.1:\(server.port)/", body: [1])
        let error = await failure(of: request, by: client)
        #expect(error?.kind == .lost)
        #expect(error?.mayHaveArrived == true)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "garbage\r\n\r\n", "",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `half an answer is none`(text: String) async throws {
        let server = try ScriptedServer { peer in
            _ = peer.readRequest()
            peer.send(text)
        }
        let request = OutgoingRequest("POST", "http://127.0.0.1:\(server.port)/", body: [1])
        let error = await failure(of: request, by: client)
        #expect(error?.kind == .lost)
        #expect(error?.mayHaveArrived == true)
    }

    @Test(arguments: [true, false])
    func `an answer that is too large is not taken`(hasLength: Bool) async throws {
        try await serving({ _ in
            let piece = [UInt8](repeating: 65, count: 100_000)
            let stream = HTTPResponse.Body.stream { stream in
                for _ in 0..<10 { try await stream.write(piece) }
            }
            return .now(HTTPResponse(status: 200, body: hasLength ? .bytes(piece) : stream))
        }) { base, client, _ in
            var request = OutgoingRequest("GET", "\(base)/")
            request.maxBodyBytes = 99_999
            let error = await failure(of: request, by: client)
            #expect(error?.kind == .tooLarge)
            #expect(error?.mayHaveArrived == true)
        }
    }

    @Test(arguments: [
        "", "nonsense", "/path", "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/",
        "http://user:secret@127.0.0.1/", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y",
        "http://", "smtp://127.0.0.1/",
    ])
    func `what is no address is not called`(url: String) async throws {
        let error = await failure(of: OutgoingRequest("GET", url), by: client)
        #expect(error?.kind == .invalidURL)
        #expect(error?.mayHaveArrived == false)
    }

    @Test func `a header cannot bring another header`() async throws {
        let request = OutgoingRequest(
            "GET",
            "http://127.0.0.1:1/",
            headers: ["X-A\r\nX-B": "1"]
        )
        #expect(await failure(of: request, by: client)?.kind == .invalidURL)
    }

    @Test func `an empty header is sent as such`() async throws {
        try await serving({ request in
            .now(HTTPResponse(status: request.headers["X-Empty"] == "" ? 200 : 400))
        }) { base, client, _ in
            let request = OutgoingRequest("GET", "\(base)/", headers: ["X-Empty": ""])
            let answer = try await client.send(request)
            #expect(answer.status == 200)
        }
    }

    @Test func `secrets of the address reach neither the error nor the log`() async throws {
        let lines = Mutex<[String]>([])
        let log = Log(least: .debug) { line in lines.withLock { $0.append(line) } }
        let client = HTTPClient(log: log, userAgent: "test/1")
        let request = OutgoingRequest(
            "GET",
            "http://127.0.0.1:\(ScriptedServer.freePort())/path?token=canary",
            headers: ["Authorization": "canary"]
        )
        let error = await failure(of: request, by: client)
        #expect(error?.description.contains("127.0.0.1") == true)
        #expect(error?.description.contains("canary") == false)
        #expect(lines.withLock { !$0.isEmpty && !$0.joined().contains("canary") })
    }

    @Test func `a connection is used again`() async throws {
        let server = try ScriptedServer { peer in
            while peer.readRequest() != nil {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        for _ in 0..<5 {
            let request = OutgoingRequest("POST", "http://127.0.0.1:\(server.port)/", body: [1])
            let answer = try await client.send(request)
            #expect(answer.text == "ok")
        }
        #expect(server.requests == 5)
        #expect(server.connections == 1)
    }

    @Test func `a request is not sent again when a kept connection breaks`() async throws {
        let server = try ScriptedServer { peer in
            _ = peer.readRequest()
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = peer.readRequest()
        }
        let request = OutgoingRequest("POST", "http://127.0.0.1:\(server.port)/", body: [1])
        let answer = try await client.send(request)
        #expect(answer.text == "ok")
        let error = await failure(of: request, by: client)
        #expect(error?.kind == .lost)
        #expect(error?.mayHaveArrived == true)
        #expect(server.requests == 2)
    }

    @Test func `cancelling the Task ends the call`() async throws {
        let server = try ScriptedServer { peer in
            _ = peer.readRequest()
            _ = peer.readLine()
        }
        let task = Task { [client] in
            try await client.send(
                OutgoingRequest("POST", "http://127.0.0.1:\(server.port)/", body: [1])
            )
        }
        while server.requests == 0 { try await Task.sleep(for: .milliseconds(2)) }
        task.cancel()
        let error = await #expect(throws: TransferError.self) { _ = try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(error?.mayHaveArrived == true)
    }

    @Test func `a Task cancelled before sends nothing`() async throws {
        let server = try ScriptedServer { peer in _ = peer.readRequest() }
        let task = Task { [client] in
            try? await Task.sleep(for: .seconds(60))
            return try await client.send(OutgoingRequest("GET", "http://127.0.0.1:\(server.port)/"))
        }
        task.cancel()
        let error = await #expect(throws: TransferError.self) { _ = try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(error?.mayHaveArrived == false)
        #expect(server.connections == 0)
    }

    @Test func `closing the client ends what is under way and refuses what follows`() async throws {
        let server = try ScriptedServer { peer in
            _ = peer.readRequest()
            _ = peer.readLine()
        }
        let client = HTTPClient(log: .silent, userAgent: "test/1")
        let request = OutgoingRequest("GET", "http://127.0.0.1:\(server.port)/")
        async let pending = failure(of: request, by: client)
        while server.requests == 0 { try await Task.sleep(for: .milliseconds(2)) }
        client.close()
        #expect(await pending?.kind == .cancelled)
        #expect(await failure(of: request, by: client)?.kind == .cancelled)
    }

    @Test func `a hundred calls at once are all answered`() async throws {
        try await serving({ request in
            .later {
                try? await Task.sleep(for: .milliseconds(5))
                return HTTPResponse(status: 200, body: .bytes(request.body))
            }
        }) { base, client, _ in
            let right = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let body = Array("\(number)".utf8)
                        let request = OutgoingRequest("POST", "\(base)/", body: body)
                        return try await client.send(request).body == body
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(right == 100)
        }
    }
}
