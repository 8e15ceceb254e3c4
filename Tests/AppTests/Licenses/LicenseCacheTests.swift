import Core
import Foundation
import HTTPServer
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

@Suite struct LicenseCacheTests {
    @Test func `with a secret the answer is given at once, from memory`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            try await app.warmLicenses()
            let answer = try await eventually("the notice of the licence") {
                try await app.answerNow(license)
            }
            #expect(answer["code"] == "OK")
        }
    }

    @Test func `a licence is good from the moment it is made`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.warmLicenses()
            for _ in 0..<10 {
                let license = try await app.makeLicense()
                let answer = try await app.sandboxPanel.validate(license.key.text)
                #expect(answer.json["code"] == "OK")
            }
        }
    }

    @Test func `who tries key after key does not burden the database`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = TestLicense(
                id: ID(app.services.ids.next()),
                key: LicenseKey(randomBytes: randomBytes(10)),
                customer: ID(app.services.ids.next())
            )
            try await app.warmLicenses()
            var limits = LicenseCheckLimits.standard
            limits.perUnknown = RateClass("test", limit: 2, perSeconds: 3_600)
            let checks = LicenseChecks(app.services, limits: limits)
            let isAtOnce = (0..<4).map { _ in
                if case .now = checks.respond(to: app.sandboxPanel.question(license)) {
                    true
                } else {
                    false
                }
            }
            #expect(isAtOnce == [false, false, true, true])
        }
    }

    @Test func `what another process changes is heard of`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            try await app.warmLicenses()
            try await app.run(
                "UPDATE licenses SET status = 'suspended' WHERE id = \(license.id.uuid)"
            )
            _ = try await eventually("the suspension") {
                try await app.answerNow(license)?["code"] == "LICENSE_SUSPENDED" ? true : nil
            }
            try await app.run(
                """
                INSERT INTO license_usage (license_id, customer_id, resource, used, updated_at)
                VALUES (\(license.id.uuid), \(license.customer.uuid), 'databases', 4, now())
                """
            )
            try await app.run(
                "UPDATE licenses SET status = 'active' WHERE id = \(license.id.uuid)"
            )
            _ = try await eventually("the usage") {
                try await app.answerNow(license)?["remaining"] == 1 ? true : nil
            }
        }
    }

    @Test func `what this process changes holds for the next question`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            try await app.warmLicenses()
            for turn in 1...5 {
                let status: LicenseStatus = turn.isMultiple(of: 2) ? .active : .suspended
                _ = try await Licenses(app.services)
                    .setStatus(status, of: license.id, actor: .system)
                let answer = try await app.sandboxPanel.validate(license.key.text).json
                #expect(answer["valid"]?.bool == (status == .active))
            }
        }
    }

    @Test func `without a connection for notices the database is asked`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            try await app.warmLicenses()
            app.services.notices.close()
            #expect(!app.services.licenseCache.isWarm)
            let request = app.sandboxPanel.question(license)
            guard case .later = LicenseChecks(app.services).respond(to: request) else {
                Issue.record("memory was trusted")
                return
            }
            try await app.run(
                "UPDATE licenses SET status = 'cancelled' WHERE id = \(license.id.uuid)"
            )
            let answer = try await app.sandboxPanel.validate(license.key.text)
            #expect(answer.json["code"] == "LICENSE_CANCELLED")
        }
    }

    @Test func `what was changed while nobody listened is found out`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            try await app.warmLicenses()
            let before = app.services.notices.connectionNumber
            try await app.endListening(andRun: "UPDATE licenses SET status = 'cancelled'")
            _ = try await eventually("another connection") {
                let number = app.services.notices.connectionNumber
                return number != nil && number != before ? true : nil
            }
            let answer = try await app.sandboxPanel.validate(license.key.text)
            #expect(answer.json["code"] == "LICENSE_CANCELLED")
            let now = try await eventually("an answer from memory") { () -> JSON? in
                try await app.answerNow(license)?["code"]
            }
            #expect(now == "LICENSE_CANCELLED")
        }
    }

    @Test func `memory and database never differ for long, whatever is changed`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let panel = app.sandboxPanel
            let quotas = Quotas(accounts: 0, domains: 0, databases: 100_000, emails: 0)
            var licenses: [TestLicense] = []
            for _ in 0..<5 { licenses.append(try await app.makeLicense(quotas: quotas)) }
            try await app.warmLicenses()
            let all = licenses
            try await withThrowingTaskGroup(of: Void.self) { group in
                for license in all {
                    group.addTask {
                        for count in 1...30 as ClosedRange<Int64> {
                            _ = try await panel.report(license, delta: 1)
                            let left = try await panel.validate(license.key.text).json["remaining"]
                            #expect(left == .integer(100_000 - count))
                        }
                    }
                }
                group.addTask { await app.services.licenseCache.forgetEverything(times: 10) }
                try await group.waitForAll()
            }
            for license in licenses {
                // A notice that comes late has memory say nothing for a moment, and never the wrong
                // thing.
                let left = try await eventually("an answer from memory") { () -> JSON? in
                    try await app.answerNow(license)?["remaining"]
                }
                #expect(left == 99_970)
            }
        }
    }

    @Test func `two instances tell each other`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let other = try await app.another(environment: ["ROLE": "web"])
            try await app.warmLicenses()
            try await other.warmLicenses()
            _ = try await app.sandboxPanel.report(license, delta: 5)
            _ = try await eventually("the count at the other instance") {
                try await other.answerNow(license)?["code"] == "QUOTA_EXCEEDED" ? true : nil
            }
            await other.system.stop(deadlineSeconds: 2)
        }
    }
}

extension LicenseCache {
    /// Has everything read again, as after missed notices, some times in a row.
    fileprivate func forgetEverything(times: Int) async {
        for _ in 0..<times {
            noteAny(nil)
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}

extension TestApp {
    /// The answer about a database, when it can be given from memory.
    fileprivate func answerNow(_ license: TestLicense) async throws -> JSON? {
        let handling = LicenseChecks(services).respond(to: sandboxPanel.question(license))
        guard case .now(let answer) = handling, case .bytes(let bytes) = answer.body else {
            return nil
        }
        return try JSON(reading: bytes)
    }

    /// Cuts the connections that listen, and changes something before they are back.
    fileprivate func endListening(andRun change: SQL) async throws {
        try await services.database.transaction(for: .system) { session in
            try session.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = 'listen' AND datname = current_database()
                """
            )
            try session.run(change)
        }
    }
}

extension TestPanel {
    /// The question about one database, as the router hands it over.
    func question(_ license: TestLicense) -> Request {
        let body: JSON = [
            "license_key": .string(license.key.text), "feature": "create_database",
        ]
        return Request(
            HTTPRequest(
                method: "POST",
                path: "/api/v1/licenses/validate",
                headers: [
                    "Host": "localhost", "X-API-Key": key, "X-API-Secret": secret,
                    "Content-Type": "application/json",
                ],
                body: body.bytes
            ),
            id: "test-request"
        )
    }

    /// Asks some times.
    func ask(_ checks: LicenseChecks, _ license: TestLicense, times: Int) async -> [HTTPResponse] {
        var answers: [HTTPResponse] = []
        for _ in 0..<times {
            switch checks.respond(to: question(license)) {
            case .now(let answer): answers.append(answer)
            case .later(let work): answers.append(await work())
            }
        }
        return answers
    }
}
