package import HTTPServer
package import Markup
package import Wire

/// What a handler answers.
///
/// It can also be thrown, where somebody may not go on: `throw Response.redirect(to: …)`.
package struct Response: Error, Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: HTTPResponse.Body

    package init(
        status: Int = 200,
        contentType: String? = nil,
        headers: HTTPHeaders = [:],
        body: HTTPResponse.Body = .bytes([])
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        if let contentType { self.headers["Content-Type"] = contentType }
    }

    package init(_ http: HTTPResponse) {
        self.init(status: http.status, headers: http.headers, body: http.body)
    }

    /// The answer as the server sends it.
    package var http: HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: body)
    }

    /// The bytes of an answer that is no stream, for tests.
    package var bytes: [UInt8] {
        if case .bytes(let bytes) = body { bytes } else { [] }
    }
}

extension Response {
    /// A page.
    package static func html(_ page: HTML, status: Int = 200) -> Response {
        Response(
            status: status,
            contentType: "text/html; charset=utf-8",
            body: .bytes(page.bytes)
        )
    }

    package static func json(_ json: JSON, status: Int = 200) -> Response {
        Response(status: status, contentType: "application/json", body: .bytes(json.bytes))
    }

    package static func text(_ text: String, status: Int = 200) -> Response {
        Response(
            status: status,
            contentType: "text/plain; charset=utf-8",
            body: .bytes(Array(text.utf8))
        )
    }

    /// No body, 204.
    package static var empty: Response { .empty(204) }

    package static func empty(_ status: Int) -> Response { Response(status: status) }

    /// Sends the browser to another page of ours, as the answer to a form should.
    ///
    /// What is no path of ours leads to `/`, so that a return address from a request can be given
    /// as it is.
    package static func redirect(to path: String) -> Response {
        let isOurs =
            path.hasPrefix("/") && !path.hasPrefix("//")
            && path.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 92 }
        return Response(status: 303, headers: ["Location": isOurs ? path : "/"])
    }

    /// Sends the browser to an address outside, such as the payment page; never one that the
    /// request named.
    ///
    /// - Precondition: It is a web address; see `String.isWebAddress`.
    package static func redirect(external address: String) -> Response {
        precondition(address.isWebAddress, "an outside address is absolute")
        return Response(status: 303, headers: ["Location": address])
    }

    /// A file, shown by the browser or, as an attachment, saved.
    package static func file(
        _ bytes: [UInt8],
        contentType: String,
        name: String,
        asAttachment: Bool = true
    ) -> Response {
        Response(
            contentType: contentType,
            headers: ["Content-Disposition": disposition(name, asAttachment: asAttachment)],
            body: .bytes(bytes)
        )
    }

    /// An answer that is written piece by piece and waits for a slow reader.
    package static func stream(
        contentType: String,
        attachment name: String? = nil,
        _ write: @escaping @Sendable (ResponseStream) async throws -> Void
    ) -> Response {
        var headers: HTTPHeaders = [:]
        if let name { headers["Content-Disposition"] = disposition(name, asAttachment: true) }
        return Response(contentType: contentType, headers: headers, body: .stream(write))
    }

    /// The same answer with a header field set.
    package func with(_ name: String, _ value: String) -> Response {
        var response = self
        response.headers[name] = value
        return response
    }

    /// The same answer, setting a cookie.
    package func with(_ cookie: Cookie) -> Response {
        var response = self
        response.set(cookie)
        return response
    }

    /// Sets a cookie.
    package mutating func set(_ cookie: Cookie) {
        headers.append("Set-Cookie", cookie.headerValue)
    }

    /// `Content-Disposition` with a name that any program reads and the true one (RFC 6266).
    private static func disposition(_ name: String, asAttachment: Bool) -> String {
        let plain = String(
            name.unicodeScalars.map { scalar in
                let isPlain =
                    scalar.isASCII && scalar.value > 31
                    && !"\"\\/%\u{7F}".unicodeScalars
                        .contains(scalar)
                return isPlain ? Character(scalar) : "_"
            }
        )
        let kind = asAttachment ? "attachment" : "inline"
        return "\(kind); filename=\"\(plain)\"; filename*=UTF-8''\(PercentCoding.encode(name))"
    }
}
