package import Wire

/// What is sent back for one request.
///
/// `Content-Length`, `Transfer-Encoding`, `Connection` and `Date` are the server's to write; a
/// response that names them is sent without its own. The one exception is `Connection: close`,
/// which ends the connection after this answer.
package struct HTTPResponse: Sendable {
    /// The bytes of an answer, at once or piece by piece.
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Written by a closure in its own time; the answer ends when the closure returns, and is
        /// cut off, so that the client can tell, when it throws.
        case stream(@Sendable (ResponseStream) async throws -> Void)
    }

    package var status: Int
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: Int, headers: HTTPHeaders = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Where a streamed answer is written to.
package struct ResponseStream: Sendable {
    private let send: @Sendable ([UInt8]) async throws -> Void

    /// A stream over some other way to send, for tests.
    package init(_ send: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.send = send
    }

    /// Sends some bytes, and waits while the client is slow to read what went before.
    ///
    /// - Throws: `CancellationError` when the client left, took too long or the server stops.
    package func write(_ bytes: [UInt8]) async throws {
        try await send(bytes)
    }
}

/// How a request is answered.
package enum Handling: Sendable {
    /// At once, on the loop's own thread: for answers that need no waiting at all.
    case now(HTTPResponse)
    /// By a Task, which is cancelled when the client leaves or its time is up (then 504).
    case later(@Sendable () async -> HTTPResponse)
}
