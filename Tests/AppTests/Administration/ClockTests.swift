import Core
import Foundation
import Support
import Testing
import Web
import Wire

@testable import App

@Suite struct ClockTests {
    private static let path = "/api/v1/admin/clock"

    private static func now(_ answer: TestAnswer) throws -> Date {
        let text = try #require(answer.json["now"]?.string, "\(answer.text)")
        return try #require(Date(rfc3339: text))
    }

    @Test func `the clock moves and what is due has run`() async throws {
        try await TestApp.run { app in
            // As the setting says, which counts from the machine's clock.
            app.clock.setOffset(seconds: 0)
            let token = try await app.token(of: "admin")
            let before = try Self.now(try await app.api.get(Self.path, token: token))
            let answer = try await app.api.post(
                Self.path,
                json: ["advance_days": 40],
                token: token
            )
            let after = try Self.now(answer)
            #expect((40 * 86_400...40 * 86_400 + 60).contains(after.timeIntervalSince(before)))
            let later = try await app.token(of: "admin")
            let jobs = try await app.api.get(
                "/api/v1/admin/jobs?status=done&kind=house.clean_up",
                token: later
            )
            let run = jobs.json.list.contains { job in
                job["run_at"]?.string.flatMap { Date(rfc3339: $0) }.map { $0 >= after - 3_700 }
                    ?? false
            }
            #expect(run, "the schedules of the new time have run")
            let target = after.addingTimeInterval(7_200).rfc3339
            let moved = try await app.api.post(
                Self.path,
                json: ["to": .string(target)],
                token: later
            )
            #expect(try Self.now(moved) >= after.addingTimeInterval(7_199))
            #expect(try await app.history("clock", "sandbox").count == 2)
        }
    }

    @Test(
        arguments: [
            ([:], ["advance_days": "one_of", "advance_seconds": "one_of", "to": "one_of"]),
            (
                ["advance_days": 1, "advance_seconds": 1],
                ["advance_days": "one_of", "advance_seconds": "one_of", "to": "one_of"]
            ),
            (["advance_days": -1], ["advance_days": "out_of_range"]),
            (["advance_seconds": 99_999_999_999], ["advance_seconds": "out_of_range"]),
            (["advance_days": .number(1.5)], ["advance_days": "wrong_type"]),
            (["to": "2001-01-01T00:00:00Z"], ["to": "out_of_range"]),
            (["to": "9999-01-01T00:00:00Z"], ["to": "out_of_range"]),
            (["to": "tomorrow"], ["to": "bad_format"]),
        ] as [(JSON, [String: String])]
    )
    func `a step that cannot be made is refused`(
        body: JSON,
        faults: [String: String]
    ) throws {
        do {
            let input = try ClockAdvanceBody(reading: body)
            _ = try input.seconds(from: TestApp.start)
            Issue.record("the step was taken")
        } catch let problem as Problem {
            #expect(problem.status == 422)
            let found = Dictionary(problem.errors.map { ($0.field, $0.code) }) { one, _ in one }
            #expect(found == faults)
        }
    }

    @Test func `every instance follows the clock that one of them moves`() async throws {
        try await TestApp.run { app in
            try await app.withAnother { try await expectTogether(app, $0) }
        }
    }

    private func expectTogether(_ app: TestApp, _ other: TestApp) async throws {
        let answer = try await app.api.post(
            Self.path,
            json: ["advance_days": 40],
            token: try await app.token(of: "admin")
        )
        let moved = try Self.now(answer)
        _ = try await eventually("the other's clock") {
            other.services.clock.now >= moved ? true : nil
        }
    }

    @Test func `only administrators move the clock`() async throws {
        try await TestApp.run { app in
            let reading = try await app.statuses("GET", Self.path)
            #expect(reading == [401, 403, 200, 200, 200])
            #expect(
                try await app.statuses("POST", Self.path, json: ["advance_seconds": 1])
                    == [401, 403, 403, 403, 200]
            )
        }
    }
}
