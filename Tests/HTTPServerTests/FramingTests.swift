import Foundation
import HTTPServer
import Support
import Synchronization
import Testing

/// What a client may send that two readers could take for different requests.
struct Malformed: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let status: Int

    var testDescription: String { name }

    init(_ name: String, _ text: String, status: Int = 400) {
        self.name = name
        bytes = Array(text.utf8)
        self.status = status
    }

    static let host = "Host: h\r\n"

    private static func post(_ name: String, _ fields: String, status: Int = 400) -> Malformed {
        Malformed(
            name,
            "POST / HTTP/1.1\r\n\(host)\(fields)\r\nhello GET /smuggled HTTP/1.1\r\n\r\n",
            status: status
        )
    }

    private static func get(_ name: String, _ fields: String, status: Int = 400) -> Malformed {
        Malformed(name, "GET / HTTP/1.1\r\n\(fields)\r\n", status: status)
    }

    private static func chunked(_ name: String, _ body: String, status: Int = 400) -> Malformed {
        Malformed(
            name,
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n\(body)",
            status: status
        )
    }

    static let lengths = [
        "+5", "-5", "5,5", "5, 5", "0x5", "5 5", "", "five", "5.0", "5;", "99999999999999999999",
        "18446744073709551616", "٥",
    ].map { post("Content-Length: \($0)", "Content-Length: \($0)\r\n") }

    static let framing = [
        post("two equal lengths", "Content-Length: 5\r\nContent-Length: 5\r\n"),
        post("two different lengths", "Content-Length: 5\r\nContent-Length: 6\r\n"),
        post("lengths in two cases", "Content-Length: 5\r\ncontent-length: 6\r\n"),
        post("length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        post("chunked and length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        post("space before the colon", "Content-Length : 5\r\n"),
        post("tab before the colon", "Transfer-Encoding\t: chunked\r\n"),
        post("folded length", "X: y\r\n Content-Length: 5\r\n"),
        post("folded coding", "Transfer-Encoding:\r\n chunked\r\n"),
        post("header without colon", "Content-Length 5\r\n"),
        post("empty header name", ": 5\r\n"),
        post("name with a space", "Content Length: 5\r\n"),
        post("a body that is not expected to be", "Expect: 200-ok\r\n", status: 417),
        post("no length beside keep-alive", "Connection: keep-alive\r\n", status: 411),
        post("length beyond the limit", "Content-Length: 1048577\r\n", status: 413),
        get("GET with a body", "\(host)Content-Length: 5\r\n"),
        get("GET in chunks", "\(host)Transfer-Encoding: chunked\r\n"),
        Malformed("HEAD with a body", "HEAD / HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nhello"),
        Malformed(
            "chunked in HTTP/1.0",
            "POST / HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
    ]

    static let codings =
        [
            "xchunked", "chunked, identity", "identity", "gzip, chunked", "chunked\u{0B}",
            "Chunked",
            "\"chunked\"", "chunked;q=1", "chunked,", "",
        ].map { post("Transfer-Encoding: \($0)", "Transfer-Encoding: \($0)\r\n") } + [
            post("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
            post("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        ]

    static let hosts = [
        get("no Host", ""), get("two Hosts", "Host: a\r\nHost: b\r\n"),
        get("the same Host twice", "Host: a\r\nHost: a\r\n"), get("empty Host", "Host: \r\n"),
        get("Host with a path", "Host: a/b\r\n"), get("Host with a user", "Host: u@a\r\n"),
        get("Host with a space", "Host: a b\r\n"), get("two in one Host", "Host: a, b\r\n"),
    ]

    static let chunks =
        [
            "0x5\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n",
            " 5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n",
            "5\nhello\r\n0\r\n\r\n", "5\rhello\r\n0\r\n\r\n", "\r\nhello\r\n0\r\n\r\n",
            "g\r\nhello\r\n0\r\n\r\n", "00000000000000005\r\nhello\r\n0\r\n\r\n",
            "5\r\nhelloX\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "5\r\nhello\n0\r\n\r\n",
            "0\r\nContent-Length : 5\r\n\r\n", "0\r\n folded\r\n\r\n", "0\r\nX: a\0b\r\n\r\n",
        ].map { chunked("chunk \($0.debugDescription)", $0) } + [
            chunked("chunk of all bits", "fffffffffffffff\r\n", status: 413),
            chunked("chunk beyond the limit", "100001\r\n", status: 413),
            chunked("chunks beyond the limit", "2\r\nab\r\n100000\r\n", status: 413),
        ]

    static let lines = [
        Malformed("line feeds only", "GET / HTTP/1.1\nHost: h\n\n"),
        Malformed("one bare line feed", "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n"),
        Malformed("bare carriage return", "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n"),
        Malformed("two carriage returns", "GET / HTTP/1.1\r\nHost: h\r\r\n\r\n"),
        Malformed("NUL in a value", "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"),
        Malformed("NUL in a name", "GET / HTTP/1.1\r\nHost: h\r\nX\0Y: b\r\n\r\n"),
        Malformed("NUL in the path", "GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("control in a value", "GET / HTTP/1.1\r\nHost: h\r\nX: a\u{1}b\r\n\r\n"),
        Malformed("delete in a value", "GET / HTTP/1.1\r\nHost: h\r\nX: a\u{7F}b\r\n\r\n"),
        Malformed("tab in the path", "GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("more than ASCII in the path", "GET /ä HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("fragment in the path", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("empty line first", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("space first", " GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("space in the path", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("folded first header", "GET / HTTP/1.1\r\n Host: h\r\n\r\n"),
        Malformed("lower-case method", "get / HTTP/1.1\r\nHost: h\r\n\r\n", status: 501),
        Malformed("method not spoken", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", status: 501),
        Malformed("tunnel", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", status: 501),
        Malformed("method with a colon", "G:T / HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("whole address", "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("whole address, other host", "GET http://x/ HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("no path", "GET HTTP/1.1\r\nHost: h\r\n\r\n"),
        Malformed("HTTP/0.9", "GET /\r\n\r\n"),
        Malformed("HTTP/1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", status: 505),
        Malformed("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 505),
        Malformed("version in lower case", "GET / http/1.1\r\nHost: h\r\n\r\n"),
        Malformed("a TLS greeting", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}"),
        Malformed("endless line", "GET /\(String(repeating: "a", count: 20_000))", status: 431),
        Malformed(
            "endless header",
            "GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 1_000_000))",
            status: 431
        ),
        Malformed(
            "endless headers",
            "GET / HTTP/1.1\r\n\(String(repeating: "X: yyyyyy\r\n", count: 100_000))",
            status: 431
        ),
    ]

    static let corpus = lengths + framing + codings + hosts + chunks + lines
}

@Suite struct FramingTests {
    @Test(arguments: Malformed.corpus)
    func `a request that can be read in two ways is refused`(malformed: Malformed) async throws {
        let seen = Mutex<[String]>([])
        try await serving({ request in
            seen.withLock { $0.append(request.path) }
            return echo(request)
        }) { server in
            let port = server.port
            let text = try await blocking {
                let connection = try RawConnection(port: port)
                connection.send(malformed.bytes)
                return connection.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 \(malformed.status) "))
            #expect(text.contains("Connection: close\r\n"))
            #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2)
            #expect(seen.withLock { $0 } == [])
            let next = try await ask(server, "GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(next.status == 200)
            #expect(server.metrics.refused == 1)
        }
    }

    @Test(arguments: Malformed.corpus.filter { $0.bytes.count < 1_000 })
    func `what is wrong is seen byte by byte, and behind a good request`(
        malformed: Malformed
    ) async throws {
        let good = Array("POST /good HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok".utf8)
        let seen = Mutex<[String]>([])
        try await serving({ request in
            seen.withLock { $0.append(request.path) }
            return .later { HTTPResponse(status: 200, body: .bytes([111, 107])) }
        }) { server in
            let port = server.port
            let (ahead, slow) = try await blocking {
                let connection = try RawConnection(port: port)
                connection.send(good + malformed.bytes)
                let ahead = connection.readToEnd()
                let other = try RawConnection(port: port)
                for byte in malformed.bytes { if !other.send([byte]) { break } }
                return (ahead, other.readToEnd())
            }
            let answers = ahead.components(separatedBy: "HTTP/1.1 ").dropFirst()
            #expect(answers.map { $0.prefix(3) } == ["200", "\(malformed.status)"])
            #expect(slow.hasPrefix("HTTP/1.1 \(malformed.status) "))
            #expect(seen.withLock { $0 } == ["/good"])
        }
    }

    @Test func `limits are met exactly`() async throws {
        var limits = ServerLimits.standard
        limits.bodyBytes = 100
        limits.headerBytes = 200
        try await serving(limits: limits, echo) { server in
            func status(header: Int, body: Int) async throws -> Int {
                let start = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body)\r\nX: "
                let filler = String(repeating: "a", count: header - start.utf8.count - 4)
                let content = String(repeating: "b", count: body)
                return try await ask(server, "\(start)\(filler)\r\n\r\n\(content)").status
            }
            let statuses = [
                try await status(header: 200, body: 100), try await status(header: 201, body: 100),
                try await status(header: 200, body: 101),
            ]
            #expect(statuses == [200, 431, 413])
        }
    }
}
