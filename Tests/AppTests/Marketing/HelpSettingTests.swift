import Simulators
import Support
import Testing

@testable import App

/// Where the settings lead that say who helps, and what was agreed.
@Suite struct HelpSettingTests {
    private static let settings = [
        "SUPPORT_EMAIL": "help@example.com", "TERMS_URL": "https://example.com/terms",
        "PRIVACY_URL": "https://example.com/privacy",
    ]

    @Test func `pages of all kinds and mails lead to help and to the documents`() async throws {
        try await TestApp.run(environment: HelpSettingTests.settings) { app in
            let ann = try await app.register()
            let browser = try await StaffBrowser(ann.email, app)
            for page in [
                try await app.portal.get("/"), try await app.portal.get("/no/such/page"),
                try await browser.get("/dashboard"),
            ] {
                for link in [
                    "mailto:help@example.com", "https://example.com/terms",
                    "https://example.com/privacy",
                ] {
                    #expect(page.text.contains("href=\"\(link)\""), "\(link)")
                }
            }
            let mail = try await app.mail(to: ann.email, about: "Confirm")
            let text = try #require(mail.text)
            #expect(text.contains("Questions: help@example.com"))
            #expect(text.contains("Terms: https://example.com/terms"))
            #expect(text.contains("Privacy: https://example.com/privacy"))
        }
    }

    @Test func `whoever orders agrees to the documents`() async throws {
        try await TestApp.run(environment: HelpSettingTests.settings, runsWorker: false) { app in
            try await app.logInToPortal()
            try await app.fillCart()
            let page = try await app.portal.get("/checkout").text
            let sentence = try #require(
                page.firstMatch(of: /By ordering you agree.*?<\/p>/.dotMatchesNewlines())
            ).output
            #expect(sentence.contains("href=\"https://example.com/terms\""), "\(sentence)")
            #expect(sentence.contains("href=\"https://example.com/privacy\""), "\(sentence)")
        }
    }

    @Test func `without them no page leads to nothing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let home = try await app.portal.get("/").text
            #expect(!home.contains("mailto:") && !home.contains(">Terms<"))
        }
    }
}
