import HTTPServer
import Web
import Wire

extension FuzzTarget {
    private static let limits = {
        var limits = ServerLimits.standard
        limits.headerBytes = 600
        limits.bodyBytes = 100
        return limits
    }()

    /// The head and the framing of a request read the same however its bytes arrive.
    static let head = FuzzTarget("head") { bytes in
        var whole = RequestParser(limits: limits)
        whole.take(bytes.span)
        var single = RequestParser(limits: limits)
        for byte in bytes { single.take([byte].span) }
        try same(whole, single)
        let cut = Int(bytes.first ?? 0) % (bytes.count + 1)
        var halves = RequestParser(limits: limits)
        halves.take(bytes.span.extracting(first: cut))
        halves.take(bytes.span.extracting(droppingFirst: cut))
        try same(whole, halves)
        try demand(whole.body.count <= limits.bodyBytes, "a body is larger than it may be")
        if let head = whole.head { try checkHead(head, bytes) }
    }

    private static func same(_ one: RequestParser, _ other: RequestParser) throws {
        try demand(one.phase == other.phase, "\(one.phase) or \(other.phase)")
        try demand(one.head == other.head, "a head reads in two ways")
        try demand(one.body == other.body, "a body reads in two ways")
    }

    private static func checkHead(_ head: RequestHead, _ bytes: [UInt8]) throws {
        _ = head.wantsKeepAlive
        try demand(head.path.hasPrefix("/"), "a path begins with something else")
        let target = head.path + head.query
        try demand(target.utf8.allSatisfy { (33...126).contains($0) }, "a path has a space")
        try demand(head.headers.all("Host").count == 1, "a head has no Host or two")
        for field in head.headers.fields {
            try demand(field.value.utf8.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }, "a break")
            try demand(field.name.utf8.allSatisfy { $0 > 32 && $0 < 127 }, "a name has a space")
        }
        let isLong = head.headers["Content-Length"] != nil
        let isChunked = head.headers["Transfer-Encoding"] != nil
        try demand(!(isLong && isChunked), "a body has two kinds of framing")
        switch head.framing {
        case .none: try demand(!isLong && !isChunked, "a body was not seen")
        case .counted: try demand(isLong, "a body has no length")
        case .chunked: try demand(isChunked, "a body comes in no chunks")
        }
    }

    private static let invoice = Route(.get, "/invoices/:id/lines/:line", String.self, Int.self)

    /// Parts of a path: what a route reads, it prints as a path that reads the same.
    static let path = FuzzTarget("path") { bytes in
        let asked = bytes.text
        if let (id, line) = invoice.match(asked) {
            try demand(id.isOneLine && !id.isEmpty && id != "." && id != "..", "an odd segment")
            try demand(!id.utf8.contains(47) && !id.utf8.contains(92), "a segment has a slash")
            let printed = invoice.path(id, line)
            guard let again = invoice.match(printed) else {
                throw Violation(description: "a path that was printed is not read")
            }
            try demand(again.0.isExactly(id) && again.1 == line, "a path reads as another")
        }
        let decoded = PercentCoding.decode(asked)
        guard let decoded, !decoded.isEmpty, decoded.isOneLine, decoded != ".", decoded != ".."
        else { return }
        guard !decoded.utf8.contains(47), !decoded.utf8.contains(92) else { return }
        let printed = invoice.path(decoded, -7)
        try demand(invoice.match(printed)?.0.isExactly(decoded) == true, "a segment is lost")
    }

    private static let trusted = TrustedProxies(["127.0.0.1", "::1", "10.0.0.0/8"])

    /// What proxies say about the client: an address or nothing.
    static let proxies = FuzzTarget("proxies") { bytes in
        let text = bytes.text
        let headers: HTTPHeaders = ["X-Forwarded-For": text, "X-Forwarded-Proto": text]
        for (peer, isTrusted) in [("10.1.2.3", true), ("192.0.2.1", false)] {
            let request = Request(
                HTTPRequest(method: "GET", path: "/", headers: headers, remoteAddress: peer),
                id: "req_1",
                proxies: trusted
            )
            let client = request.remoteAddress
            try demand(isTrusted || client == peer, "anybody may say who asks")
            try demand(isTrusted || !request.isHTTPS, "anybody may say that it is https")
            let isAddress = client.utf8.allSatisfy { byte in
                (48...58).contains(byte) || (97...102).contains(byte | 32) || byte == 46
            }
            try demand(isAddress && (1...45).contains(client.utf8.count), "no address: \(client)")
        }
        _ = TrustedProxies(bytes.parts(4).map(\.text)).trusts(text)
    }
}
