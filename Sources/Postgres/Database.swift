package import Support

/// A pool of sessions, each on its own thread; a job is one whole transaction.
///
/// The body of a transaction is synchronous: it cannot wait for anything but the database, and
/// nobody else can use its connection meanwhile.
package final class Database: Sendable {
    private let pool: Pool
    private let log: Log

    /// Opens no connection yet; each thread connects when it gets its first job.
    ///
    /// The address is a conninfo string or a URL; `postgresql+asyncpg://` is understood. The role,
    /// if any, is the one that every session acts as; it must have been granted to the login.
    package init(
        _ conninfo: String,
        connections: Int,
        log: Log,
        applicationName: String = "billing",
        role: String? = nil
    ) {
        self.log = log
        let options = role.map { [("role", $0)] } ?? []
        pool = Pool(size: connections, log: log) {
            try Session(
                ConnectionSettings(conninfo, applicationName: applicationName, options: options)
            )
        }
    }

    deinit { pool.beginClosing() }

    /// How many jobs wait, how many run, and how many could run at once.
    package var metrics: (waiting: Int, busy: Int, total: Int) { pool.metrics }

    /// Runs a body between BEGIN and COMMIT and returns its value; a body that throws changes
    /// nothing.
    ///
    /// The body runs again after a serialization failure or a deadlock, and when the connection
    /// turned out to be dead before BEGIN, so it must not do anything but talk to the database.
    ///
    /// - Throws: `CancellationError` when the task was cancelled, ``DeadlineExceeded``,
    ///   ``DatabaseError``, or what the body throws. Only an error whose `isOutcomeUnknown` is true
    ///   leaves open whether the transaction happened.
    @discardableResult
    package func transaction<Value: Sendable>(
        _ options: TransactionOptions = .init(),
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws -> Value {
        let deadline = options.deadline
        var attempt = 1
        while true {
            do {
                return try await pool.run(until: deadline) { session, strike in
                    try session.transaction(options, strike, body)
                }
            } catch is DeadlinePassed {
                throw DeadlineExceeded(seconds: options.deadlineSeconds)
            } catch {
                let cause = (error as? NotBegun)?.cause ?? (error as? DatabaseError)
                guard let cause, attempt < 6, Self.isWorthAnotherTry(error) else {
                    throw cause ?? error
                }
                log.debug("a transaction runs again", ["state": cause.sqlState])
                try await Task.sleep(for: .milliseconds(pauseMilliseconds(attempt)))
                attempt += 1
            }
        }
    }

    /// Runs statements that cannot be in a transaction, such as CREATE DATABASE, on a connection of
    /// its own.
    package static func administer(_ conninfo: String, _ statements: [SQL]) async throws {
        try await onOwnThread(named: "postgres.administer") {
            let settings = try ConnectionSettings(conninfo, applicationName: "administer")
            let session = try Session(settings)
            for statement in statements { try session.run(statement) }
        }
    }

    /// Refuses new transactions, lets the running ones end and disconnects.
    package func close() async { await pool.close() }

    private static func isWorthAnotherTry(_ error: any Error) -> Bool {
        if let error = error as? NotBegun { return error.cause.isConnectionLost }
        let error = error as? DatabaseError
        return error?.isRetryable == true || error?.isStalePlan == true
    }

    /// Doubles each time from about 10 ms, and is spread so that rivals do not meet again.
    private func pauseMilliseconds(_ attempt: Int) -> Int {
        Int(Double(5 << attempt) * (0.5 + randomFraction()))
    }
}

extension TransactionOptions {
    /// When the time is over, counted from now.
    fileprivate var deadline: ContinuousClock.Instant? {
        deadlineSeconds < 2_000_000 ? .now + .seconds(deadlineSeconds) : nil
    }
}
