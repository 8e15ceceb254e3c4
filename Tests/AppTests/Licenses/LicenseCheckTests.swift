import Core
import Foundation
import HTTPServer
import Support
import Testing
import Web
import Wire

@testable import App

@Suite struct LicenseCheckTests {
    @Test func `a licence allows what its quota leaves, and says how much`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let panel = app.sandboxPanel
            let key = license.key.text
            let answer = try await panel.validate(key)
            #expect(answer.status == 200)
            #expect(
                answer.text
                    == #"{"valid":true,"remaining_quota":5,"remaining":5,"code":"OK","error":null}"#
            )
            #expect(answer.headers["Content-Type"] == "application/json")
            #expect(try await panel.validate(key, quantity: 5).json["valid"] == true)
            let tooMany = try await panel.validate(key, quantity: 6).json
            #expect(tooMany["valid"] == false)
            #expect(tooMany["code"] == "QUOTA_EXCEEDED")
            #expect(tooMany["remaining"] == 5)
            #expect(tooMany["error"]?.string?.isEmpty == false)
            let unlimited = try await panel.validate(key, "create_email", quantity: 9_999).json
            #expect(unlimited["remaining_quota"] == -1)
            #expect(try await panel.validate(key, "rm_rf").json["code"] == "UNKNOWN_FEATURE")
            #expect(try await panel.validate(key.lowercased()).json["code"] == "OK")
        }
    }

    @Test(arguments: [
        (LicenseStatus.suspended, "LICENSE_SUSPENDED"), (.expired, "LICENSE_EXPIRED"),
        (.cancelled, "LICENSE_CANCELLED"),
    ])
    func `a licence that is not active refuses`(
        status: LicenseStatus,
        code: String
    ) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense(status: status)
            let answer = try await app.sandboxPanel.validate(license.key.text)
            #expect(answer.status == 200)
            #expect(answer.json["valid"] == false)
            #expect(answer.json["code"]?.string == code)
            #expect(answer.json["remaining_quota"]?.isNull == true)
        }
    }

    @Test func `a licence ends at its time, though nobody has written that down`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense(expiresInDays: 1)
            try await app.warmLicenses()
            #expect(try await app.sandboxPanel.validate(license.key.text).json["code"] == "OK")
            app.clock.advance(seconds: 86_401)
            let code = try await app.sandboxPanel.validate(license.key.text).json["code"]
            #expect(code == "LICENSE_EXPIRED")
        }
    }

    @Test(arguments: ["NP-ABCD-EFGH-JKLM", "NP-ABCD-EFGH-JKLM-NPQR", "NP-1111-0000", "nonsense"])
    func `a key that is nobody's is not found`(key: String) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.sandboxPanel.validate(key)
            #expect(answer.status == 200)
            #expect(answer.json["code"] == "LICENSE_NOT_FOUND")
            #expect(answer.json["valid"] == false)
        }
    }

    @Test func `the body that the first panels sent is taken`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let answer = try await app.sandboxPanel.post(
                "/api/v1/licenses/validate",
                [
                    "license_key": .string(license.key.text), "feature": "create_domain",
                    "timestamp": 1_700_000_000, "signature": "00ff",
                    "additional_data": ["domain": "example.com"],
                ]
            )
            #expect(answer.json["remaining_quota"] == 3)
        }
    }

    @Test(arguments: [
        (#"{"license_key":"x"}"#, 422, ["feature": "required"]),
        (#"{"license_key":7,"feature":true}"#, 422, ["license_key": "wrong_type"]),
        (#"{"license_key":"x","feature":"y","extra":1}"#, 422, ["extra": "unknown_field"]),
        (#"{"license_key":"x","feature":"y","quantity":0}"#, 422, ["quantity": "out_of_range"]),
        (#"{"license_key":"x","feature":"y","quantity":-5}"#, 422, ["quantity": "out_of_range"]),
        (#"{"license_key":"x","feature":"y","quantity":1.5}"#, 422, ["quantity": "wrong_type"]),
        (#"[]"#, 422, [:]), (#"{"#, 400, [:]),
    ])
    func `a malformed question is refused as any other request`(
        body: String,
        status: Int,
        fields: [String: String]
    ) async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.warmLicenses()
            let panel = app.sandboxPanel
            let answer = try await app.api.send(
                "POST",
                "/api/v1/licenses/validate",
                body: Array(body.utf8),
                headers: [
                    "Content-Type": "application/json", "X-API-Key": panel.key,
                    "X-API-Secret": panel.secret,
                ]
            )
            #expect(answer.status == status)
            #expect(answer.headers["Content-Type"] == "application/problem+json")
            #expect(answer.headers["X-Request-Id"] != nil)
            for (field, code) in fields { #expect(answer.fieldCodes[field] == code) }
        }
    }

    @Test func `a panel that asks too often is refused, and another one is not`() async throws {
        try await TestApp.run(environment: ["RATE_LIMITS": "on"], runsWorker: false) { app in
            let (one, other) = (try await app.makePanel(), try await app.makePanel())
            let license = try await app.makeLicense()
            try await app.warmLicenses()
            let checks = LicenseChecks(
                app.services,
                limits: LicenseCheckLimits(
                    perKey: .init("test", limit: 4, perSeconds: 3_600),
                    perLicense: .init("test", limit: 3, perSeconds: 3_600)
                )
            )
            let statuses = await one.ask(checks, license, times: 4).map(\.status)
            #expect(statuses == [200, 200, 200, 429])
            let refused = await one.ask(checks, license, times: 1)[0]
            #expect(refused.headers["Retry-After"] != nil)
            #expect(refused.headers["RateLimit-Limit"] != nil)
            #expect(await other.ask(checks, license, times: 1)[0].status == 200)
        }
    }
}
