import Core
import Foundation
import Support
import Testing
import Wire

/// Strangers come from addresses of their own, which a proxy that is trusted tells.
@Suite struct LoginThrottleTests {
    private static let proxied = ["TRUSTED_PROXIES": "127.0.0.1"]

    /// Guesses so often and so patiently that the next try has to wait for minutes.
    private static func guess(_ app: TestApp, at email: String, from address: String) async throws {
        for _ in 0..<15 {
            app.clock.advance(seconds: 901)
            let answer = try await app.logIn(email, "wrong one", from: address)
            #expect(answer.status == 401)
        }
    }

    @Test func `after a few wrong passwords the next try waits, also the right one`() async throws {
        try await TestApp.run(environment: Self.proxied, runsWorker: false) { app in
            _ = try await app.register(email: "eve@example.org")
            try await Self.guess(app, at: "eve@example.org", from: "192.0.2.1")
            let next = try await app.logIn("eve@example.org", goodPassword, from: "192.0.2.1")
            #expect(next.status == 429)
            let seconds = try #require(Int(next.headers["Retry-After"] ?? ""))
            #expect((600...900).contains(seconds))
            app.clock.advance(seconds: Double(seconds))
            let later = try await app.logIn("eve@example.org", goodPassword, from: "192.0.2.1")
            #expect(later.status == 200)
        }
    }

    @Test func `an address without an account is slowed alike`() async throws {
        try await TestApp.run(environment: Self.proxied, runsWorker: false) { app in
            try await Self.guess(app, at: "no@example.org", from: "192.0.2.2")
            let next = try await app.logIn("no@example.org", "x", from: "192.0.2.2")
            #expect(next.status == 429)
        }
    }

    @Test func `many tries at once are no more than a few`() async throws {
        try await TestApp.run(environment: Self.proxied, runsWorker: false) { app in
            _ = try await app.register(email: "many@example.org")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        try await app.logIn("many@example.org", "guess", from: "192.0.2.3").status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count(where: { $0 == 401 }) <= 9)
            #expect(statuses.allSatisfy { $0 == 401 || $0 == 429 })
        }
    }

    @Test func `a guess from many addresses does not keep the owner out`() async throws {
        try await TestApp.run(environment: Self.proxied, runsWorker: false) { app in
            _ = try await app.register(email: "owner@example.org")
            let first = try await app.logIn("owner@example.org", goodPassword, from: "198.51.100.7")
            #expect(first.status == 200)
            var statuses: [Int] = []
            for number in 0..<40 {
                let answer = try await app.logIn(
                    "owner@example.org",
                    "guess \(number)",
                    from: "203.0.113.\(number)"
                )
                statuses.append(answer.status)
            }
            #expect(statuses.count(where: { $0 == 401 }) <= 26)
            #expect(statuses.contains(429))
            let known = try await app.logIn("owner@example.org", goodPassword, from: "198.51.100.7")
            #expect(known.status == 200)
        }
    }

    @Test func `a browser that has logged in before always gets its try`() async throws {
        try await TestApp.run(environment: Self.proxied, runsWorker: false) { app in
            _ = try await app.register(email: "browser@example.org")
            let email = "browser@example.org"
            let form = [("email", email), ("password", goodPassword)]
            #expect(try await app.portal.submit("/login", form).status == 303)
            _ = try await app.portal.submit("/logout", from: "/account", [])
            // Somebody in the same house guesses at the account.
            try await Self.guess(app, at: email, from: "127.0.0.1")
            #expect(try await app.logIn(email, goodPassword).status == 429)
            #expect(try await app.portal.submit("/login", form).status == 303)
        }
    }

    @Test func `a new password by mail lets its owner in during an attack`() async throws {
        try await TestApp.run(environment: Self.proxied) { app in
            _ = try await app.register(email: "reset@example.org")
            for number in 0..<25 {
                _ = try await app.logIn("reset@example.org", "x", from: "203.0.113.\(number)")
            }
            _ = try await app.api.post(
                "/api/v1/auth/password/forgot",
                json: ["email": "reset@example.org"]
            )
            let mail = try await app.mail(to: "reset@example.org", about: "new password")
            let link = try app.link("/reset/", in: mail)
            let answer = try await app.portal.submit(link, [("password", "an even better one")])
            #expect(answer.status == 303)
            let form = [("email", "reset@example.org"), ("password", "an even better one")]
            #expect(try await app.portal.submit("/login", form).status == 303)
        }
    }
}
