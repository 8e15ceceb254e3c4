import Foundation
import Postgres
import Support
import Synchronization
import Testing
import Wire

@testable import App

@Suite struct HealthTests {
    @Test func `a running instance says that it is ready`() async throws {
        try await TestApp.run { app in
            let health = try await app.api.get("/health")
            #expect(health.status == 200)
            let ready = try await eventually("ready") {
                let answer = try await app.api.get("/ready")
                return answer.status == 200 ? answer : nil
            }
            #expect(ready.json["database"]?.bool == true)
            #expect(ready.json["listener"]?.bool == true)
            #expect(ready.json["queue"]?.bool == true)
        }
    }

    @Test func `an instance whose work is left undone is not ready`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            _ = try await eventually("ready") {
                try await app.api.get("/ready").status == 200 ? true : nil
            }
            let due = app.services.clock.now.addingTimeInterval(-600)
            try await app.run(
                """
                INSERT INTO jobs (id, kind, payload, status, run_at, max_attempts, created_at)
                VALUES (\(app.services.ids.next()), 'house.clean_up', '{}', 'queued', \(due), 5, \(due))
                """
            )
            let answer = try await eventually("not ready") {
                let answer = try await app.api.get("/ready")
                return answer.status == 503 ? answer : nil
            }
            #expect(answer.json["database"]?.bool == true)
            #expect(answer.json["queue"]?.bool == false)
            #expect((answer.json["queue_lag_seconds"]?.integer ?? 0) >= 600)
        }
    }

    @Test func `a long queue that somebody works on is no standstill`() {
        #expect(QueueState(lagSeconds: 600, isWorkedOn: false).isStalled)
        #expect(!QueueState(lagSeconds: 600, isWorkedOn: true).isStalled)
        #expect(!QueueState(lagSeconds: 60, isWorkedOn: false).isStalled)
    }

    @Test func `many who ask at once are answered by one question`() async {
        let asked = Counter()
        let brief = Brief { () -> Int in
            asked.add()
            try? await Task.sleep(for: .milliseconds(50))
            return asked.count
        }
        await withTaskGroup { group in
            for _ in 0..<100 { group.addTask { #expect(await brief.value == 1) } }
        }
        #expect(asked.count == 1)
        try? await Task.sleep(for: .milliseconds(1_050))
        #expect(await brief.value == 2)
    }

    @Test(arguments: ["X-Forwarded-For", "Forwarded"])
    func `the counters are not for whoever comes through a proxy`(field: String) async throws {
        let app = try await TestApp.start(runsWorker: false)
        #expect(try await app.api.get("/metrics").status == 200)
        let value = field == "Forwarded" ? "for=192.0.2.7" : "192.0.2.7"
        #expect(try await app.api.get("/metrics", headers: [field: value]).status == 404)
        #expect(try await app.api.get("/metrics", headers: [field: "127.0.0.1"]).status == 404)
        await app.stop()
    }

    @Test func `a proxy that is believed passes on this machine's own questions`() async throws {
        let trusting = ["TRUSTED_PROXIES": "127.0.0.1"]
        try await TestApp.run(environment: trusting, runsWorker: false) { app in
            let headers = [
                ["X-Forwarded-For": "127.0.0.1"], ["X-Forwarded-For": "192.0.2.7"],
                ["Forwarded": "for=192.0.2.7"],
            ]
            var statuses: [Int] = []
            for each in headers {
                statuses.append(try await app.api.get("/metrics", headers: each).status)
            }
            #expect(statuses == [200, 404, 404])
        }
    }
}

/// Counts from many tasks.
private final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func add() { value.withLock { $0 += 1 } }
}
