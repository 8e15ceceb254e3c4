import Postgres
import Support
import Testing

struct RowSecurityTests {
    private func prepare(_ database: Database) async throws {
        try await database.transaction { session in
            try session.script(
                """
                CREATE TABLE notes (customer_id bigint NOT NULL, text text NOT NULL);
                INSERT INTO notes VALUES (1, 'one'), (2, 'two');
                ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
                ALTER TABLE notes FORCE ROW LEVEL SECURITY;
                CREATE POLICY own ON notes USING (
                    customer_id = nullif(current_setting('app.customer', true), '')::bigint
                );
                GRANT SELECT, INSERT ON notes TO reader;
                """
            )
        }
    }

    private func read(_ database: Database, as customer: Int?) async throws -> [String] {
        let settings = customer.map { ["app.customer": String($0)] } ?? [:]
        return try await database.transaction(.init(settings: settings)) { session in
            try session.all("SELECT text FROM notes") { try $0.get("text") }
        }
    }

    @Test func `a setting holds for its transaction and never for the next`() async throws {
        try await TestCluster.makeRole("reader")
        let address = try await TestCluster.emptyDatabase()
        let owner = Database(address, connections: 1, log: .silent)
        try await prepare(owner)
        let app = Database(address, connections: 1, log: .silent, role: "reader")
        #expect(try await read(app, as: nil) == [])
        #expect(try await read(app, as: 1) == ["one"])
        #expect(try await read(app, as: nil) == [])
        #expect(try await read(app, as: 2) == ["two"])
        let failing = TransactionOptions(settings: ["app.customer": "1"])
        await #expect(throws: DatabaseError.self) {
            try await app.transaction(failing) { try $0.run("SELECT 1 / 0") }
        }
        #expect(try await read(app, as: nil) == [])
        await owner.close()
        await app.close()
    }

    @Test func `a setting is a value, whatever is in it`() async throws {
        let text = "a'b\\c\"; DROP"
        let database = try await TestCluster.database
        let options = TransactionOptions(settings: ["app.text": text])
        let back = try await database.transaction(options) { session in
            try session.one("SELECT current_setting('app.text') AS text") {
                try $0.get("text", as: String.self)
            }
        }
        #expect(back == text)
    }

    @Test func `the role of a pool is what its sessions act as`() async throws {
        try await TestCluster.makeRole("reader")
        let address = try await TestCluster.emptyDatabase()
        let app = Database(address, connections: 1, log: .silent, role: "reader")
        let error = await #expect(throws: DatabaseError.self) {
            try await app.transaction { try $0.run("CREATE TABLE t ()") }
        }
        #expect(error?.isPermissionDenied == true)
        await app.close()
    }
}
