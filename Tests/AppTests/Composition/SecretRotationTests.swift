import Core
import Cryptography
import Postgres
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

    @Test func `what is sealed anew opens without the old secret, and once is enough`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, domain: "example.com")
            let license = try await app.makeLicense()
            let rotated = try await app.another(environment: [
                "ROLE": "web", "SECRET_KEY": Self.newKey,
                "SECRET_KEY_PREVIOUS": TestApp.secretKey,
            ])
            // A copy of a text from another row opens with no key.
            try await app.run(
                """
                INSERT INTO idempotency_keys (
                    actor, key, fingerprint, response_status, response_body, response_type,
                    created_at
                )
                SELECT 'ann', 'copied', 'x', 200, key_sealed, 'text/plain', now()
                FROM licenses LIMIT 1
                """
            )
            let outcome = try await Resealing(rotated.services).run(actor: .system)
            #expect(outcome.resealed > 5)
            #expect(outcome.unopened == ["idempotency_keys.response_body": 1])
            let again = try await Resealing(rotated.services).run(actor: .system)
            #expect(again.resealed == 0 && again.unopened == outcome.unopened)
            try await app.run("DELETE FROM idempotency_keys WHERE key = 'copied'")
            let mark = rotated.services.keyring.mark
            for place in SealedPlace.all {
                let old = try await app.services.database.transaction(for: .system) {
                    try $0.sealedByOlderKeys(place, than: mark, after: nil, most: 9)
                }
                #expect(old.isEmpty, "\(place.name)")
            }
            let history = try await app.history("settings", "secrets")
            #expect(history.map(\.action) == ["secrets.reseal", "secrets.reseal"])
            await rotated.stopInstance()

            let without = try await app.another(environment: [
                "ROLE": "web", "SECRET_KEY": Self.newKey,
            ])
            let answer = try await without.api.post(
                "/api/v1/licenses/\(license.id.text)/reveal",
                token: try await without.token(of: "admin")
            )
            #expect(answer.json["license_key"]?.string == license.key.text)
            #expect(try await without.sandboxPanel.validate(license.key.text).status == 200)
            for server in try await without.servers() {
                _ = try PanelServer(server, without.services.keyring)
            }
            #expect(try await Resealing(without.services).run(actor: .system).resealed == 0)
            await without.stopInstance()
        }
    }
}
