/// No answer came, or none that can be used.
package struct TransferError: Error, Equatable, CustomStringConvertible {
    /// What went wrong.
    package enum Kind: String, Sendable, CaseIterable {
        /// No connection came about, so nothing was sent.
        case notConnected
        /// The deadline passed.
        case timedOut
        /// The connection broke, or what came back was no HTTP.
        case lost
        /// The answer is larger than the request allows.
        case tooLarge
        /// The server could not prove by TLS who it is; nothing was sent.
        case untrusted
        /// No address we would call; nothing was sent.
        case invalidURL
        /// The Task that asked was cancelled, or the client was closed.
        case cancelled
    }

    package let kind: Kind
    /// Whether the other side may have acted on the request.
    ///
    /// False is a promise that no byte of it was sent, so that it can be sent again.
    package let mayHaveArrived: Bool
    /// One line for the log: method, host and reason, never the path's query or a header.
    package let description: String

    package init(kind: Kind, mayHaveArrived: Bool, description: String) {
        self.kind = kind
        self.mayHaveArrived = mayHaveArrived
        self.description = description
    }
}
