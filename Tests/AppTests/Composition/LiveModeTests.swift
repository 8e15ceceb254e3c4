import App
import Testing
import Wire

@testable import App

/// What is there for those who build and rehearse is not there where real money moves.
@Suite struct LiveModeTests {
    /// Without a worker nobody else is asked for anything.
    private static let live = ConfigurationTests.live.merging([
        "SMTP_HOST": "127.0.0.1", "RESELLERCLUB_URL": "https://127.0.0.1:9",
        "VIES_URL": "https://127.0.0.1:9",
    ]) { $1 }

    @Test func `a live portal has no page of the design system`() async throws {
        let pages = ["/design": 200, "/design/pages/empty": 200, "/design/errors/403": 403]
        try await TestApp.run(runsWorker: false) { app in
            for (path, status) in pages {
                let answer = try await app.portal.get(path)
                #expect(answer.status == status, "\(path)")
            }
        }
        try await TestApp.run(environment: Self.live, runsWorker: false) { app in
            try #require(app.services.configuration.mode == .live)
            let home = try await app.portal.get("/")
            #expect(home.status == 200)
            for path in pages.keys {
                let answer = try await app.portal.get(path)
                #expect(answer.status == 404, "\(path)")
            }
        }
    }

    @Test func `a live clock is nobody's to move`() async throws {
        try await TestApp.run(environment: Self.live, runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let path = "/api/v1/admin/clock"
            let read = try await app.api.get(path, token: token)
            #expect(read.status == 404)
            let moved = try await app.api.post(path, json: ["advance_seconds": 60], token: token)
            #expect(moved.status == 404, "\(moved.text)")
        }
    }
}
