import CPostgres
import Synchronization

/// Asks the server to give up what one connection is doing; usable on any thread.
// libpq copies what it needs into the PGcancel and never changes it, so sharing it is safe.
@safe final class Canceller: @unchecked Sendable {
    private let pointer: OpaquePointer?

    init(connection: OpaquePointer) {
        unsafe pointer = unsafe PQgetCancel(connection)
    }

    deinit { unsafe PQfreeCancel(pointer) }

    /// Blocks until the server has taken the request. The corresponding C function is `PQcancel`.
    func cancel() {
        var message = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(pointer, &message, Int32(message.count))
    }
}

/// One chance to stop one job; harmless once the job is over.
///
/// A cancel request names a connection, not a statement, and may reach the server late. So it is
/// sent only while the job has the connection, and a connection whose job was struck is never used
/// again.
final class Strike: Sendable {
    /// Why a job was stopped.
    enum Reason: Sendable { case cancelled, deadline }

    private enum Phase { case open, struck(Reason, ContinuousClock.Instant), closed }

    private let phase = Mutex(Phase.open)
    private let canceller: Canceller

    init(_ canceller: Canceller) { self.canceller = canceller }

    /// Stops the job unless it is over or has been stopped before; blocks for the delivery.
    func deliver(_ reason: Reason) {
        let isFirst = phase.withLock { phase in
            guard case .open = phase else { return false }
            phase = .struck(reason, .now)
            return true
        }
        // Outside the lock: a dead host must not hold up the thread that asks for the reason.
        if isFirst { canceller.cancel() }
    }

    /// Why the job was stopped, or nil.
    var reason: Reason? {
        phase.withLock { phase in
            if case .struck(let reason, _) = phase { reason } else { nil }
        }
    }

    /// Whether the job was stopped so long ago that the server is not going to answer.
    var isIgnored: Bool {
        phase.withLock { phase in
            if case .struck(_, let moment) = phase { .now - moment > .seconds(5) } else { false }
        }
    }

    /// Ends the time in which the job can be stopped, and says whether it was.
    func close() -> Bool {
        phase.withLock { phase in
            if case .struck = phase { return true }
            phase = .closed
            return false
        }
    }
}
