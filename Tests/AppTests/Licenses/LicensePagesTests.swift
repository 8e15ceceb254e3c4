import Core
import HTTPServer
import Support
import Testing
import Web
import Wire

@testable import App

@Suite struct LicensePagesTests {
    @Test func `a key is masked in the list and shown to whoever asks for it`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            _ = try await app.sandboxPanel.report(license, delta: 4)
            let browser = try await Browser(app)
            let list = try await browser.get("/licenses")
            #expect(list.status == 200)
            #expect(list.text.contains("NP-••••-••••-••••-\(license.key.hint)"))
            #expect(list.text.contains("4 of 5"))
            #expect(!list.text.contains(license.key.text))
            let path = "/licenses/\(license.id.text)/reveal"
            let shown = try await browser.post(path, csrf: list.csrfToken)
            #expect(shown.status == 200, "\(shown.text)")
            #expect(shown.text.contains("data-copy=\"\(license.key.text)\""))
            #expect(shown.headers["Cache-Control"] == "no-store")
            #expect(shown.headers.all("Set-Cookie").allSatisfy { !$0.contains(license.key.text) })
            #expect(
                try await app.auditActions(of: "lic", license.id.text) == ["license.reveal"]
            )
            let again = try await browser.get(path)
            #expect(again.status == 303)
            #expect(again.headers["Location"] == "/licenses")
        }
    }

    @Test func `a foreign form reveals nothing, nor does another customer's address`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let mine = try await app.makeLicense()
            let theirs = try await app.makeLicense(for: try await app.anotherCustomer())
            let browser = try await Browser(app)
            let foreign =
                try await browser
                .post("/licenses/\(mine.id.text)/reveal", csrf: "x")
            #expect(foreign.status == 403)
            let list = try await browser.get("/licenses")
            let other =
                try await browser
                .post("/licenses/\(theirs.id.text)/reveal", csrf: list.csrfToken)
            #expect(other.status == 404)
            #expect(!list.text.contains(theirs.key.hint))
        }
    }
}

/// A browser in which the demo customer has logged in.
private struct Browser {
    private let client: TestClient
    private let cookies: String

    init(_ app: TestApp) async throws {
        let services = app.services
        let visit = Visit(Request(HTTPRequest(method: "GET", path: "/"), id: "visit"), services)
        let opened = try await services.database.transaction(for: .system) { session in
            let user = try #require(try session.user(emailKey: "customer@example.com"))
            return try PortalSessions.open(
                for: user,
                from: visit,
                replacing: nil,
                session,
                services,
                now: services.clock.now
            )
        }
        client = app.portal
        cookies = opened.cookies
            .map { String($0.headerValue.prefix { $0 != ";" }) }.joined(separator: "; ")
    }

    func get(_ path: String) async throws -> TestAnswer {
        try await client.get(path, headers: ["Cookie": cookies])
    }

    func post(_ path: String, csrf: String?) async throws -> TestAnswer {
        var form = FormFields()
        form.append("csrf", csrf ?? "")
        return try await client.send(
            "POST",
            path,
            body: Array(form.encoded.utf8),
            headers: [
                "Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded",
            ]
        )
    }
}
