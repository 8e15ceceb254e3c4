import Core
import Foundation
import Support
import Testing
import Wire

@Suite struct PortalSessionTests {
    @Test func `the first form of a browser without cookies is accepted`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.portal.submit(
                "/register",
                [
                    ("full_name", "Ann"), ("email", "first@example.org"),
                    ("password", goodPassword),
                ]
            )
            #expect(answer.status == 303)
            #expect(answer.headers["Location"] == "/dashboard")
            let page = try await app.portal.get("/account")
            #expect(page.status == 200)
            #expect(page.text.contains("Log out"))
            #expect(page.text.contains("first@example.org"))
        }
    }

    @Test func `a form with another browser's token is refused`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try #require(try await app.portal.get("/login").csrfToken)
            app.portal.forgetCookies()
            _ = try await app.portal.get("/login")
            let answer = try await app.portal.send(
                "POST",
                "/login",
                body: Array("csrf=\(token)&email=a%40example.org&password=x".utf8),
                headers: ["Content-Type": "application/x-www-form-urlencoded"]
            )
            #expect(answer.status == 403)
        }
    }

    @Test func `a neighbour who tells the next request's id gets another cookie`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            func visitor() async throws -> String {
                app.portal.forgetCookies()
                let page = try await app.portal.get(
                    "/login",
                    headers: ["X-Request-Id": "req_of_the_next_visitor"]
                )
                return try #require(
                    page.headers.all("Set-Cookie").first { $0.hasPrefix("visitor=") }
                )
            }
            let first = try await visitor()
            #expect(try await visitor() != first)
        }
    }

    @Test(arguments: [
        ("/orders?status=paid", "/orders?status=paid"), ("https://evil.example", "/"),
        ("//evil.example", "/"), ("/\\evil.example", "/"),
    ])
    func `logging in leads on within our pages only`(_ next: String, _ target: String)
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let answer = try await app.portal.submit(
                "/login",
                [("email", person.email), ("password", goodPassword), ("next", next)]
            )
            #expect(answer.headers["Location"] == target)
        }
    }

    @Test func `a page that needs a log-in leads back after it`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.portal.get("/account/password")
            #expect(answer.status == 303)
            #expect(answer.headers["Location"] == "/login?next=%2Faccount%2Fpassword")
        }
    }

    @Test func `a refused log-in keeps the address and not the password`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.logInToPortal("who@example.org", "a secret of mine")
            #expect(answer.status == 422)
            #expect(answer.text.contains("who@example.org"))
            #expect(!answer.text.contains("a secret of mine"))
        }
    }

    @Test func `after logging out the old cookie opens nothing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let inside = try await app.logInToPortal(person.email, goodPassword)
            let cookie = try #require(
                inside.headers.all("Set-Cookie").first { $0.hasPrefix("session=") }
            )
            let value = String(cookie.prefix { $0 != ";" })
            _ = try await app.portal.submit("/logout", from: "/account", [])
            app.portal.forgetCookies()
            let answer = try await app.portal.get("/account", headers: ["Cookie": value])
            #expect(answer.status == 303)
        }
    }

    @Test func `a session ends after a day without use and after thirty days with it`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            _ = try await app.logInToPortal(person.email, goodPassword)
            for _ in 0..<29 {
                app.clock.advance(seconds: 86_400 - 60)
                #expect(try await app.portal.get("/account").status == 200)
            }
            app.clock.advance(seconds: 86_400)
            #expect(try await app.portal.get("/account").status == 303)
            _ = try await app.logInToPortal(person.email, goodPassword)
            app.clock.advance(seconds: 86_400 + 1)
            #expect(try await app.portal.get("/account").status == 303)
        }
    }

    @Test func `a user ends another session and nobody else's`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            _ = try await app.logInToPortal(person.email, goodPassword)
            let second = TestClient(baseURL: app.portal.baseURL)
            defer { second.close() }
            let form = [("email", person.email), ("password", goodPassword)]
            _ = try await second.submit("/login", form)
            let page = try await second.get("/account")
            let path = try #require(
                page.text.firstMatch(of: #/action="(/account/sessions/[^"]+)"/#)
            )
            let stranger = TestClient(baseURL: app.portal.baseURL)
            defer { stranger.close() }
            let other = try await app.register()
            _ = try await stranger.submit(
                "/login",
                [("email", other.email), ("password", goodPassword)]
            )
            let refused = try await stranger.submit(String(path.1), from: "/account", [])
            #expect(refused.status == 404)
            let ended = try await second.submit(String(path.1), from: "/account", [])
            #expect(ended.status == 303)
            #expect(try await app.portal.get("/account").status == 303)
        }
    }

    @Test func `the API takes no cookie`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let inside = try await app.logInToPortal(person.email, goodPassword)
            let cookie = try #require(
                inside.headers.all("Set-Cookie").first { $0.hasPrefix("session=") }
            )
            let value = String(cookie.prefix { $0 != ";" })
            let answer = try await app.api.get("/api/v1/auth/me", headers: ["Cookie": value])
            #expect(answer.status == 401)
        }
    }
}
