package import Support

/// Calls other people's servers.
package final class HTTPClient: Sendable {
    /// A client with its own connections.
    ///
    /// `caBundle` names a file of PEM certificates to trust instead of the system's.
    package init(log: Log, userAgent: String, caBundle: String? = nil) {}

    /// Sends a request and waits for its whole answer.
    ///
    /// - Throws: ``TransferError``
    package func send(_ request: OutgoingRequest) async throws -> IncomingAnswer {
        throw TransferError(kind: .notConnected, mayHaveArrived: false, description: "not built")
    }

    /// Hands a mail to a mail server.
    ///
    /// - Throws: ``MailTransferError``
    package func sendMail(_ mail: OutgoingMail) async throws {
        throw MailTransferError.notConnected(text: "not built")
    }

    /// Ends every transfer and the thread.
    package func close() {}
}
