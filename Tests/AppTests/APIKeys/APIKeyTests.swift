import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct APIKeyTests {
    @Test func `an administrator makes a key whose secret is shown once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let made = try await app.api.post(
                "/api/v1/admin/api-keys",
                json: [
                    "name": "Panel 1", "scopes": ["licenses:validate", "usage:write"],
                    "allowed_addresses": ["127.0.0.0/8"],
                ],
                token: token
            )
            #expect(made.status == 201)
            let key = try #require(made.json["key"]?.string)
            let secret = try #require(made.json["secret"]?.string)
            let id = try #require(made.json["id"]?.string)
            #expect(made.json["scopes"] == ["licenses:validate", "usage:write"])
            let panel = TestPanel(client: app.api, key: key, secret: secret)
            let license = try await app.makeLicense()
            #expect(try await panel.validate(license.key.text).json["code"] == "OK")
            #expect(try await panel.report(license, delta: 1).status == 200)
            let list = try await app.api.get("/api/v1/admin/api-keys", token: token)
            #expect(list.json.ids.contains(id))
            #expect(!list.text.contains(secret))
            #expect(try await app.auditActions(of: "key", id) == ["api_key.create"])
            let stored = try await app.services.database.transaction(for: .system) { session in
                try session.exists(
                    "SELECT 1 FROM audit_log WHERE after::text LIKE \("%\(secret)%")"
                )
            }
            #expect(!stored)
        }
    }

    @Test func `keys are an administrator's alone`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let path = "/api/v1/admin/api-keys"
            let new: JSON = ["name": "Mine", "scopes": ["usage:write"]]
            for name in ["customer", "support", "billing"] {
                let token = try await app.token(of: name)
                #expect(try await app.api.get(path, token: token).status == 403)
                #expect(try await app.api.post(path, json: new, token: token).status == 403)
                let key = path + "/\(ID<APIKey>(app.services.ids.next()).text)"
                #expect(try await app.api.delete(key, token: token).status == 403)
            }
            #expect(try await app.api.post(path, json: new).status == 401)
        }
    }

    @Test func `a new key is refused for all that is wrong with it`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.post(
                "/api/v1/admin/api-keys",
                json: [
                    "name": "", "scopes": ["everything"], "allowed_addresses": ["10.0.0.1/8"],
                    "key": "npk_mine",
                ],
                token: try await app.token(of: "admin")
            )
            #expect(answer.status == 422)
            #expect(
                answer.fieldCodes == [
                    "name": "too_short", "scopes.0": "unknown_value",
                    "allowed_addresses.0": "bad_format", "key": "unknown_field",
                ]
            )
        }
    }

    @Test func `a revoked key is refused at once, here and at another instance`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (panel, license) = (try await app.makePanel(), try await app.makeLicense())
            let other = try await app.another(environment: ["ROLE": "web"])
            try await app.warmLicenses()
            try await other.warmLicenses()
            let elsewhere = TestPanel(client: other.api, key: panel.key, secret: panel.secret)
            #expect(try await panel.validate(license.key.text).status == 200)
            #expect(try await elsewhere.validate(license.key.text).status == 200)
            let path = "/api/v1/admin/api-keys/\(try #require(panel.id).text)"
            let token = try await app.token(of: "admin")
            #expect(try await app.api.delete(path, token: token).status == 204)
            #expect(try await panel.validate(license.key.text).status == 401)
            _ = try await eventually("the other instance to hear") {
                try await elsewhere.validate(license.key.text).status == 401 ? true : nil
            }
            #expect(try await app.api.delete(path, token: token).status == 204)
            let unknown = ID<APIKey>(app.services.ids.next()).text
            let missing = "/api/v1/admin/api-keys/\(unknown)"
            #expect(try await app.api.delete(missing, token: token).status == 404)
            await other.system.stop(deadlineSeconds: 2)
        }
    }

    @Test func `whoever cannot prove to be a panel is refused`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let panel = app.sandboxPanel
            let wrong: [[String: String]] = [
                [:], ["X-API-Key": panel.key], ["X-API-Secret": panel.secret],
                ["X-API-Key": panel.key, "X-API-Secret": ""],
                ["X-API-Key": panel.key, "X-API-Secret": panel.secret + "x"],
                ["X-API-Key": "npk_unknown_key", "X-API-Secret": panel.secret],
                ["X-API-Key": panel.key, "X-Signature": "rubbish"],
                ["Authorization": "Bearer \(try await app.token(of: "admin"))"],
            ]
            for path in ["/api/v1/licenses/validate", "/api/v1/usage/update"] {
                for headers in wrong {
                    let answer = try await app.api.post(path, json: [:], headers: headers)
                    #expect(answer.status == 401, "\(path) \(headers)")
                    #expect(answer.code == "unauthorized")
                }
            }
        }
    }

    @Test func `a key does what its scopes say and no more`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let asking = try await app.makePanel(scopes: [.validateLicenses])
            let reporting = try await app.makePanel(scopes: [.writeUsage])
            #expect(try await asking.validate(license.key.text).status == 200)
            #expect(try await asking.report(license, delta: 1).code == "missing_scope")
            #expect(try await reporting.report(license, delta: 1).status == 200)
            let refused = try await reporting.validate(license.key.text)
            #expect(refused.status == 403)
            #expect(refused.code == "missing_scope")
        }
    }

    @Test func `a key that belongs to one network is refused from another`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let inside = try await app.makePanel(allowed: ["2001:db8::/32", "127.0.0.0/8"])
            let outside = try await app.makePanel(allowed: ["10.0.0.0/8"])
            #expect(try await inside.validate(license.key.text).status == 200)
            let refused = try await outside.validate(license.key.text)
            #expect(refused.status == 403)
            #expect(refused.code == "address_not_allowed")
            #expect(try await outside.report(license, delta: 1).status == 403)
        }
    }

    @Test func `it is known when a key was last used`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (panel, license) = (try await app.makePanel(), try await app.makeLicense())
            _ = try await panel.validate(license.key.text)
            try await app.services.licenseCache.storeUses()
            let id = try #require(panel.id)
            let used = try await app.services.database.transaction(for: .system) {
                try $0.apiKey(id)?.lastUsedAt
            }
            #expect(used != nil)
        }
    }
}
