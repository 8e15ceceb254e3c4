import Foundation
package import Postgres
package import Support

/// Brings the database to where the program can use it.
package struct DatabaseSetup: Sendable {
    /// The role that the program acts as; the first migration makes it.
    static let role = "billing_app"

    private let configuration: Configuration
    private let log: Log

    package init(_ configuration: Configuration, log: Log) {
        self.configuration = configuration
        self.log = log
    }

    /// A database that is up to date.
    package struct Prepared: Sendable {
        /// Logs in as the owner of the tables.
        package let ownerConninfo: String
        package let appConninfo: String
        /// The role to switch to at log-in, when the log-in is not that role already.
        package let appRole: String?
        /// Nil for a server that somebody else runs.
        package let cluster: PrivateCluster?
    }

    /// Starts the private cluster when no database is named, and applies the migrations.
    package func prepare() async throws -> Prepared {
        try await prepare { try await migrate($0) }
    }

    /// The same for those who only look: nothing is applied.
    ///
    /// - Throws: ``SchemaIsBehind`` when the database is not up to date.
    func openCurrent() async throws -> Prepared {
        try await prepare { conninfo in
            let missing = try await migrator().pending(conninfo: conninfo)
            guard missing.isEmpty else { throw SchemaIsBehind(migrations: missing) }
        }
    }

    private func prepare(migrate: (String) async throws -> Void) async throws -> Prepared {
        if let url = configuration.databaseURL {
            try await migrate(url)
            return Prepared(
                ownerConninfo: url,
                appConninfo: url,
                appRole: DatabaseSetup.role,
                cluster: nil
            )
        }
        let directory = URL(fileURLWithPath: configuration.dataDirectory)
            .appending(path: "postgres").path
        let cluster = PrivateCluster(directory: directory, log: log)
        let server = try await cluster.start()
        do {
            return try await DatabaseSetup.prepare(
                "billing",
                on: server,
                cluster: cluster,
                migrate: migrate
            )
        } catch {
            cluster.stopIfStartedHere()
            throw error
        }
    }

    /// Makes a database on a private cluster, whose superuser we are, and applies the migrations.
    package static func prepare(
        _ name: String,
        on server: String,
        cluster: PrivateCluster? = nil,
        migrate: (String) async throws -> Void
    ) async throws -> Prepared {
        do {
            try await Database.administer(server, ["CREATE DATABASE \(unsafeRaw: name)"])
        } catch let error as DatabaseError where error.sqlState == "42P04" {
            // It is there already.
        }
        let prepared = existing(name, on: server, cluster: cluster)
        try await migrate(prepared.ownerConninfo)
        let login: SQL = "ALTER ROLE \(unsafeRaw: role) LOGIN"
        try await Database.administer(prepared.ownerConninfo, [login])
        return prepared
    }

    /// A database of a private cluster that has its migrations already.
    package static func existing(
        _ name: String,
        on server: String,
        cluster: PrivateCluster? = nil
    ) -> Prepared {
        Prepared(
            ownerConninfo: address(server, user: "postgres", database: name),
            appConninfo: address(server, user: role, database: name),
            appRole: nil,
            cluster: cluster
        )
    }

    /// The address of a private cluster for another user and database.
    private static func address(_ server: String, user: String, database: String) -> String {
        server.replacing("//postgres@/postgres?", with: "//\(user)@/\(database)?")
    }

    /// Applies the migrations that a database has not had yet.
    package func migrate(_ conninfo: String) async throws {
        let applied = try await migrator().migrate(conninfo: conninfo)
        if !applied.isEmpty {
            log.info("migrations were applied", ["files": applied.joined(separator: " ")])
        }
    }

    private func migrator() throws -> Migrator {
        guard let folder = ResourceFolder.find("Migrations") else {
            throw MissingFolder(name: "Migrations")
        }
        return Migrator(folder: folder, settings: Scope.system.settings)
    }
}

/// The database has not had all migrations, which a command that only looks does not apply.
struct SchemaIsBehind: Error, CustomStringConvertible {
    let migrations: [String]
    var description: String {
        "The database is behind this program (\(migrations.joined(separator: ", "))). Run "
            + "`billing migrate`, or start the server, first."
    }
}

/// A folder that belongs to the program is not there.
package struct MissingFolder: Error, CustomStringConvertible {
    package let name: String
    package var description: String {
        "The folder \(name) was not found. Start from the project's folder, or set BILLING_HOME."
    }
}
