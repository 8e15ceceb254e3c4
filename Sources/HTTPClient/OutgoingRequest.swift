package import Wire

/// A request to somebody else's server.
package struct OutgoingRequest: Sendable {
    package var method: String
    /// Absolute, `http` or `https`.
    package var url: String
    package var headers: HTTPHeaders
    package var body: [UInt8]?
    /// The time for everything, from looking up the name to the last byte.
    package var deadlineSeconds: Double
    /// The time to be connected, TLS included.
    package var connectSeconds = 10.0
    /// The longest answer that is taken, uncompressed.
    package var maxBodyBytes = 4 << 20

    package init(
        _ method: String,
        _ url: String,
        headers: HTTPHeaders = [:],
        body: [UInt8]? = nil,
        deadlineSeconds: Double = 30
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadlineSeconds = deadlineSeconds
    }
}

/// What came back, whatever its status; a redirect is an answer like any other.
package struct IncomingAnswer: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body as UTF-8, with anything that is none replaced.
    package var text: String { String(decoding: body, as: UTF8.self) }
}
