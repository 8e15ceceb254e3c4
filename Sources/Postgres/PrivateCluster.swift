package import Support
import Foundation
import Synchronization

/// A PostgreSQL server of our own, in a directory, that only this machine's user can reach.
///
/// It listens on no network, only on a socket inside a directory of mode 0700, where every login is
/// trusted. PostgreSQL refuses to run as root, so root starts it as the user `postgres`.
package final class PrivateCluster: Sendable {
    private let directory: String
    private let log: Log
    private let fsync: Bool
    private let endsWithProcess: Bool
    private let isTemporary: Bool
    private let state = Mutex(State())

    private struct State {
        var place: ClusterPlace?
        /// Whether the server ran before it was asked to start.
        var isAdopted = false
        /// Held open for as long as this process lives; see ``ClusterWatchdog``.
        var watchdog: ClusterWatchdog?
    }

    /// A cluster in a directory, which need not exist yet.
    ///
    /// Without `fsync` a commit does not survive a power failure: only for tests. With
    /// `endsWithProcess` the server is stopped when this process ends, however it ends.
    package convenience init(
        directory: String,
        log: Log,
        fsync: Bool = true,
        endsWithProcess: Bool = false
    ) {
        self.init(directory, log, fsync: fsync, ends: endsWithProcess, isTemporary: false)
    }

    private init(_ directory: String, _ log: Log, fsync: Bool, ends: Bool, isTemporary: Bool) {
        self.directory = directory
        self.log = log
        self.fsync = fsync
        endsWithProcess = ends
        self.isTemporary = isTemporary
    }

    /// A cluster for tests: fast, and gone with its directory when this process ends or lets go of
    /// it.
    package static func temporary(log: Log = .silent) -> PrivateCluster {
        let name = "postgres-\(Hex.encode(randomBytes(6)))"
        let path = FileManager.default.temporaryDirectory.appending(path: name).path
        return PrivateCluster(path, log, fsync: false, ends: true, isTemporary: true)
    }

    /// Makes the cluster if there is none, starts it unless it runs, and returns its address.
    ///
    /// The address logs in as the superuser `postgres`.
    /// - Throws: ``ClusterError`` with what the failing program said.
    package func start() async throws -> String {
        try await onOwnThread(named: "postgres.cluster") { [self] in try startNow() }
    }

    /// Stops the server: open transactions are rolled back. Does nothing when it does not run.
    package func stop() {
        guard let place = state.withLock({ $0.place }) else { return }
        do {
            try place.run("pg_ctl", ["stop", "-D", place.data, "-m", "fast", "-w", "-t", "30"])
            log.info("the database server was stopped", ["directory": place.directory])
        } catch {
            log.debug("the database server was not running", ["directory": place.directory])
        }
        state.withLock { $0.watchdog = nil }
    }

    /// Stops the server unless it ran before, for a command beside an instance that needs it.
    package func stopIfStartedHere() {
        if state.withLock({ !$0.isAdopted }) { stop() }
    }

    /// Stops the server without a checkpoint, as a crash would, and starts it again.
    package func crashAndRestart() async throws {
        guard let place = state.withLock({ $0.place }) else { return }
        try await onOwnThread(named: "postgres.cluster") {
            try place.run(
                "pg_ctl",
                ["restart", "-D", place.data, "-m", "immediate", "-w", "-l", place.logFile]
            )
        }
    }

    private func startNow() throws -> String {
        let place = try ClusterPlace(directory: directory)
        if !place.isInitialized { try place.initialize(fsync: fsync) }
        let isAdopted = place.isRunning
        if !isAdopted { try place.start(fsync: fsync) }
        let watchdog = endsWithProcess ? try ClusterWatchdog(place, removes: isTemporary) : nil
        state.withLock {
            $0.place = place
            $0.isAdopted = isAdopted
            $0.watchdog = watchdog
        }
        log.info("the database server runs", ["directory": place.directory])
        return place.conninfo
    }
}

/// A program of PostgreSQL failed.
package struct ClusterError: Error, Sendable, CustomStringConvertible {
    package let program: String
    package let output: String

    package var description: String { "\(program): \(output)" }
}
