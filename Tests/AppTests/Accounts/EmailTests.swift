import Core
import Foundation
import Simulators
import Support
import Testing
import Wire

@Suite struct EmailTests {
    private static func isVerified(_ app: TestApp, _ token: String) async throws -> Bool? {
        try await app.api.get("/api/v1/auth/me", token: token).json["email_verified"]?.bool
    }

    @Test func `opening the link changes nothing, the button on its page does`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let mail = try await app.mail(to: person.email, about: "Confirm")
            let link = try app.link("/verify/", in: mail)
            #expect(try await app.portal.get(link).status == 200)
            #expect(try await Self.isVerified(app, person.token) == false)
            #expect(try await app.portal.submit(link, []).status == 303)
            #expect(try await Self.isVerified(app, person.token) == true)
            #expect(try await app.portal.get(link).status == 410)
        }
    }

    @Test func `a name is written to no address that may be somebody else's`() async throws {
        try await TestApp.run { app in
            let name = "visit https://evil.example now"
            let email = "victim@example.org"
            let answer = try await app.api.post(
                "/api/v1/auth/register",
                json: [
                    "email": .string(email), "password": .string(goodPassword),
                    "full_name": .string(name),
                ]
            )
            #expect(answer.status == 201)
            func isNamed(in mail: ReceivedMail) throws -> [Bool] {
                try [#require(mail.text), #require(mail.html)].map { $0.contains("evil.example") }
            }
            func askForLink() async throws -> ReceivedMail {
                let path = "/api/v1/auth/password/forgot"
                let before = app.simulators.mail.messages.count
                let answer = try await app.api.post(path, json: ["email": .string(email)])
                #expect(answer.status < 300)
                return try await eventually("a link") {
                    let mails = app.simulators.mail.messages
                    return mails.count > before ? mails.last : nil
                }
            }
            let first = try await app.mail(to: email, about: "Confirm")
            #expect(try isNamed(in: first) == [false, false])
            #expect(try isNamed(in: try await askForLink()) == [false, false])

            let token = try app.token("/verify/", in: first)
            let path = "/api/v1/auth/verify-email"
            #expect(try await app.api.post(path, json: ["token": .string(token)]).status == 204)
            #expect(try isNamed(in: try await askForLink()) == [true, true])
        }
    }

    @Test func `a program confirms an address by the token`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let mail = try await app.mail(to: person.email, about: "Confirm")
            let token = try app.token("/verify/", in: mail)
            let path = "/api/v1/auth/verify-email"
            #expect(try await app.api.post(path, json: ["token": .string(token)]).status == 204)
            #expect(try await app.api.post(path, json: ["token": .string(token)]).status == 410)
            #expect(try await Self.isVerified(app, person.token) == true)
        }
    }

    @Test func `a new address needs the password, is unverified, and the old one hears of it`()
        async throws
    {
        try await TestApp.run { app in
            let person = try await app.register()
            let old = try await app.mail(to: person.email, about: "Confirm")
            let oldToken = try app.token("/verify/", in: old)
            let path = "/api/v1/auth/me"
            let none = try await app.api.put(
                path,
                json: ["email": "new@example.org"],
                token: person.token
            )
            #expect(none.fieldCodes == ["current_password": "required"])
            let wrong = try await app.api.put(
                path,
                json: ["email": "new@example.org", "current_password": "guess"],
                token: person.token
            )
            #expect(wrong.fieldCodes == ["current_password": "wrong"])
            let right = try await app.api.put(
                path,
                json: ["email": "new@example.org", "current_password": .string(goodPassword)],
                token: person.token
            )
            #expect(right.status == 200)
            #expect(right.json["email"]?.string == "new@example.org")
            #expect(right.json["email_verified"]?.bool == false)
            _ = try await app.mail(to: person.email, about: "has been changed")
            _ = try await app.mail(to: "new@example.org", about: "Confirm")
            let stale = try await app.api.post(
                "/api/v1/auth/verify-email",
                json: ["token": .string(oldToken)]
            )
            #expect(stale.status == 410)
        }
    }

    @Test func `nobody can take somebody else's address`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (one, other) = (try await app.register(), try await app.register())
            let answer = try await app.api.put(
                "/api/v1/auth/me",
                json: [
                    "email": .string(other.email), "current_password": .string(goodPassword),
                    "full_name": "Changed",
                ],
                token: one.token
            )
            #expect(answer.code == "email_taken")
            let me = try await app.api.get("/api/v1/auth/me", token: one.token)
            #expect(me.json["full_name"]?.string == "Ann Example")
        }
    }
}
