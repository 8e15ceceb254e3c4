import Foundation
package import Postgres
package import Support
import Synchronization

/// One listening connection shared by everybody who waits for a notification.
///
/// A notice is a hint to look, never the news itself: those sent while the connection was down are
/// lost, so every reconnection wakes all who wait.
package final class Notices: Sendable {
    /// The channels that the schema's triggers and the queue notify on.
    package static let channels = ["jobs", "order_changes", "license_changes", "clock_changes"]

    private struct Waiter {
        let channel: String
        let continuation: AsyncStream<String?>.Continuation
    }

    private let listener: Listener
    private let waiters = Mutex<[UUID: Waiter]>([:])
    private let ids: IDSource

    package init(_ listener: Listener, ids: IDSource) {
        self.listener = listener
        self.ids = ids
    }

    /// Whether news would be heard now.
    package var isConnected: Bool { listener.isConnected }

    /// Which connection it is that news is heard on; see ``Postgres/Listener/connectionNumber``.
    package var connectionNumber: Int? { listener.connectionNumber }

    /// Passes notifications on until the task is cancelled.
    package func run() async {
        for await notification in listener.notifications {
            switch notification {
            case .reconnected: wake(channel: nil, payload: nil)
            case .notified(let channel, let payload): wake(channel: channel, payload: payload)
            }
        }
    }

    /// Disconnects; nothing is heard any more.
    package func close() { listener.close() }

    /// The payloads on a channel from now on; nil means that some may have been missed.
    ///
    /// Only the newest few are kept for a reader that is behind, who is told so by nil.
    package func stream(of channel: String) -> AsyncStream<String?> {
        let (stream, continuation) = AsyncStream<String?>.makeStream(
            bufferingPolicy: .bufferingNewest(256)
        )
        let id = ids.next()
        waiters.withLock { $0[id] = Waiter(channel: channel, continuation: continuation) }
        continuation.onTermination = { [weak self] _ in
            self?.waiters.withLock { _ = $0.removeValue(forKey: id) }
        }
        return stream
    }

    private func wake(channel: String?, payload: String?) {
        let woken = waiters.withLock { waiters in
            waiters.values.filter { channel == nil || $0.channel == channel }
        }
        for waiter in woken {
            if case .dropped = waiter.continuation.yield(payload) {
                waiter.continuation.yield(nil)
            }
        }
    }
}
