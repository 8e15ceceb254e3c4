import App
import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@Suite struct UserAdministrationTests {
    @Test func `an admin lists users part by part and finds them`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await app.logIn("admin")
            for number in 0..<5 { _ = try await app.register(email: "find\(number)@example.org") }
            var seen: [String] = []
            var cursor = ""
            repeat {
                let page = try await app.api.get(
                    "/api/v1/admin/users?limit=2&q=FIND&role=customer&cursor=\(cursor)",
                    token: admin.token
                )
                #expect(page.status == 200, "\(page.text)")
                seen += page.json["data"]?.array?.compactMap { $0["email"]?.string } ?? []
                cursor = page.json["next_cursor"]?.string ?? ""
            } while !cursor.isEmpty
            #expect(seen == (0..<5).reversed().map { "find\($0)@example.org" })
        }
    }

    @Test func `switching a user off ends every log-in at once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (admin, person) = (try await app.logIn("admin"), try await app.register())
            _ = try await app.logInToPortal(person.email, goodPassword)
            let me = try await app.api.get("/api/v1/auth/me", token: person.token)
            let path = "/api/v1/admin/users/\(me.json["id"]?.string ?? "")"
            #expect(try await app.api.delete(path, token: admin.token).status == 204)
            #expect(try await app.api.get("/api/v1/auth/me", token: person.token).status == 401)
            #expect(try await app.refresh(person.refreshToken).status == 401)
            #expect(try await app.portal.get("/account").status == 303)
            #expect(try await app.logIn(person.email, goodPassword).status == 401)
            let shown = try await app.api.get(path, token: admin.token)
            #expect(shown.json["active"]?.bool == false)
            let back = try await app.api.put(path, json: ["active": true], token: admin.token)
            #expect(back.status == 200)
            #expect(try await app.logIn(person.email, goodPassword).status == 200)
        }
    }

    @Test func `a changed role counts with the next request`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (admin, support) = (try await app.logIn("admin"), try await app.logIn("support"))
            let me = try await app.api.get("/api/v1/auth/me", token: support.token)
            let path = "/api/v1/admin/users/\(me.json["id"]?.string ?? "")"
            let answer = try await app.api.put(path, json: ["role": "admin"], token: admin.token)
            #expect(answer.status == 200)
            #expect(try await app.api.get(path, token: support.token).status == 401)
            let again = try await app.logIn("support")
            #expect(try await app.api.get(path, token: again.token).status == 200)
        }
    }

    @Test func `the last admin stays one`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await app.logIn("admin")
            let me = try await app.api.get("/api/v1/auth/me", token: admin.token)
            let path = "/api/v1/admin/users/\(me.json["id"]?.string ?? "")"
            #expect(try await app.api.delete(path, token: admin.token).code == "last_admin")
            let answer = try await app.api.put(path, json: ["role": "billing"], token: admin.token)
            #expect(answer.code == "last_admin")
        }
    }

    @Test func `customers do not become staff`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (admin, person) = (try await app.logIn("admin"), try await app.register())
            let me = try await app.api.get("/api/v1/auth/me", token: person.token)
            let path = "/api/v1/admin/users/\(me.json["id"]?.string ?? "")"
            let answer = try await app.api.put(path, json: ["role": "admin"], token: admin.token)
            #expect(answer.fieldCodes == ["role": "fixed"])
        }
    }

    @Test(arguments: ["customer", "support", "billing"])
    func `only admins administer users`(_ name: String) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.logIn(name)
            let answer = try await app.api.get("/api/v1/admin/users", token: person.token)
            #expect(answer.status == 403)
        }
    }
}

@Suite struct StaffTests {
    @Test func `the first admin is made by a link that is gone afterwards`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let staff = Staff(app.services)
            #expect(try await staff.firstAdminLink() == nil)
            try await app.services.database.transaction(for: .system) { session in
                _ = try session.run("UPDATE users SET active = false WHERE role = 'admin'")
            }
            let address = try #require(try await staff.firstAdminLink())
            let spare = try #require(try await staff.firstAdminLink())
            let path = try #require(URL(string: address)?.path)
            let form = [
                ("full_name", "Root"), ("email", "root@example.org"), ("password", goodPassword),
            ]
            let made = try await app.portal.submit(path, form)
            #expect(made.status == 303)
            #expect(try await staff.firstAdminLink() == nil)
            #expect(try await app.portal.get(path).status == 404)
            let sparePath = try #require(URL(string: spare)?.path)
            #expect(try await app.portal.get(sparePath).status == 404)
            let root = try await app.logIn("root@example.org", goodPassword)
            #expect(root.json["user"]?["role"]?.string == "admin")
        }
    }

    @Test func `an operator makes an admin who chooses the password by a link`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let email = try #require(EmailAddress("ops@example.org"))
            let made = try await Staff(app.services).createAdmin(
                email: email,
                password: nil,
                name: "Ops"
            )
            let path = try #require(made.link.flatMap { URL(string: $0)?.path })
            #expect(try await app.logIn("ops@example.org", "!").status == 401)
            let answer = try await app.portal.submit(path, [("password", "chosen by myself")])
            #expect(answer.status == 303)
            let inside = try await app.logIn("ops@example.org", "chosen by myself")
            #expect(inside.json["user"]?["role"]?.string == "admin")
            await #expect(throws: (any Error).self) {
                try await Staff(app.services).createAdmin(
                    email: email,
                    password: nil,
                    name: "Twice"
                )
            }
        }
    }
}
