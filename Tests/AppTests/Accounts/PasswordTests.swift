import Core
import Foundation
import Simulators
import Support
import Testing
import Wire

@Suite struct PasswordTests {
    private static func ask(_ app: TestApp, _ email: String) async throws -> TestAnswer {
        try await app.api.post(
            "/api/v1/auth/password/forgot",
            json: ["email": .string(email)]
        )
    }

    private static func reset(
        _ app: TestApp,
        _ token: String,
        _ password: String
    ) async throws -> TestAnswer {
        try await app.api.post(
            "/api/v1/auth/password/reset",
            json: ["token": .string(token), "password": .string(password)]
        )
    }

    @Test func `a link by mail sets a new password once and ends all log-ins`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            #expect(try await app.logInToPortal(person.email, goodPassword).status == 303)
            #expect(try await Self.ask(app, person.email).status == 202)
            let mail = try await app.mail(to: person.email, about: "new password")
            let token = try app.token("/reset/", in: mail)
            #expect(try await Self.reset(app, token, "short").status == 422)
            #expect(try await Self.reset(app, token, "a better password").status == 204)
            #expect(try await Self.reset(app, token, "a better password").code == "link_expired")
            #expect(try await app.api.get("/api/v1/auth/me", token: person.token).status == 401)
            #expect(try await app.refresh(person.refreshToken).status == 401)
            #expect(try await app.portal.get("/account").status == 303)
            #expect(try await app.logIn(person.email, goodPassword).status == 401)
            let answer = try await app.logIn(person.email, "a better password")
            #expect(answer.status == 200)
            #expect(answer.json["user"]?["email_verified"]?.bool == true)
            _ = try await app.mail(to: person.email, about: "has been changed")
        }
    }

    @Test func `asking about an address without an account is answered alike`() async throws {
        try await TestApp.run { app in
            #expect(try await Self.ask(app, "nobody@example.org").status == 202)
            let person = try await app.register()
            #expect(try await Self.ask(app, person.email).status == 202)
            _ = try await app.mail(to: person.email, about: "new password")
            let subjects = app.simulators.mail.messages.filter {
                $0.recipients.contains("nobody@example.org")
            }
            #expect(subjects.isEmpty)
        }
    }

    @Test func `a link works for a quarter of an hour`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            _ = try await Self.ask(app, person.email)
            let mail = try await app.mail(to: person.email, about: "new password")
            let token = try app.token("/reset/", in: mail)
            app.clock.advance(seconds: 15 * 60 + 1)
            #expect(try await Self.reset(app, token, "a better password").status == 410)
            #expect(try await app.portal.get("/reset/\(token)").status == 410)
        }
    }

    @Test func `changing the password asks for the old one and ends other log-ins`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            _ = try await app.logInToPortal(person.email, goodPassword)
            let wrong = try await app.portal.submit(
                "/account/password",
                [("current_password", "not mine"), ("password", "a better password")]
            )
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("not your current password"))
            #expect(!wrong.text.contains("a better password"))
            let right = try await app.portal.submit(
                "/account/password",
                [("current_password", goodPassword), ("password", "a better password")]
            )
            #expect(right.status == 303)
            #expect(try await app.portal.get("/account").status == 200)
            #expect(try await app.api.get("/api/v1/auth/me", token: person.token).status == 401)
        }
    }

    @Test func `a long password counts to its last character`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let start = String(repeating: "long and longer ", count: 7)
            let answer = try await app.api.post(
                "/api/v1/auth/register",
                json: [
                    "email": "long@example.org", "password": .string(start + "a"),
                    "full_name": "Long Example",
                ]
            )
            #expect(answer.status == 201)
            #expect(try await app.logIn("long@example.org", start + "b").status == 401)
            #expect(try await app.logIn("long@example.org", start + "a").status == 200)
        }
    }
}
