import Core
import Support
import Testing
import Wire

@testable import App

@Suite struct SecretRotationTests {
    private static let newKey = "Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3Gd7Fj0Ts"

    @Test func `what was sealed before the secret was changed still opens`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let rotated = try await app.another(environment: [
                "ROLE": "web", "SECRET_KEY": Self.newKey,
                "SECRET_KEY_PREVIOUS": TestApp.secretKey,
            ])
            let token = try await rotated.token(of: "admin")
            let answer = try await rotated.api.post(
                "/api/v1/licenses/\(license.id.text)/reveal",
                token: token
            )
            #expect(answer.json["license_key"]?.string == license.key.text)
            #expect(try await rotated.sandboxPanel.validate(license.key.text).status == 200)
            await rotated.stopInstance()

            let without = try await app.another(environment: [
                "ROLE": "web", "SECRET_KEY": Self.newKey,
            ])
            let refused = try await without.api.post(
                "/api/v1/licenses/\(license.id.text)/reveal",
                token: try await without.token(of: "admin")
            )
            #expect(refused.status == 500)
            await without.stopInstance()
        }
    }
}
