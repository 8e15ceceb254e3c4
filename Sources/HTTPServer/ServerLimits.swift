/// What one server will take before it says no.
package struct ServerLimits: Sendable {
    /// Request line and header fields together; beyond it 431.
    package var headerBytes = 16_384
    /// A request's body; beyond it 413.
    package var bodyBytes = 1_048_576
    /// Open connections; beyond it 503, and beyond an eighth more none are accepted for a while.
    package var connections = 4_096
    /// The time to send one whole request, however lively the sender is; then 408.
    package var requestSeconds = 30.0
    /// The time a handler has; then 504. A stream may take longer, as long as it moves.
    package var answerSeconds = 60.0
    /// How long a connection may rest between requests, or a client read nothing of an answer.
    package var idleSeconds = 60.0
    /// A client that reads an answer slower than this, after `idleSeconds`, is cut off.
    package var slowestBytesPerSecond = 8_192
    /// Bytes of a streamed answer that may wait for a slow client before `write` waits as well.
    package var streamBufferBytes = 262_144

    package init() {}

    package static let standard = ServerLimits()
}

/// A server's figures at one moment.
package struct ServerMetrics: Sendable, Equatable {
    /// Connections that are open now.
    package var connections = 0
    /// Requests given to the handler since the start.
    package var requests = 0
    /// Requests that wait for their answer now.
    package var inFlight = 0
    /// Requests and connections refused before the handler since the start.
    package var refused = 0

    package init() {}
}
