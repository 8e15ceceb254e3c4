import Core
import Foundation
import Support
import Testing
import Wire

@Suite struct LogInTests {
    @Test func `whoever registers is logged in and known by the access token`() async throws {
        try await TestApp.run { app in
            let answer = try await app.api.post(
                "/api/v1/auth/register",
                json: [
                    "email": "Ann@Example.org", "password": .string(goodPassword),
                    "full_name": "Ann Example", "company": "Example Ltd",
                ]
            )
            #expect(answer.status == 201)
            #expect(answer.json["token_type"]?.string == "Bearer")
            #expect(answer.json["expires_in"]?.integer == 900)
            #expect(answer.json["user"]?["email_verified"]?.bool == false)
            #expect(answer.json["user"]?["role"]?.string == "customer")
            let token = try #require(answer.json["access_token"]?.string)
            let me = try await app.api.get("/api/v1/auth/me", token: token)
            #expect(me.json["email"]?.string == "Ann@Example.org")
            #expect(me.json["company"]?.string == "Example Ltd")
            let again = try await app.logIn("ann@example.ORG", goodPassword)
            #expect(again.status == 200)
        }
    }

    @Test func `an address has one account, however it is written`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register(email: "one@example.org")
            let answer = try await app.api.post(
                "/api/v1/auth/register",
                json: [
                    "email": .string(person.email.uppercased()),
                    "password": .string(goodPassword), "full_name": "Someone Else",
                ]
            )
            #expect(answer.status == 409)
            #expect(answer.code == "email_taken")
        }
    }

    @Test func `everything that is wrong with a registration is told at once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.post(
                "/api/v1/auth/register",
                json: ["email": "nobody", "password": 7, "role": "admin"]
            )
            #expect(answer.status == 422)
            #expect(
                answer.fieldCodes == [
                    "email": "bad_format", "password": "wrong_type", "full_name": "required",
                    "role": "unknown_field",
                ]
            )
        }
    }

    @Test(arguments: ["short", "password123", "pat@example.org"])
    func `a password that is guessed at once is refused`(_ password: String) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.post(
                "/api/v1/auth/register",
                json: [
                    "email": "pat@example.org", "password": .string(password),
                    "full_name": "Pat Example",
                ]
            )
            #expect(answer.status == 422)
            #expect(answer.fieldCodes["password"] != nil)
        }
    }

    @Test func `a wrong password and an unknown address get the same answer`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let wrong = try await app.logIn(person.email, "not the password")
            let unknown = try await app.logIn("nobody@example.org", "not the password")
            #expect(wrong.status == 401)
            #expect(unknown.status == 401)
            #expect(wrong.code == unknown.code)
        }
    }

    @Test func `after logging out neither token opens anything`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let out = try await app.api.post("/api/v1/auth/logout", token: person.token)
            #expect(out.status == 204)
            #expect(try await app.api.get("/api/v1/auth/me", token: person.token).status == 401)
            #expect(try await app.refresh(person.refreshToken).status == 401)
        }
    }

    @Test func `an access token ends after its minutes`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            app.clock.advance(seconds: 16 * 60)
            #expect(try await app.api.get("/api/v1/auth/me", token: person.token).status == 401)
            #expect(try await app.refresh(person.refreshToken).status == 200)
        }
    }

    @Test(arguments: ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
    func `a forged token is nobody`(_ token: String) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.get("/api/v1/auth/me", token: token)
            #expect(answer.status == 401)
        }
    }
}
