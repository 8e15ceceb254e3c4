import Postgres
import Support
import Testing

struct StatementTests {
    /// The error that reading a row of a query ends with.
    private func rowError<Value: SQLValue & Sendable>(
        _ query: SQL,
        _ column: String,
        as type: Value.Type
    ) async throws -> String {
        let error = await #expect(throws: RowError.self) {
            try await TestCluster.transaction { session in
                try session.run("CREATE TEMP TABLE invoices (total bigint, note text)")
                try session.run("INSERT INTO invoices VALUES (1, NULL)")
                return try session.one(query) { try $0.get(column, as: type) }
            }
        }
        return error?.description ?? ""
    }

    @Test func `an error in reading a row names the table, the column and the types`() async throws
    {
        #expect(
            try await rowError("SELECT total FROM invoices", "total", as: String.self)
                == "invoices.total is bigint and cannot be read as String"
        )
        #expect(
            try await rowError("SELECT note FROM invoices", "note", as: String.self)
                == "invoices.note is NULL and cannot be read as String"
        )
        #expect(
            try await rowError("SELECT total, note FROM invoices", "sum", as: Int.self)
                == "no column sum (as Int) among total, note"
        )
        #expect(
            try await rowError("SELECT 1 AS a, 2 AS a", "a", as: Int.self)
                == "two columns are named a"
        )
    }

    @Test func `exactly one row means exactly one`() async throws {
        for count in [0, 2] {
            await #expect(throws: RowError.self) {
                try await TestCluster.transaction { session in
                    try session.one("SELECT 1 AS n FROM generate_series(1, \(count))") { _ in }
                }
            }
        }
    }

    @Test func `a fragment brings its values along and renumbers them`() {
        let customer: SQL = "customer = \("Zoë")"
        let open: SQL = "total > \(5) AND \(customer)"
        let query: SQL = "SELECT \(1) WHERE \(open) LIMIT \(10)" + " OFFSET \(20)"
        #expect(
            query.text == "SELECT $1 WHERE total > $2 AND customer = $3 LIMIT $4 OFFSET $5"
        )
        let conditions: [SQL] = ["a = \(1)", "b = \(2)"]
        let joined = conditions.joined(separator: " AND ")
        #expect(joined.text == "a = $1 AND b = $2")
    }

    @Test func `a value is never read as SQL`() async throws {
        let text = "'; DROP TABLE invoices; --"
        let back = try await TestCluster.transaction { session in
            try session.first("SELECT \(text)::text AS back WHERE \(text) <> ''") {
                try $0.get("back", as: String.self)
            }
        }
        #expect(back == text)
    }

    @Test func `rows are counted, found and listed`() async throws {
        try await TestCluster.transaction { session in
            try session.run("CREATE TEMP TABLE rows (n bigint)")
            #expect(
                try session.run("INSERT INTO rows SELECT generate_series(1, \(3)::bigint)") == 3
            )
            #expect(try session.run("UPDATE rows SET n = n WHERE n > \(1)") == 2)
            #expect(try session.exists("SELECT 1 FROM rows WHERE n = \(2)"))
            #expect(try !session.exists("SELECT 1 FROM rows WHERE n = \(9)"))
            let all = try session.all("SELECT n FROM rows ORDER BY n") {
                try $0.get("n", as: Int.self)
            }
            #expect(all == [1, 2, 3])
            let none = try session.first("SELECT n FROM rows WHERE n > \(9)") {
                try $0.get("n", as: Int.self)
            }
            #expect(none == nil)
        }
    }

    @Test func `prepared statements are kept, and not without limit`() async throws {
        try await TestCluster.withDatabase(connections: 1) { database in
            let counts = try await database.transaction { session in
                var counts: [Int] = []
                for number in 0..<600 {
                    try session.run("SELECT \(number) + \(unsafeRaw: "\(number)")")
                    counts.append(session.preparedCount)
                }
                return counts
            }
            #expect(counts.max() == 256)
            let (before, after) = try await database.transaction { session in
                try session.run("SELECT \(1) + 599")
                let before = session.preparedCount
                for number in 0..<50 { try session.run("SELECT \(number) + 599") }
                return (before, session.preparedCount)
            }
            #expect(before == 256)
            #expect(after == 256)
            let onServer = try await database.transaction { session in
                try session.one("SELECT count(*) AS n FROM pg_prepared_statements") {
                    try $0.get("n", as: Int.self)
                }
            }
            #expect(onServer == 256)
        }
    }

    @Test func `a statement survives a change of the table it reads`() async throws {
        try await TestCluster.withDatabase(connections: 2) { database in
            try await database.transaction {
                try $0.script("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
            }
            for change in ["bigint", "text", "int USING a::int"] {
                _ = try await database.transaction { session in
                    try session.all("SELECT a FROM t") { _ in }
                }
                try await database.transaction { session in
                    try session.script("ALTER TABLE t ALTER COLUMN a TYPE \(change)")
                }
            }
            let count = try await database.transaction { session in
                try session.all("SELECT a FROM t") { _ in }.count
            }
            #expect(count == 1)
        }
    }

    @Test func `an error says what happened without the values`() async throws {
        let error = await #expect(throws: DatabaseError.self) {
            try await TestCluster.transaction { session in
                try session.script("CREATE TEMP TABLE users (email text UNIQUE)")
                try session.run("INSERT INTO users VALUES (\("a@b.example"))")
                try session.run("INSERT INTO users VALUES (\("a@b.example"))")
            }
        }
        let unwrapped = try #require(error)
        #expect(unwrapped.isUniqueViolation)
        #expect(unwrapped.constraint == "users_email_key")
        #expect(unwrapped.table == "users")
        #expect(!"\(unwrapped)".contains("a@b.example"))
        #expect(unwrapped.debugDescription.contains("a@b.example"))
    }
}
