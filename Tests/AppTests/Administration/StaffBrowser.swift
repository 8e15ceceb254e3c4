import Core
import Foundation
import HTTPServer
import Support
import Testing
import Web
import Wire

@testable import App

/// A browser in which one of the demo users has logged in.
struct StaffBrowser {
    private let app: TestApp
    private(set) var cookies: String

    /// Logs `admin`, `billing`, `support` or `customer` in, or whoever has an address.
    init(_ name: String, _ app: TestApp) async throws {
        self.app = app
        let services = app.services
        let email = name.contains("@") ? name : "\(name)@example.com"
        let visit = Visit(Request(HTTPRequest(method: "GET", path: "/"), id: "visit"), services)
        let opened = try await services.database.transaction(for: .system) { session in
            let user = try #require(try session.user(emailKey: email))
            return try PortalSessions.open(
                for: user,
                from: visit,
                replacing: nil,
                session,
                services,
                now: services.clock.now
            )
        }
        cookies = opened.cookies
            .map { String($0.headerValue.prefix { $0 != ";" }) }.joined(separator: "; ")
    }

    /// The same browser with one more cookie.
    func with(cookie: String) -> StaffBrowser {
        var browser = self
        browser.cookies += "; \(cookie)"
        return browser
    }

    func get(_ path: String) async throws -> TestAnswer {
        try await app.portal.get(path, headers: ["Cookie": cookies])
    }

    /// Sends a form with the token of the page it stands on, unless another one is given.
    func submit(
        _ path: String,
        from page: String = "/console",
        token: String? = nil,
        _ fields: [(String, String)] = []
    ) async throws -> TestAnswer {
        var form = FormFields()
        var sent = token
        if sent == nil { sent = try await get(page).csrfToken }
        form.append("csrf", sent ?? "")
        for (name, value) in fields { form.append(name, value) }
        return try await app.portal.send(
            "POST",
            path,
            body: Array(form.encoded.utf8),
            headers: ["Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"]
        )
    }
}

extension TestAnswer {
    var location: String? { headers["Location"] }
    /// What a hidden field of the page holds.
    func hidden(_ name: String) -> String? {
        text.split(separator: "name=\"\(name)\" value=\"", maxSplits: 1).dropFirst().first?
            .split(separator: "\"", maxSplits: 1).first.map(String.init)
    }
    /// What the next page will say.
    var flash: String? {
        headers.all("Set-Cookie").first { $0.hasPrefix("flash=") }?.removingPercentEncoding
    }
}
