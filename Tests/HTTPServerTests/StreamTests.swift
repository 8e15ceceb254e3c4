import Foundation
import HTTPServer
import Support
import Synchronization
import Testing
import Wire

@Suite struct StreamTests {
    private let request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

    @Test func `pieces arrive in their order, in chunks`() async throws {
        try await serving({ _ in
            .now(
                HTTPResponse(
                    status: 200,
                    headers: ["Content-Type": "text/plain"],
                    body: .stream { stream in
                        try await stream.write(Array("one,".utf8))
                        try await stream.write([])
                        await Task.yield()
                        try await stream.write(Array("two".utf8))
                    }
                )
            )
        }) { server in
            let text = try await askToEnd(server, request)
            #expect(text.contains("Transfer-Encoding: chunked\r\n"))
            #expect(text.hasSuffix("\r\n\r\n4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n"))
            let old = try await askToEnd(server, "GET / HTTP/1.0\r\nHost: h\r\n\r\n")
            #expect(old.hasSuffix("\r\n\r\none,two"))
            let head = try await askToEnd(
                server,
                "HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            )
            #expect(head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `a connection goes on after a stream`() async throws {
        try await serving({ _ in
            .later {
                HTTPResponse(status: 200, body: .stream { try await $0.write([65, 66, 67]) })
            }
        }) { server in
            let text = try await askToEnd(
                server,
                "GET / HTTP/1.1\r\nHost: h\r\n\r\n" + request
            )
            #expect(text.components(separatedBy: "3\r\nABC\r\n0\r\n\r\n").count == 3)
        }
    }

    @Test func `a writer waits for a slow reader`() async throws {
        let written = Mutex(0)
        let piece = [UInt8](repeating: 65, count: 65_536)
        try await serving({ _ in
            .now(
                HTTPResponse(
                    status: 200,
                    body: .stream { stream in
                        for _ in 0..<400 {
                            try await stream.write(piece)
                            written.withLock { $0 += piece.count }
                        }
                    }
                )
            )
        }) { server in
            let port = server.port
            let request = request
            let connection = try await blocking {
                let connection = try RawConnection(port: port, receiveBuffer: 65_536)
                connection.send(request)
                _ = connection.readSome()
                return connection
            }
            var last = -1
            while last != written.withLock({ $0 }) {
                last = written.withLock { $0 }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(last < 400 * piece.count)
            let rest = try await blocking { connection.readToEnd() }
            #expect(rest.hasSuffix("\r\n0\r\n\r\n"))
            #expect(written.withLock { $0 } == 400 * piece.count)
        }
    }

    @Test func `a stream that fails is cut off, so that the client can tell`() async throws {
        struct Broken: Error {}
        try await serving({ _ in
            .now(
                HTTPResponse(
                    status: 200,
                    body: .stream { stream in
                        try await stream.write([65])
                        throw Broken()
                    }
                )
            )
        }) { server in
            let text = try await askToEnd(server, request)
            #expect(!text.hasSuffix("0\r\n\r\n"))
            #expect(try await eventually { server.metrics.inFlight == 0 })
        }
    }

    @Test func `a writer whose reader has left is told so`() async throws {
        let ended = Mutex(false)
        try await serving({ _ in
            .now(
                HTTPResponse(
                    status: 200,
                    body: .stream { stream in
                        defer { ended.withLock { $0 = true } }
                        while true { try await stream.write([UInt8](repeating: 65, count: 9_999)) }
                    }
                )
            )
        }) { server in
            let port = server.port
            let request = request
            try await blocking {
                let connection = try RawConnection(port: port)
                connection.send(request)
                _ = connection.readSome()
            }
            #expect(try await eventually { ended.withLock { $0 } })
            #expect(try await eventually { server.metrics.connections == 0 })
        }
    }
}
