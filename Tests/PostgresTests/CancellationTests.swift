import Postgres
import Support
import Testing

struct CancellationTests {
    @Test func `cancelling a task stops the statement it waits for`() async throws {
        try await TestCluster.withDatabase(connections: 1) { database in
            let task = Task {
                try await database.transaction { try $0.run("SELECT pg_sleep(60)") }
            }
            while database.metrics.busy == 0 { try await Task.sleep(for: .milliseconds(1)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await database.transaction { try $0.run("SELECT 1") }
        }
    }

    @Test func `cancelling between two statements stops before the second`() async throws {
        try await TestCluster.withDatabase(connections: 1) { database in
            let task = Task {
                try await database.transaction { session in
                    for _ in 0..<100_000 { try session.run("SELECT 1") }
                }
            }
            while database.metrics.busy == 0 { try await Task.sleep(for: .milliseconds(1)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func `a cancelled task leaves the queue at once`() async throws {
        try await TestCluster.withDatabase(connections: 1) { database in
            let busy = Task { try await database.transaction { try $0.run("SELECT pg_sleep(60)") } }
            while database.metrics.busy == 0 { try await Task.sleep(for: .milliseconds(1)) }
            let waiting = Task { try await database.transaction { try $0.run("SELECT 1") } }
            while database.metrics.waiting == 0 { try await Task.sleep(for: .milliseconds(1)) }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(database.metrics.busy == 1)
            #expect(database.metrics.waiting == 0)
            busy.cancel()
            _ = await busy.result
        }
    }

    @Test func `a task that is cancelled already does not start`() async throws {
        let database = try await TestCluster.database
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await database.transaction { try $0.run("SELECT 1") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `a deadline stops a running statement`() async throws {
        let database = try await TestCluster.database
        await #expect(throws: DeadlineExceeded.self) {
            try await database.transaction(.init(deadlineSeconds: 0.2)) { session in
                try session.run("SELECT pg_sleep(60)")
            }
        }
    }

    @Test func `a deadline is for the whole transaction, not for each statement`() async throws {
        let database = try await TestCluster.database
        await #expect(throws: DeadlineExceeded.self) {
            try await database.transaction(.init(deadlineSeconds: 0.3)) { session in
                for _ in 0..<1_000 { try session.run("SELECT pg_sleep(0.06)") }
            }
        }
    }

    @Test func `a deadline counts the time in the queue`() async throws {
        try await TestCluster.withDatabase(connections: 1) { database in
            let busy = Task { try await database.transaction { try $0.run("SELECT pg_sleep(60)") } }
            while database.metrics.busy == 0 { try await Task.sleep(for: .milliseconds(1)) }
            await #expect(throws: DeadlineExceeded.self) {
                try await database.transaction(.init(deadlineSeconds: 0.1)) { session in
                    try session.run("SELECT 1")
                }
            }
            busy.cancel()
            _ = await busy.result
        }
    }

    @Test func `a storm of cancellations never stops anybody else`() async throws {
        try await TestCluster.withDatabase(connections: 4) { database in
            let cancelled = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        try await Self.run(in: database, isVictim: number.isMultiple(of: 2))
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            // Both outcomes occur when the cancellations race with the ends of the statements.
            #expect(cancelled <= 200)
            #expect(database.metrics.busy == 0)
        }
    }

    /// Runs a short transaction and, when it is a victim, cancels it about when it ends.
    private static func run(in database: Database, isVictim: Bool) async throws -> Bool {
        let task = Task {
            try await database.transaction(.init(deadlineSeconds: 60)) { session in
                try session.run("SELECT pg_sleep(0.001)")
                try session.run("SELECT pg_sleep(0.001)")
            }
        }
        if isVictim {
            try await Task.sleep(for: .microseconds(Int(randomFraction() * 400_000)))
            task.cancel()
        }
        do {
            _ = try await task.value
            return false
        } catch is CancellationError where isVictim {
            return true
        }
    }
}
