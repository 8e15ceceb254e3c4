import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct JobEndpointTests {
    private static let path = "/api/v1/admin/jobs"

    /// Stores a job that has failed for good.
    private static func makeDeadJob(_ app: TestApp) async throws -> ID<Job> {
        let (id, now) = (ID<Job>(app.services.ids.next()), app.services.clock.now)
        try await app.services.database.transaction(for: .system) { session in
            _ = try session.run(
                """
                INSERT INTO jobs (
                    id, kind, payload, status, run_at, attempts, max_attempts, last_error,
                    created_at, finished_at
                ) VALUES (
                    \(id.uuid), 'house.clean_up', '{}', 'dead', \(now), 3, 3, 'no luck', \(now),
                    \(now)
                )
                """
            )
        }
        return id
    }

    @Test func `a dead job is found and tried again`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "billing")
            let id = try await Self.makeDeadJob(app)
            let dead = try await app.api.get(Self.path + "?status=dead", token: token)
            #expect(dead.json.list.map { $0["id"]?.string } == [id.text])
            #expect(dead.json.list[0]["last_error"] == "no luck")
            #expect(dead.json.list[0]["kind"] == "house.clean_up")
            let answer = try await app.api.post("\(Self.path)/\(id)/retry", token: token)
            #expect(answer.status == 200, "\(answer.text)")
            _ = try await eventually("the job to be done") {
                let done = "\(Self.path)?status=done&kind=house.clean_up&limit=100"
                let jobs = try await app.api.get(done, token: token).json.list
                return jobs.first { $0["id"]?.string == id.text }
            }
            let again = try await app.api.post("\(Self.path)/\(id)/retry", token: token)
            #expect(again.code == "job_not_waiting")
            let entry = try #require(try await app.history("job", id.text).first)
            #expect(entry.action == "job.retry")
            #expect(entry.before?["status"] == "dead")
        }
    }

    @Test func `staff look at jobs and billing tries them again`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let retry = "\(Self.path)/\(try await Self.makeDeadJob(app))/retry"
            #expect(try await app.statuses("GET", Self.path) == [401, 403, 200, 200, 200])
            #expect(try await app.statuses("POST", retry) == [401, 403, 403, 200, 200])
            let token = try await app.token(of: "support")
            let wrong = try await app.api.get(
                Self.path + "?status=lost&kind=x&limit=0",
                token: token
            )
            #expect(
                wrong.fieldCodes == [
                    "status": "unknown_value", "kind": "unknown_value", "limit": "out_of_range",
                ]
            )
        }
    }
}
