package import Support
import Synchronization

/// A connection to Redis that never holds up its callers for long.
///
/// Commands run in order on a thread of their own. When the server does not answer, commands fail
/// at once until it was reached again, which is tried in the background after a pause.
package final class RedisClient: Sendable {
    private let link: RedisLink
    private let thread: SideThread

    /// A client that connects with its first command.
    ///
    /// - Parameters:
    ///   - url: `redis://[user:password@]host[:port][/database]` or `unix:///path[?db=number]`.
    ///   - timeoutSeconds: how long connecting, and each answer, may take.
    ///   - queueLimit: how many commands may wait.
    ///   - retrySeconds: the pause before a server that is down is tried again.
    ///   - log: where it is said, once each time, that the server is down and back.
    /// - Throws: ``RedisError/invalidURL``.
    package init(
        url: String,
        timeoutSeconds: Double = 0.2,
        queueLimit: Int = 1_024,
        retrySeconds: Double = 1,
        log: Log
    ) throws(RedisError) {
        link = RedisLink(
            address: try RedisAddress(url: url),
            timeoutSeconds: timeoutSeconds,
            retryAfter: .seconds(retrySeconds),
            log: log
        )
        thread = SideThread(name: "redis", queueLimit: queueLimit)
    }

    /// Sends a command and waits for its answer.
    ///
    /// - Throws: ``RedisError``, or `CancellationError` when the task is cancelled before the
    ///   command was sent.
    package func command(_ words: [String]) async throws -> Reply {
        switch link.admit() {
        case .send: break
        case .fail: throw RedisError.down
        case .reconnect:
            let isStarted = thread.start { [link] in link.reconnect() }
            if !isStarted { link.giveUpReconnecting() }
            throw RedisError.down
        }
        do {
            return try await thread.run { [link] in try link.command(words) }
        } catch is SideThread.Full {
            throw RedisError.busy
        }
    }

    /// Whether the last command reached the server.
    package var isUp: Bool { link.isUp }
}

/// The connection with what is known of the server.
private final class RedisLink: Sendable {
    enum Admission {
        case send
        case fail
        /// Fail this command, and try the server in the background.
        case reconnect
    }

    private enum Health {
        case untried
        case up
        case down(retryAt: ContinuousClock.Instant)
        case reconnecting
    }

    private let address: RedisAddress
    private let timeoutSeconds: Double
    private let retryAfter: Duration
    private let log: Log
    /// Locked by the client's thread only, for as long as a command takes.
    private let connection = Mutex<RedisConnection?>(nil)
    private let health = Mutex(Health.untried)

    init(address: RedisAddress, timeoutSeconds: Double, retryAfter: Duration, log: Log) {
        self.address = address
        self.timeoutSeconds = timeoutSeconds
        self.retryAfter = retryAfter
        self.log = log
    }

    var isUp: Bool {
        health.withLock { if case .up = $0 { true } else { false } }
    }

    func admit() -> Admission {
        health.withLock { health in
            switch health {
            case .untried, .up: return .send
            case .reconnecting: return .fail
            case .down(let retryAt):
                guard ContinuousClock.now >= retryAt else { return .fail }
                health = .reconnecting
                return .reconnect
            }
        }
    }

    func command(_ words: [String]) throws -> RedisClient.Reply {
        // It was lost while this command waited in the queue.
        if case .fail = admit() { throw RedisError.down }
        do {
            let reply = try connection.withLock { connection in
                let open =
                    try connection ?? RedisConnection(address, timeoutSeconds: timeoutSeconds)
                connection = open
                return try open.command(words)
            }
            markUp()
            return reply
        } catch RedisError.lost(let reason) {
            markDown(reason)
            throw RedisError.lost(reason)
        }
    }

    func reconnect() {
        do {
            try connection.withLock {
                $0 = try RedisConnection(address, timeoutSeconds: timeoutSeconds)
            }
            markUp()
        } catch {
            markDown("\(error)")
        }
    }

    func giveUpReconnecting() {
        health.withLock { $0 = .down(retryAt: .now + retryAfter) }
    }

    private func markUp() {
        let wasDown = health.withLock { health in
            defer { health = .up }
            if case .reconnecting = health { return true } else { return false }
        }
        if wasDown { log.info("Redis is back") }
    }

    private func markDown(_ reason: String) {
        connection.withLock { $0 = nil }
        let wasUp = health.withLock { health in
            defer { health = .down(retryAt: .now + retryAfter) }
            switch health {
            case .untried, .up: return true
            case .down, .reconnecting: return false
            }
        }
        if wasUp { log.warning("Redis is down", ["reason": reason]) }
    }
}
