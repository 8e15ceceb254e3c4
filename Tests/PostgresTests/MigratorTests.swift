import Foundation
import Postgres
import Support
import Testing

struct MigratorTests {
    /// A folder with files, and an empty database.
    private final class Place: Sendable {
        let folder: URL
        let address: String

        init(_ files: [String: String]) async throws {
            folder = FileManager.default.temporaryDirectory
                .appending(path: "migrations-\(Hex.encode(randomBytes(6)))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            address = try await TestCluster.emptyDatabase()
            for (name, text) in files { try write(name, text) }
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }

        func migrate() async throws -> [String] {
            try await Migrator(folder: folder).migrate(conninfo: address)
        }

        func refusal() async -> String {
            await #expect(throws: MigrationError.self) { try await migrate() }?.description ?? ""
        }

        func exists(_ table: String) async throws -> Bool {
            let database = Database(address, connections: 1, log: .silent)
            let found = try await database.transaction { session in
                try session.exists("SELECT 1 FROM pg_tables WHERE tablename = \(table)")
            }
            await database.close()
            return found
        }
    }

    private let two = [
        "0001_customers.sql": "CREATE TABLE customers (id bigint PRIMARY KEY);",
        "0002_invoices.sql": "CREATE TABLE invoices (customer bigint REFERENCES customers);",
    ]

    @Test func `files run in order, and once`() async throws {
        let place = try await Place(two)
        #expect(try await place.migrate() == ["0001_customers.sql", "0002_invoices.sql"])
        #expect(try await place.migrate() == [])
        try place.write("0010_notes.sql", "-- Nothing.\n")
        #expect(try await place.migrate() == ["0010_notes.sql"])
    }

    @Test func `files see the settings that they are run with`() async throws {
        let place = try await Place([
            "0001_seen.sql": "CREATE TABLE seen AS SELECT current_setting('app.scope') AS scope;"
        ])
        let migrator = Migrator(folder: place.folder, settings: ["app.scope": "system"])
        _ = try await migrator.migrate(conninfo: place.address)
        let database = Database(place.address, connections: 1, log: .silent)
        let scope = try await database.transaction { session in
            try session.one("SELECT scope FROM seen") { try $0.get("scope", as: String.self) }
        }
        await database.close()
        #expect(scope == "system")
    }

    @Test func `what is missing is told without being applied`() async throws {
        let place = try await Place(two)
        func pending() async throws -> [String] {
            try await Migrator(folder: place.folder).pending(conninfo: place.address)
        }
        #expect(try await pending() == ["0001_customers.sql", "0002_invoices.sql"])
        #expect(try await !place.exists("schema_migrations"))
        _ = try await place.migrate()
        #expect(try await pending() == [])
        try place.write("0010_notes.sql", "-- Nothing.\n")
        #expect(try await pending() == ["0010_notes.sql"])
        #expect(try await pending() == ["0010_notes.sql"])
    }

    @Test func `an applied file may not change or vanish`() async throws {
        let place = try await Place(two)
        _ = try await place.migrate()
        try place.write("0001_customers.sql", "CREATE TABLE customers (id uuid PRIMARY KEY);")
        #expect(await place.refusal().contains("0001_customers.sql: it was edited"))
        try FileManager.default.removeItem(at: place.folder.appending(path: "0001_customers.sql"))
        #expect(await place.refusal().contains("0001_customers.sql: it was applied and is missing"))
    }

    @Test func `a file may not come before an applied one`() async throws {
        let place = try await Place(["0002_b.sql": "SELECT 1"])
        _ = try await place.migrate()
        try place.write("0001_a.sql", "SELECT 1")
        #expect(await place.refusal().contains("0002_b.sql was applied before it"))
    }

    @Test(arguments: ["1_a.sql", "0001.sql", "0001_.sql", "0002_twice.sql"])
    func `a bad name is refused before anything runs`(name: String) async throws {
        let place = try await Place(two)
        try place.write(name, "SELECT 1")
        #expect(await place.refusal().contains(".sql: "))
        #expect(try await !place.exists("customers"))
    }

    @Test func `a file that fails leaves nothing behind`() async throws {
        let place = try await Place(two)
        try place.write("0003_bad.sql", "CREATE TABLE half (); SELECT 1 / 0;")
        #expect(await place.refusal().contains("division by zero"))
        #expect(try await place.exists("invoices"))
        #expect(try await !place.exists("half"))
        try place.write("0003_bad.sql", "CREATE TABLE whole ();")
        #expect(try await place.migrate() == ["0003_bad.sql"])
    }

    @Test func `a file may not end its own transaction`() async throws {
        let place = try await Place(["0001_a.sql": "CREATE TABLE a (); COMMIT;"])
        #expect(await place.refusal().contains("ended its own transaction"))
    }

    @Test func `many migrators at once apply each file once`() async throws {
        let place = try await Place(two)
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<6 { group.addTask { try await place.migrate() } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == two.keys.sorted())
    }
}
