import Core
import Cryptography
import Foundation
import Simulators
import Support
import Testing
import Wire

@testable import App

@Suite struct RevealPagesTests {
    @Test func `a password is shown once, and not to a program that opens links`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            _ = try await app.buy(by: person)
            let token = OpaqueToken.make()
            try await app.storeReveal(token)
            let path = "/reveal/\(token)"
            for _ in 0..<2 {
                let offer = try await app.portal.get(path)
                #expect(offer.status == 200)
                #expect(offer.text.contains("Show the password"))
            }
            let shown = try await app.portal.submit(path, [])
            #expect(shown.status == 200)
            #expect(shown.text.contains("This is the only time we show it."))
            #expect(shown.headers["Cache-Control"] == "no-store")
            let forgotten = try await app.services.database.transaction(for: .system) { session in
                try session.hostingAccounts(of: nil, before: nil, most: 1).first?.passwordSealed
            }
            #expect(forgotten == nil)
            #expect(try await app.portal.get(path).status == 410)
            #expect(try await app.portal.submit(path, from: "/cart/new", []).status == 410)
        }
    }

    @Test func `staff mail another link, and the one before works no longer`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            _ = try await app.buy(by: person)
            let account = try await app.onlyAccount
            let first = try await app.revealLink(in: "Your hosting is ready")
            let billing = try await StaffBrowser("billing", app)
            let path = "/console/accounts/\(account.id.text)"
            #expect(try await billing.get(path).text.contains("Mail a password link"))
            let answer = try await billing.submit("\(path)/reveal-link")
            #expect(answer.flash?.contains("A new link is on its way") == true)
            let second = try await app.revealLink(in: "Your password for \(account.username)")
            #expect(try await app.portal.get(first).status == 410)
            let shown = try await app.portal.submit(second, [])
            #expect(shown.text.contains("This is the only time we show it."))
            #expect(
                try await app.history("acc", account.id.text).map(\.action).suffix(2)
                    == ["hosting_account.reveal_link", "hosting_account.reveal"]
            )
            let late = try await billing.submit("\(path)/reveal-link")
            #expect(late.flash?.contains("failure:The first password was shown") == true)
            #expect(try await !billing.get(path).text.contains("Mail a password link"))
        }
    }

    @Test func `a password is forgotten when its link has been dead for a month`() async throws {
        try await TestApp.run { app in
            _ = try await app.buy(by: try await app.register())
            _ = try await CleanUp(app.services).run()
            #expect(try await app.onlyAccount.passwordSealed != nil)
            app.clock.advance(seconds: 30 * 86_400)
            _ = try await CleanUp(app.services).run()
            #expect(try await app.onlyAccount.passwordSealed != nil, "staff may mail another link")
            app.clock.advance(seconds: 8 * 86_400)
            _ = try await CleanUp(app.services).run()
            #expect(try await app.onlyAccount.passwordSealed == nil)
        }
    }

    @Test func `a password that was mailed is not kept`() async throws {
        try await TestApp.run { app in
            let admin = try await StaffBrowser("admin", app)
            _ = try await admin.submit(
                "/console/settings/mail",
                from: "/console/settings",
                [("welcome_mail_shows_password", "yes")]
            )
            _ = try await app.buy(by: try await app.register())
            let account = try await app.onlyAccount
            #expect(account.passwordSealed == nil)
            let remote = app.simulators.panels.flatMap { $0.host.state["accounts"]?.array ?? [] }
            #expect(remote.count == 1)
        }
    }

    @Test func `an account that is made without a password tells its owner how to get in`()
        async throws
    {
        try await TestApp.run { app in
            let answer = try await app.api.post(
                "/api/v1/nextpanel/provision",
                json: [
                    "customer_id": .string(try await app.demoCustomer.text),
                    "username": "customer1", "email": "owner@example.org",
                ],
                token: try await app.token(of: "admin")
            )
            #expect(answer.json["success"] == true, "\(answer.text)")
            let link = try await app.revealLink(in: "Your password for customer1")
            let mail = app.simulators.mail.messages.first { $0.subject.contains("customer1") }
            #expect(mail?.recipients == ["owner@example.org"])
            let shown = try await app.portal.submit(link, [])
            #expect(shown.text.contains("customer1"))
        }
    }

    @Test func `a link that was never given shows nothing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            for token in [OpaqueToken.make(), "x"] {
                let answer = try await app.portal.get("/reveal/\(token)")
                #expect(answer.status == 410)
            }
        }
    }
}

extension TestApp {
    /// The path of the reveal link in a mail.
    fileprivate func revealLink(in subject: String) async throws -> String {
        try await eventually("a mail") {
            let mail = simulators.mail.messages.first { $0.subject == subject }
            return mail?.text?.firstMatch(of: #/(/reveal/[A-Za-z0-9_-]+)/#).map { String($0.1) }
        }
    }

    /// Makes a reveal link of the only hosting account, as the welcome mail has one.
    fileprivate func storeReveal(_ token: String) async throws {
        let services = services
        let account = try await services.database.transaction(for: .system) { session in
            let accounts = try session.hostingAccounts(of: nil, before: nil, most: 1)
            let now = services.clock.now
            for account in accounts {
                try session.storeRevealToken(
                    hash: OpaqueToken.hash(token),
                    id: ID(services.ids.next()),
                    account: account.id,
                    expiresAt: now.addingTimeInterval(600),
                    now: now
                )
            }
            return accounts.first
        }
        _ = try #require(account)
    }
}
