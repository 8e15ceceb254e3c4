import Foundation
import Postgres
import Support
import Testing

/// The one server that all tests of this process share; it ends with the process.
enum TestCluster {
    private static let cluster = PrivateCluster.temporary()
    private static let starting = Task { try await cluster.start() }

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
