import CCurl
import Glibc
package import Support

/// Calls other people's servers, over libcurl.
///
/// One thread runs all transfers and keeps connections for the next. TLS is always verified, no
/// redirect is followed, no proxy of the environment is used, answers are not unpacked.
package final class HTTPClient: Sendable {
    private let thread: TransferThread
    private let log: Log

    /// curl wants this once, before any thread uses it.
    private static let isReady = ccurl_start() == CURLE_OK

    /// A client with its own thread and connections.
    ///
    /// `caBundle` names a file of PEM certificates to trust instead of the system's.
    package init(log: Log, userAgent: String, caBundle: String? = nil) {
        signal(SIGPIPE, SIG_IGN)
        if !Self.isReady { log.error("curl could not be set up", [:]) }
        self.log = log
        let settings = TransferSettings(userAgent: userAgent, caBundle: caBundle)
        thread = TransferThread(settings: settings, log: log)
        thread.start()
    }

    deinit { thread.close() }

    /// Sends a request and waits for its whole answer, whatever its status.
    ///
    /// Never sent twice by itself. Cancelling the Task ends the transfer.
    ///
    /// - Throws: ``TransferError``
    package func send(_ request: OutgoingRequest) async throws -> IncomingAnswer {
        let address = try request.checked()
        do {
            return try await run { .request(request, $0) }
        } catch {
            let kind = (error as? TransferError)?.kind.rawValue ?? ""
            log.info(
                "call failed",
                ["method": request.method, "host": address.host, "kind": kind]
            )
            throw error
        }
    }

    /// Hands a mail to a mail server.
    ///
    /// - Throws: ``MailTransferError``
    package func sendMail(_ mail: OutgoingMail) async throws {
        try mail.check()
        try await run { .mail(mail, $0) }
    }

    /// Ends every transfer as cancelled, and the thread.
    package func close() { thread.close() }

    private func run<Value: Sendable>(
        _ errand: (CheckedContinuation<Value, any Error>) -> Errand
    ) async throws -> Value {
        let thread = thread
        let id = thread.reserveID()
        defer { thread.forget(id) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let errand = errand(continuation)
                if Task.isCancelled || !thread.submit(id, errand) { errand.abandon() }
            }
        } onCancel: {
            thread.cancel(id)
        }
    }
}

extension Errand {
    /// Answers an errand that never began.
    func abandon() {
        switch self {
        case .request(_, let continuation):
            continuation.resume(
                throwing: TransferError(
                    kind: .cancelled,
                    mayHaveArrived: false,
                    description: "cancelled"
                )
            )
        case .mail(_, let continuation):
            continuation.resume(throwing: MailTransferError.notConnected(text: "cancelled"))
        }
    }
}
