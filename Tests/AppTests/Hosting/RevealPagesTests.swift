import Core
import Cryptography
import Foundation
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
