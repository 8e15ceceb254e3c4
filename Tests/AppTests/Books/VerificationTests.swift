import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

/// Checks of the books: by the hour, by hand, stored and shown.
@Suite struct VerificationTests {
    private static let path = "/api/v1/admin/ledger/verifications"
    private static let broken: SQL =
        "UPDATE servers SET current_accounts = current_accounts + 1 WHERE name LIKE '% 1'"

    @Test func `the books are checked by themselves, and told to be in order`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "support")
            let check = try await eventually("the first check") {
                try await app.api.get(Self.path, token: token).json.list.first
            }
            #expect(check["clean"] == true && check["violations"] == 0)
            #expect(check["checks"]?.integer == Int64(Invariant.all.count))
            #expect(check["counts"]?["customers"] == 1)
            let id = try #require(check["id"]?.string)
            #expect(try await app.api.get("\(Self.path)/\(id)", token: token).json == check)
            let staff = try await StaffBrowser("support", app)
            let page = try await staff.get("/console/books/checks")
            #expect(page.text.contains("The books are in order"))
            #expect(!page.text.contains("Check now"))
            #expect(page.text.contains("<code>ledger.transactions_balance</code>"))
            #expect(try await staff.get("/console").text.contains("In order"))
            #expect(try await app.api.get("/metrics").text.contains("billing_verify_findings 0\n"))
            #expect(try await app.history("ver", id).isEmpty)
        }
    }

    @Test func `staff have the books checked, and what is broken is shown everywhere`()
        async throws
    {
        try await TestApp.run { app in
            let token = try await app.token(of: "billing")
            _ = try await eventually("the first check") {
                try await app.api.get(Self.path, token: token).json.list.first
            }
            try await app.run(Self.broken)
            let staff = try await StaffBrowser("billing", app)
            let asked = try await staff.submit(
                "/console/books/checks",
                from: "/console/books/checks"
            )
            #expect(asked.location == "/console/books/checks")
            let check = try await eventually("the check that was asked for") {
                let checks = try await app.api.get(Self.path, token: token).json.list
                return checks.first { $0["clean"] == false }
            }
            let finding = try #require(check["findings"]?.array?.first)
            #expect(finding["invariant"] == "server.count_is_accounts" && finding["count"] == 1)
            let server = try #require(finding["ids"]?.array?.first?.string)
            #expect(server.hasPrefix("srv_"))
            let id = try #require(check["id"]?.string)
            let page = try await staff.get("/console/books/checks/\(id)")
            #expect(page.text.contains("href=\"/console/servers/\(server)\""))
            let home = try await staff.get("/console")
            #expect(home.text.contains("The books do not add up"))
            #expect(home.text.contains("/console/books/checks/\(id)"))
            #expect(try await app.api.get("/metrics").text.contains("billing_verify_findings 1\n"))
            let entry = try #require(try await app.history("ver", id).first)
            #expect(entry.action == "verification.find")
        }
    }

    @Test func `one check is asked for at a time, by those who may`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            #expect(try await app.statuses("POST", Self.path) == [401, 403, 403, 202, 202])
            #expect(try await app.count("SELECT 1 FROM jobs WHERE kind = 'house.verify'") == 1)
            let job = try await app.services.database.transaction(for: .system) {
                try #require(try $0.pendingVerification())
            }
            let actions = try await app.history("job", job.text).map(\.action)
            #expect(actions == ["verification.ask", "verification.ask"])
            #expect(try await app.statuses("GET", Self.path) == [401, 403, 200, 200, 200])
            let none = "\(Self.path)/\(ID<Verification>(app.services.ids.next()))"
            #expect(try await app.statuses("GET", none) == [401, 403, 404, 404, 404])
            let page = try await StaffBrowser("billing", app).get("/console/books/checks")
            #expect(page.text.contains("A check is under way"))
            #expect(page.text.contains("Nothing has been checked yet"))
        }
    }

    @Test func `what was due while the sandbox's clock leapt is not late`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let soon = app.services.clock.now.addingTimeInterval(60)
            try await app.run(
                """
                INSERT INTO jobs (id, kind, payload, status, run_at, max_attempts, created_at)
                VALUES (\(app.services.ids.next()), 'mail.send', '{}', 'queued', \(soon), 5,
                    \(soon))
                """
            )
            let now = app.services.clock.now
            try await app.services.database.transaction(for: .system) {
                try $0.record(
                    AuditEntry(
                        .system,
                        "clock.advance",
                        type: "clock",
                        id: "sandbox",
                        after: ["seconds": 86_400]
                    ),
                    now: now
                )
            }
            app.clock.advance(seconds: 86_400)
            #expect(try await Verifications(app.services).check().findings == [])
            app.clock.advance(seconds: 700)
            let findings = try await Verifications(app.services).check().findings
            #expect(findings.map(\.name) == ["job.not_lost"])
        }
    }
}
