import Foundation
import Postgres
import Support
import Synchronization
import Testing

@testable import App

@Suite struct DatabasePatienceTests {
    private struct Refusal: Error {}

    /// A database that is not there, and so what one that is starting up looks like.
    private static let nowhere = Database(
        "host=/nonexistent dbname=billing",
        connections: 1,
        log: .silent
    )

    @Test func `a database that comes up in time is waited for`() async throws {
        let lines = Mutex<[String]>([])
        let log = Log(least: .warning) { line in lines.withLock { $0.append(line) } }
        let tries = Mutex(0)
        let value = try await DatabasePatience(log: log).run {
            let number = tries.withLock { tries in
                tries += 1
                return tries
            }
            if number < 3 { try await Self.nowhere.transaction { _ in } }
            return number
        }
        #expect(value == 3)
        #expect(lines.withLock { $0.count } == 2)
        #expect(lines.withLock { $0.allSatisfy { $0.contains("the database is waited for") } })
    }

    @Test func `one that does not come up is given up at the deadline`() async throws {
        let tries = Mutex(0)
        let waits = Mutex(0)
        let log = Log(least: .warning) { _ in waits.withLock { $0 += 1 } }
        let began = ContinuousClock.now
        let failure = await #expect(throws: DatabaseError.self) {
            try await DatabasePatience(log: log, seconds: 0.5).run {
                tries.withLock { $0 += 1 }
                try await Self.nowhere.transaction { _ in }
            }
        }
        #expect(failure?.isConnectionLost == true)
        #expect(began.duration(to: .now) >= .seconds(0.5))
        // How many there are is the machine's affair; each wait ends in another one.
        #expect(tries.withLock { $0 } == waits.withLock { $0 } + 1)
    }

    @Test func `what another try would not mend is told at once`() async throws {
        let tries = Mutex(0)
        await #expect(throws: Refusal.self) {
            try await DatabasePatience(log: .silent).run {
                tries.withLock { $0 += 1 }
                throw Refusal()
            }
        }
        try await TestApp.run(runsWorker: false) { app in
            let failure = await #expect(throws: DatabaseError.self) {
                try await DatabasePatience(log: .silent).run {
                    tries.withLock { $0 += 1 }
                    try await app.services.database.transaction(for: .system) {
                        _ = try $0.run("SELECT 1 FROM nowhere")
                    }
                }
            }
            #expect(failure?.isConnectionLost == false)
        }
        #expect(tries.withLock { $0 } == 2)
    }

    @Test func `the waiting ends when its task is cancelled`() async throws {
        let task = Task {
            try await DatabasePatience(log: .silent).run {
                try await Self.nowhere.transaction { _ in }
            }
        }
        try await Task.sleep(for: .milliseconds(50))
        let began = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(began.duration(to: .now) < .seconds(20))
    }
}
