import Postgres
import Support
import Synchronization
import Testing

struct TransactionTests {
    private struct Refused: Error {}

    private func count(_ table: SQL, in database: Database) async throws -> Int {
        try await database.transaction { session in
            try session.one("SELECT count(*) AS n FROM \(table)") { try $0.get("n") }
        }
    }

    @Test func `a body that throws changes nothing`() async throws {
        try await TestCluster.withDatabase { database in
            try await database.transaction { try $0.run("CREATE TABLE t (n bigint)") }
            await #expect(throws: Refused.self) {
                try await database.transaction { session in
                    try session.run("INSERT INTO t VALUES (1)")
                    throw Refused()
                }
            }
            #expect(try await count("t", in: database) == 0)
        }
    }

    @Test func `an error that the body swallowed is not committed as a success`() async throws {
        try await TestCluster.withDatabase { database in
            try await database.transaction { try $0.run("CREATE TABLE t (n bigint CHECK (n > 0))") }
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { session in
                    try session.run("INSERT INTO t VALUES (1)")
                    _ = try? session.run("INSERT INTO t VALUES (0)")
                }
            }
            #expect(error?.isCheckViolation == true)
            #expect(try await count("t", in: database) == 0)
        }
    }

    @Test func `a part that fails can be undone alone`() async throws {
        try await TestCluster.withDatabase { database in
            try await database.transaction { session in
                try session.run("CREATE TABLE t (n bigint CHECK (n > 0))")
                try session.attempt { try session.run("INSERT INTO t VALUES (1)") }
                #expect(throws: DatabaseError.self) {
                    try session.attempt {
                        try session.run("INSERT INTO t VALUES (2)")
                        try session.run("INSERT INTO t VALUES (0)")
                    }
                }
                try session.run("INSERT INTO t VALUES (3)")
            }
            #expect(try await count("t", in: database) == 2)
        }
    }

    @Test func `a body may not end its own transaction`() async throws {
        let error = await #expect(throws: DatabaseError.self) {
            try await TestCluster.transaction { try $0.run("COMMIT") }
        }
        #expect(error?.sqlState == "25000")
    }

    @Test func `what a constraint refuses at COMMIT did not happen`() async throws {
        try await TestCluster.withDatabase { database in
            try await database.transaction { session in
                try session.script(
                    """
                    CREATE TABLE a (id bigint PRIMARY KEY);
                    CREATE TABLE b (a bigint REFERENCES a DEFERRABLE INITIALLY DEFERRED)
                    """
                )
            }
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { try $0.run("INSERT INTO b VALUES (1)") }
            }
            #expect(error?.isForeignKeyViolation == true)
            #expect(error?.isOutcomeUnknown == false)
            #expect(try await count("b", in: database) == 0)
        }
    }

    @Test func `a connection that ends during COMMIT leaves the outcome unknown`() async throws {
        try await TestCluster.withDatabase(connections: 1) { database in
            try await database.transaction { session in
                try session.script(
                    """
                    CREATE TABLE t (n bigint);
                    CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                    CREATE CONSTRAINT TRIGGER hang_up AFTER INSERT ON t
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hang_up();
                    """
                )
            }
            let runs = Mutex(0)
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { session in
                    runs.withLock { $0 += 1 }
                    try session.run("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.isOutcomeUnknown == true)
            #expect(runs.withLock { $0 } == 1)
            #expect(try await count("t", in: database) == 0)
        }
    }

    @Test func `a connection that ends in the middle is an error, and the next one works`()
        async throws
    {
        try await TestCluster.withDatabase(connections: 1) { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { session in
                    _ = try session.exists("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(error?.isConnectionLost == true)
            #expect(error?.isOutcomeUnknown == false)
            let one = try await database.transaction { session in
                try session.one("SELECT 1 AS n") { try $0.get("n", as: Int.self) }
            }
            #expect(one == 1)
        }
    }

    @Test func `a transaction that collided runs again`() async throws {
        try await TestCluster.withDatabase { database in
            try await database.transaction { session in
                try session.script("CREATE TABLE t (n bigint NOT NULL); INSERT INTO t VALUES (0)")
            }
            let options = TransactionOptions(isolation: .serializable)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await database.transaction(options) { session in
                            let n = try session.one("SELECT n FROM t") {
                                try $0.get("n", as: Int.self)
                            }
                            try session.run("UPDATE t SET n = \(n + 1)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let sum = try await database.transaction { session in
                try session.one("SELECT n FROM t") { try $0.get("n", as: Int.self) }
            }
            #expect(sum == 4)
        }
    }

    @Test func `a transaction that always collides gives up`() async throws {
        let runs = Mutex(0)
        let error = await #expect(throws: DatabaseError.self) {
            try await TestCluster.transaction { session in
                runs.withLock { $0 += 1 }
                try session.script("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")
            }
        }
        #expect(error?.isRetryable == true)
        #expect(runs.withLock { $0 } == 6)
    }

    @Test func `reading only means only reading`() async throws {
        let database = try await TestCluster.database
        let error = await #expect(throws: DatabaseError.self) {
            try await database.transaction(.init(readOnly: true)) {
                try $0.run("CREATE TABLE t ()")
            }
        }
        #expect(error?.sqlState == "25006")
    }

    @Test func `a closed database refuses work`() async throws {
        let database = Database(try await TestCluster.emptyDatabase(), connections: 2, log: .silent)
        #expect(database.metrics.total == 2)
        try await database.transaction { try $0.run("SELECT 1") }
        await database.close()
        await database.close()
        let error = await #expect(throws: DatabaseError.self) {
            try await database.transaction { try $0.run("SELECT 1") }
        }
        #expect(error?.isConnectionLost == true)
    }

    @Test func `a server that is not there is an error without the password`() async throws {
        let url = "postgresql+asyncpg://app:hunter2@127.0.0.1:1/billing"
        let database = Database(url, connections: 1, log: .silent)
        let error = await #expect(throws: DatabaseError.self) {
            try await database.transaction { try $0.run("SELECT 1") }
        }
        #expect(error?.isConnectionLost == true)
        #expect(error?.debugDescription.contains("hunter2") == false)
        await database.close()
    }
}
