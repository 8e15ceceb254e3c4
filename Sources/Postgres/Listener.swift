import Foundation
package import Support
import Synchronization

/// Hears what the database announces with NOTIFY, on a connection and a thread of its own.
///
/// What is announced while there is no connection is lost, and a slow reader loses the oldest. Both
/// are told by `.reconnected`, which therefore means: read again whatever the announcements are
/// about.
package final class Listener: Sendable {
    /// What a reader of the announcements gets.
    package enum Notification: Sendable, Equatable {
        /// Announcements may have been missed; comes first in every stream, once it is connected.
        case reconnected
        case notified(channel: String, payload: String)
    }

    private let ear: Ear

    /// Starts to listen at once, and goes on until it is closed or let go.
    package init(_ conninfo: String, channels: [String], log: Log) {
        ear = Ear(conninfo, channels: channels, log: log)
        startThread(named: "postgres.listen") { [ear] in ear.listen() }
    }

    deinit { ear.close() }

    /// A new stream of announcements, from now on; it ends when the listener is closed.
    package var notifications: AsyncStream<Notification> { ear.newStream() }

    /// Whether announcements arrive at the moment.
    package var isConnected: Bool { ear.isConnected }

    /// Counts the connections: nil while there is none, another number after each interruption.
    ///
    /// Who keeps what was read under one number knows by another that announcements were missed,
    /// even before the stream tells.
    package var connectionNumber: Int? { ear.connectionNumber }

    /// Disconnects and ends all streams.
    package func close() { ear.close() }
}

/// What the thread and the listener share.
private final class Ear: Sendable {
    typealias Stream = AsyncStream<Listener.Notification>

    private struct State {
        var streams: [UInt64: Stream.Continuation] = [:]
        var next: UInt64 = 0
        var isConnected = false
        var connections = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let conninfo: String
    private let channels: [String]
    private let log: Log
    /// How many announcements wait for a slow reader.
    private static let backlog = 1_024
    private static let silenceSeconds = 10.0

    init(_ conninfo: String, channels: [String], log: Log) {
        self.conninfo = conninfo
        self.channels = channels
        self.log = log
    }

    var isConnected: Bool { state.withLock { $0.isConnected } }
    var connectionNumber: Int? {
        state.withLock { $0.isConnected ? $0.connections : nil }
    }
    private var isClosed: Bool { state.withLock { $0.isClosed } }

    func newStream() -> Stream {
        let (stream, continuation) = Stream.makeStream(
            bufferingPolicy: .bufferingNewest(Self.backlog)
        )
        let number = state.withLock { state -> UInt64? in
            if state.isClosed { return nil }
            state.next += 1
            state.streams[state.next] = continuation
            if state.isConnected { continuation.yield(.reconnected) }
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.forget(number) }
        return stream
    }

    private func forget(_ number: UInt64) {
        _ = state.withLock { $0.streams.removeValue(forKey: number) }
    }

    func close() {
        let streams = state.withLock { state in
            defer { state.streams = [:] }
            state.isClosed = true
            state.isConnected = false
            return state.streams
        }
        for stream in streams.values { stream.finish() }
    }

    /// Connects again and again until the listener is closed.
    func listen() {
        var pause = 0.05
        while !isClosed {
            do {
                let connection = try connect()
                pause = 0.05
                try hear(connection)
            } catch {
                let cause = error as? DatabaseError
                log.warning("not listening to the database", ["state": cause?.sqlState ?? "?"])
            }
            state.withLock { $0.isConnected = false }
            if isClosed { break }
            Thread.sleep(forTimeInterval: pause * (0.5 + randomFraction()))
            pause = min(pause * 2, 5)
        }
    }

    private func connect() throws -> Connection {
        let settings = try ConnectionSettings(conninfo, applicationName: "listen")
        let connection = try Connection(settings)
        for channel in channels {
            try connection.script("LISTEN \(quotedName(channel))")
        }
        announce(.reconnected) { state in
            state.isConnected = !state.isClosed
            state.connections += 1
            return state.isConnected
        }
        return connection
    }

    private func hear(_ connection: Connection) throws {
        var heardAt = ContinuousClock.now
        while !isClosed {
            if connection.waitForInput(milliseconds: 1_000) { heardAt = .now }
            for one in try connection.takeNotifications() {
                announce(.notified(channel: one.channel, payload: one.payload)) { _ in true }
            }
            if .now - heardAt > .seconds(Self.silenceSeconds) {
                try checkPulse(connection)
                heardAt = .now
            }
        }
    }

    /// Finds out whether a silent server is still there.
    private func checkPulse(_ connection: Connection) throws {
        let askedAt = ContinuousClock.now
        connection.isHopeless = { .now - askedAt > .seconds(5) }
        try connection.script("SELECT 1")
    }

    /// Tells every stream, unless the change of state says that there is nothing to tell.
    private func announce(
        _ notification: Listener.Notification,
        _ change: (inout State) -> Bool
    ) {
        state.withLock { state in
            guard change(&state) else { return }
            for stream in state.streams.values {
                // Whoever lost the oldest announcement has to read everything again.
                if case .dropped = stream.yield(notification) { stream.yield(.reconnected) }
            }
        }
    }

    private func quotedName(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}
