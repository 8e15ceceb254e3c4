import Testing
import Wire

@testable import App

@Suite struct BoughtLicenseTests {
    @Test func `what was bought is good at the panel, and only its owner sees it`() async throws {
        try await TestApp.run { app in
            let (owner, stranger) = (try await app.register(), try await app.register())
            _ = try await app.buy(by: owner, plan: "professional")
            let list = try await app.api.get("/api/v1/licenses/", token: owner.token).json
            let id = try #require(list.ids.first, "\(list.text)")
            #expect(list["data"]?[0]?["plan_name"] == "Professional")
            let path = "/api/v1/licenses/\(id)/reveal"
            #expect(try await app.api.post(path, token: stranger.token).status == 404)
            let revealed = try await app.api.post(path, token: owner.token).json
            let key = try #require(revealed["license_key"]?.string)
            let answer = try await app.sandboxPanel.validate(key, "create_domain", quantity: 25)
            #expect(answer.json["remaining_quota"] == 25)
            let more = try await app.sandboxPanel.validate(key, "create_domain", quantity: 26)
            #expect(more.json["code"] == "QUOTA_EXCEEDED")
        }
    }
}
