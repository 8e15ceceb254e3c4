package import Wire

/// Why a request is refused before anybody looks at what it asks for.
package struct Refusal: Error, Equatable {
    package let status: Int
    package let reason: String

    init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }
}

/// The request line and the header fields, read strictly.
///
/// What two readers could understand differently is refused and not repaired, because a proxy in
/// front may have repaired it in another way: that gap is how requests are smuggled.
package struct RequestHead: Equatable {
    /// How the end of the body is found.
    package enum Framing: Equatable {
        case none
        case counted(Int)
        case chunked
    }

    package let method: String
    package let path: String
    package let query: String
    package let minorVersion: Int
    package let headers: HTTPHeaders
    package let framing: Framing

    /// Whether the client keeps the connection open for another request.
    package var wantsKeepAlive: Bool {
        guard headers["Connection"] != nil else { return minorVersion == 1 }
        let options = headers.all("Connection").joined(separator: ",").lowercased()
            .split(whereSeparator: { ", \t".contains($0) })
        if options.contains("close") { return false }
        return minorVersion == 1 || options.contains("keep-alive")
    }

    /// Whether the client wants to be told to go on before it sends the body.
    var expectsContinue: Bool { headers["Expect"] != nil }

    package static func == (one: RequestHead, other: RequestHead) -> Bool {
        one.method == other.method && one.path == other.path && one.query == other.query
            && one.headers.fields == other.headers.fields && one.framing == other.framing
    }
}

/// The first line of a request.
struct RequestLine {
    let method: String
    let path: String
    let query: String
    let minorVersion: Int

    let mayHaveBody: Bool

    init(_ line: ArraySlice<UInt8>) throws(Refusal) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw Refusal(400, "malformed request line") }
        let version = String(decoding: parts[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            let known = version.hasPrefix("HTTP/")
            throw known ? Refusal(505, "version not supported") : Refusal(400, "malformed version")
        }
        minorVersion = version == "HTTP/1.1" ? 1 : 0
        guard parts[0].allSatisfy(\.isTokenByte), !parts[0].isEmpty else {
            throw Refusal(400, "malformed method")
        }
        method = String(decoding: parts[0], as: UTF8.self)
        switch method {
        case "GET", "HEAD", "DELETE", "OPTIONS": mayHaveBody = false
        case "POST", "PUT", "PATCH": mayHaveBody = true
        default: throw Refusal(501, "method not supported")
        }
        (path, query) = try Self.target(parts[1])
    }

    private static func target(
        _ bytes: ArraySlice<UInt8>
    ) throws(Refusal) -> (path: String, query: String) {
        guard bytes.first == UInt8(ascii: "/") else { throw Refusal(400, "malformed target") }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw Refusal(400, "forbidden character in target")
        }
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else {
            return (String(decoding: bytes, as: UTF8.self), "")
        }
        return (
            String(decoding: bytes[..<mark], as: UTF8.self),
            String(decoding: bytes[bytes.index(after: mark)...], as: UTF8.self)
        )
    }
}

extension RequestHead {
    /// Reads the field lines, which hold no control characters but tabs.
    init(
        _ line: RequestLine,
        fields: [ArraySlice<UInt8>],
        bodyLimit: Int
    ) throws(Refusal) {
        (method, path, query) = (line.method, line.path, line.query)
        minorVersion = line.minorVersion
        headers = try Self.headers(fields)
        try Self.checkHost(headers)
        try Self.checkExpectation(headers)
        framing = try Self.framing(headers, minorVersion: minorVersion, bodyLimit: bodyLimit)
        if !line.mayHaveBody {
            guard framing == .none || framing == .counted(0) else {
                throw Refusal(400, "this method has no body")
            }
        } else if framing == .none, let connection = headers["Connection"],
            connection.lowercased() != "close"
        {
            // Who keeps the connection has to say where the body ends (RFC 9110, 15.5.12).
            throw Refusal(411, "length required")
        }
    }

    private static func headers(
        _ lines: [ArraySlice<UInt8>]
    ) throws(Refusal) -> HTTPHeaders {
        var headers = HTTPHeaders(reserving: lines.count)
        for line in lines {
            let (name, value) = try field(line)
            headers.append(name, value)
        }
        return headers
    }

    /// Reads one field line; a folded one is refused (RFC 9112, 5.2).
    static func field(
        _ line: ArraySlice<UInt8>
    ) throws(Refusal) -> (name: String, value: String) {
        if line.first == 0x20 || line.first == 0x09 { throw Refusal(400, "folded header") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw Refusal(400, "header without colon")
        }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(\.isTokenByte) else {
            throw Refusal(400, "malformed header name")
        }
        var value = line[line.index(after: colon)...]
        value = value.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        return (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    private static func checkHost(_ headers: HTTPHeaders) throws(Refusal) {
        let hosts = headers.all("Host")
        guard let host = hosts.first, hosts.count == 1 else {
            throw Refusal(400, "exactly one Host is needed")
        }
        let allowed = { (byte: UInt8) in
            switch byte {
            case 48...57, 65...90, 97...122: true
            case 45, 46, 58, 91, 93, 95: true  // - . : [ ] _
            default: false
            }
        }
        guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy(allowed) else {
            throw Refusal(400, "malformed Host")
        }
    }

    private static func checkExpectation(_ headers: HTTPHeaders) throws(Refusal) {
        let expectations = headers.all("Expect")
        if expectations.isEmpty { return }
        guard expectations.count == 1, expectations[0].lowercased() == "100-continue" else {
            throw Refusal(417, "expectation not supported")
        }
    }

    private static func framing(
        _ headers: HTTPHeaders,
        minorVersion: Int,
        bodyLimit: Int
    ) throws(Refusal) -> Framing {
        let lengths = headers.all("Content-Length")
        let codings = headers.all("Transfer-Encoding")
        if let coding = codings.first {
            guard lengths.isEmpty else { throw Refusal(400, "two kinds of framing") }
            guard codings.count == 1, coding == "chunked", minorVersion == 1 else {
                throw Refusal(400, "transfer coding not supported")
            }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        guard lengths.count == 1, (1...18).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(text)
        else { throw Refusal(400, "malformed Content-Length") }
        guard length <= bodyLimit else { throw Refusal(413, "body too large") }
        return .counted(length)
    }
}

extension UInt8 {
    /// Whether this byte may be in a method or a field name (RFC 9110, 5.6.2).
    var isTokenByte: Bool {
        switch self {
        case 48...57, 65...90, 97...122: true
        case 33, 35, 36, 37, 38, 39, 42, 43, 45, 46, 94, 95, 96, 124, 126: true
        default: false
        }
    }
}
