import Postgres
import Testing

@Test func `a value goes to the server and back`() async throws {
    try await TestCluster.withDatabase { database in
        let sum = try await database.transaction { session in
            try session.run("CREATE TABLE numbers (value bigint NOT NULL)")
            try session.run("INSERT INTO numbers VALUES (\(41)), (\(1))")
            return try session.one("SELECT sum(value) AS sum FROM numbers") {
                try $0.get("sum", as: Int.self)
            }
        }
        #expect(sum == 42)
    }
}
