import Foundation
import Postgres
import Support
import Testing

/// The one server that all tests of this process share; it ends with the process.
enum TestCluster {
    private static let cluster = PrivateCluster.temporary()
    private static let starting = Task { try await cluster.start() }

    /// Runs a transaction on a database that the tests share; it should leave nothing behind.
    @discardableResult
    static func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws -> Value {
        try await sharing.value.transaction(.init(), body)
    }

    /// The pool behind ``transaction(_:)``.
    static var database: Database {
        get async throws { try await sharing.value }
    }

    /// Makes a role that owns nothing, unless there is one already.
    static func makeRole(_ name: String) async throws {
        try await transaction { session in
            try session.run("SELECT pg_advisory_xact_lock(1)")
            if try session.exists("SELECT 1 FROM pg_roles WHERE rolname = \(name)") { return }
            try session.run("CREATE ROLE \(unsafeRaw: name) NOLOGIN")
        }
    }

    private static let sharing = Task {
        Database(try await emptyDatabase(), connections: 8, log: .silent)
    }

    /// The address of a new, empty database on the shared server.
    static func emptyDatabase() async throws -> String {
        let server = try await starting.value
        let name = "test_\(Hex.encode(randomBytes(6)))"
        try await Database.administer(server, ["CREATE DATABASE \(unsafeRaw: name)"])
        return server.replacingOccurrences(of: "/postgres?", with: "/\(name)?")
    }

    /// Lends a pool on a new database.
    static func withDatabase(
        connections: Int = 4,
        role: String? = nil,
        _ body: @concurrent @Sendable (Database) async throws -> Void
    ) async throws {
        let address = try await emptyDatabase()
        let database = Database(address, connections: connections, log: .silent, role: role)
        try await body(database)
        await database.close()
    }
}
