package import Support

/// An HTTP/1.1 server.
package final class Server: Sendable {
    /// The port it listens on; the one that was picked when it was asked for port 0.
    package let port: Int

    /// Binds the address; ``start()`` begins to answer.
    ///
    /// - Throws: ``ServerError`` when the address cannot be bound.
    package init(
        address: String,
        port: Int,
        loops: Int = 1,
        limits: ServerLimits = .standard,
        log: Log,
        handler: @escaping @Sendable (HTTPRequest) -> Handling
    ) throws {
        self.port = port
        throw ServerError(description: "not yet built")
    }

    /// Begins to accept connections.
    package func start() {}

    /// Lets requests that have begun finish, takes what has already knocked, then closes.
    package func stop(deadlineSeconds: Double = 10) async {}

    /// Figures for monitoring.
    package var metrics: ServerMetrics { ServerMetrics() }
}

/// The server could not be set up.
package struct ServerError: Error, CustomStringConvertible {
    package let description: String
}
