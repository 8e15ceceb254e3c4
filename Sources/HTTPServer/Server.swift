import CEvent
import Foundation
package import Support
import Synchronization

/// An HTTP/1.1 server: one event loop a thread, over libevent.
///
/// Requests reach the handler whole and checked; see ``ServerLimits`` for what is refused before.
/// TLS is a proxy's business.
package final class Server: Sendable {
    private enum Phase {
        case made
        case running
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    private struct State {
        var phase = Phase.made
        var running = 0
    }

    /// The port it listens on; the one that was picked when it was asked for port 0.
    package let port: Int

    private let loops: [Loop]
    private let tally = Tally()
    private let state = Mutex(State())

    /// Binds the address; clients wait in the queue until ``start()``.
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
        // A client that leaves must not end the process; a write then fails with EPIPE.
        signal(SIGPIPE, SIG_IGN)
        cevent_quiet()
        let sockets = try ListeningSocket.open(address: address, port: port, count: loops)
        self.port = sockets.port
        let tally = tally
        self.loops = try sockets.descriptors.map { descriptor in
            try Loop(
                socket: descriptor,
                limits: limits,
                log: log,
                tally: tally,
                handler: handler
            )
        }
    }

    deinit {
        switch state.withLock({ $0.phase }) {
        case .made: for loop in loops { loop.dispose() }
        case .running: for loop in loops { loop.mailbox.post(.stop(deadlineSeconds: 0)) }
        case .stopping, .stopped: break
        }
    }

    /// Begins to accept connections; once is enough.
    package func start() {
        let begins = state.withLock { state in
            guard case .made = state.phase else { return false }
            state.phase = .running
            state.running = loops.count
            return true
        }
        guard begins else { return }
        for (index, loop) in loops.enumerated() {
            let thread = Thread { [weak self] in
                loop.run()
                self?.loopEnded()
            }
            thread.name = "http-\(index)"
            thread.start()
        }
    }

    /// Lets requests that have begun finish, takes what has already knocked, then closes.
    ///
    /// Answers say `Connection: close` from now on. What is not finished by the deadline is cut
    /// off, its Tasks are cancelled. Returns when all threads have ended; may be called twice.
    package func stop(deadlineSeconds: Double = 10) async {
        await withCheckedContinuation { continuation in
            let (neverRan, isFirst, isOver) = state.withLock { state in
                switch state.phase {
                case .made:
                    state.phase = .stopped
                    return (true, false, true)
                case .running:
                    state.phase = .stopping([continuation])
                    return (false, true, false)
                case .stopping(let waiting):
                    state.phase = .stopping(waiting + [continuation])
                    return (false, false, false)
                case .stopped: return (false, false, true)
                }
            }
            if neverRan { for loop in loops { loop.dispose() } }
            if isOver { continuation.resume() }
            if isFirst {
                for loop in loops {
                    loop.mailbox.post(.stop(deadlineSeconds: deadlineSeconds))
                }
            }
        }
    }

    private func loopEnded() {
        let waiting: [CheckedContinuation<Void, Never>] = state.withLock { state in
            state.running -= 1
            guard state.running == 0 else { return [] }
            defer { state.phase = .stopped }
            if case .stopping(let waiting) = state.phase { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Figures for monitoring.
    package var metrics: ServerMetrics { tally.metrics }
}

/// The server could not be set up.
package struct ServerError: Error, CustomStringConvertible {
    package let description: String
}
