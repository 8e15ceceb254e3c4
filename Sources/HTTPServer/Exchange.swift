/// One request that waits for its answer, or whose answer is being sent.
///
/// Touched only by the thread of its loop.
final class Exchange {
    enum Phase {
        /// The handler has it.
        case waiting
        /// The answer has begun, and its closure writes the rest.
        case streaming
        /// Everything is written; the client has to read it.
        case sending
    }

    let id: UInt64
    let isHead: Bool
    let minorVersion: Int
    /// Whether the connection ends with this answer.
    var closes: Bool
    var phase = Phase.waiting
    var task: Task<Void, Never>?
    var writer: CheckedContinuation<Void, any Error>?

    init(id: UInt64, _ head: RequestHead) {
        self.id = id
        isHead = head.method == "HEAD"
        minorVersion = head.minorVersion
        closes = !head.wantsKeepAlive
    }

    /// Tells the handler that nobody waits for it any more.
    func abandon() {
        task?.cancel()
        task = nil
        writer?.resume(throwing: CancellationError())
        writer = nil
    }
}
