import App
import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@Suite struct RefreshTokenTests {
    @Test func `a refresh token brings the next pair`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let next = try await app.refresh(person.refreshToken)
            #expect(next.status == 200)
            let token = try #require(next.json["access_token"]?.string)
            #expect(try await app.api.get("/api/v1/auth/me", token: token).status == 200)
            let third = try #require(next.json["refresh_token"]?.string)
            #expect(third != person.refreshToken)
            #expect(try await app.refresh(third).status == 200)
        }
    }

    @Test func `using an old refresh token ends its whole family and no other`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let other = try await app.logIn(person.email, goodPassword)
            let next = try await app.refresh(person.refreshToken)
            let thief = try await app.refresh(person.refreshToken)
            #expect(thief.status == 401)
            let token = try #require(next.json["refresh_token"]?.string)
            let access = try #require(next.json["access_token"]?.string)
            #expect(try await app.refresh(token).status == 401)
            #expect(try await app.api.get("/api/v1/auth/me", token: access).status == 401)
            let otherToken = try #require(other.json["refresh_token"]?.string)
            #expect(try await app.refresh(otherToken).status == 200)
        }
    }

    @Test func `of fifty uses at the same time one wins`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await app.refresh(person.refreshToken).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count(where: { $0 == 200 }) == 1)
            #expect(statuses.count(where: { $0 == 401 }) == 49)
        }
    }

    @Test func `a refresh token ends after thirty days, a staff's after twelve hours`() async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let (person, admin) = (try await app.register(), try await app.logIn("admin"))
            app.clock.advance(seconds: 13 * 3600)
            #expect(try await app.refresh(admin.refreshToken).status == 401)
            let next = try await app.refresh(person.refreshToken)
            #expect(next.status == 200)
            app.clock.advance(seconds: 30 * 86_400)
            let token = try #require(next.json["refresh_token"]?.string)
            #expect(try await app.refresh(token).status == 401)
        }
    }

    @Test func `what has long ended is removed and what lives stays`() async throws {
        try await TestApp.run { app in
            let (old, services) = (try await app.register(), app.services)
            app.clock.advance(seconds: 70 * 86_400)
            let person = try await app.register()
            let job = services.ids.next()
            let now = services.clock.now
            try await services.database.transaction(for: .system) { session in
                _ = try session.run(
                    """
                    INSERT INTO jobs (id, kind, payload, status, run_at, max_attempts, created_at)
                    VALUES (\(job), 'house.clean_up', '{}', 'queued', \(now), 3, \(now))
                    """
                )
            }
            let left = try await eventually("the clean-up") {
                let count = try await services.database.transaction(for: .system) { session in
                    try session.one("SELECT count(*) AS many FROM refresh_families") {
                        try $0.get("many", as: Int.self)
                    }
                }
                return count == 1 ? count : nil
            }
            #expect(left == 1)
            #expect(try await app.refresh(old.refreshToken).status == 401)
            #expect(try await app.refresh(person.refreshToken).status == 200)
        }
    }
}
