import Core
import Foundation
import HTTPClient
import HTTPServer
import NextPanelGateway
import Support
import Testing
import Wire

@Suite struct NextPanelTests {
    private static let key = "npk_known_key"
    private static let secret = "nps_never_to_be_seen"
    private static let password = "Pass-never-to-be-seen"

    private func withPanel(
        timeouts: NextPanelClient.Timeouts = .init(),
        _ behave: @escaping @Sendable (HTTPRequest) -> StubServer.Behaviour,
        _ test: (NextPanelClient, PanelServer, StubServer, LogNotes) async throws -> Void
    ) async throws {
        try await withStub(behave) { stub, http, notes in
            let panel = NextPanelClient(http: http, log: notes.log, timeouts: timeouts)
            let server = PanelServer(
                baseURL: stub.url,
                apiKey: NextPanelTests.key,
                apiSecret: NextPanelTests.secret
            )
            try await test(panel, server, stub, notes)
            #expect(!notes.text.contains(NextPanelTests.secret))
            #expect(!notes.text.contains(NextPanelTests.password))
        }
    }

    private func request(
        _ type: PanelAccountType = .panel,
        fullName: String? = nil
    ) -> PanelAccountRequest {
        PanelAccountRequest(
            username: "zoe",
            email: "zoe@example.com",
            password: NextPanelTests.password,
            fullName: fullName,
            phone: nil,
            company: nil,
            packageID: nil,
            type: type,
            billingID: "acc_1",
            customerID: "cus_1",
            createdAt: Date(timeIntervalSince1970: 1_795_162_200)
        )
    }

    private static let account = """
        {"id":42,"username":"zoe","email":"zoe@example.com","billing_id":"acc_1","more":{}}
        """

    @Test func `an account is made with exactly the documented bytes`() async throws {
        try await withPanel { _ in
            .answer(201, NextPanelTests.account)
        } _: { panel, server, stub, _ in
            let account = try await panel.createAccount(request(), on: server)
            #expect(
                account
                    == PanelAccount(
                        id: 42,
                        username: "zoe",
                        email: "zoe@example.com",
                        billingID: "acc_1"
                    )
            )
            let sent = try #require(stub.requests.first)
            #expect(sent.method == "POST")
            #expect(sent.path == "/api/v1/billing/accounts")
            #expect(sent.headers["X-API-Key"] == NextPanelTests.key)
            #expect(sent.headers["X-API-Secret"] == NextPanelTests.secret)
            #expect(sent.headers["Content-Type"] == "application/json")
            #expect(
                sent.text == #"{"username":"zoe","email":"zoe@example.com","#
                    + #""password":"\#(NextPanelTests.password)","full_name":null,"#
                    + #""phone":null,"company":null,"package_id":null,"is_admin":false,"#
                    + #""billing_id":"acc_1","metadata":{"created_from":"billing_system","#
                    + #""billing_customer_id":"cus_1","account_type":"panel","#
                    + #""is_admin":false,"account_level":"panel","#
                    + #""created_at":"2026-11-20T08:10:00"}}"#
            )
        }
    }

    @Test(arguments: [PanelAccountType.reseller, .masterReseller])
    func `resellers are administrators`(_ type: PanelAccountType) async throws {
        try await withPanel { _ in
            .answer(201, #"{"id":7}"#)
        } _: { panel, server, stub, _ in
            let account = try await panel.createAccount(request(type), on: server)
            #expect(account.username == "zoe")
            let body = try JSON(reading: try #require(stub.requests.first).body)
            #expect(body["is_admin"] == true)
            #expect(body["metadata"]?["is_admin"] == true)
            #expect(body["metadata"]?["account_type"] == .string(type.rawValue))
        }
    }

    @Test(
        arguments: [
            (200, NextPanelTests.account), (201, "{}"), (201, "created"),
            (201, #"{"id":"forty-two"}"#), (204, ""), (302, ""), (500, #"{"detail":"Oops"}"#),
            (502, "<html>"), (404, "<html>"),
        ]
    )
    func `an account that may have been made is unknown`(_ status: Int, _ body: String)
        async throws
    {
        let type = body == "<html>" ? "text/html; charset=utf-8" : "application/json"
        try await withPanel { _ in
            .answer(status, body, headers: ["Content-Type": type])
        } _: { panel, server, _, _ in
            let failure = await failure {
                try await panel.createAccount(request(), on: server)
            }
            #expect(failure.isUnknown)
        }
    }

    @Test func `what the panel says against an account is passed on, the password is not`()
        async throws
    {
        let body = """
            {"detail":[{"loc":["body","email"],"msg":"not an address","input":
            "\(NextPanelTests.password)"},{"loc":["body",0],
            "msg":"bad \(NextPanelTests.password)"}]}
            """
        try await withPanel { _ in
            .answer(422, body)
        } _: { panel, server, _, _ in
            let failure = await failure {
                try await panel.createAccount(request(), on: server)
            }
            #expect(
                failure
                    == .refused(
                        code: "invalid",
                        message: "body.email: not an address; body.0: bad •••"
                    )
            )
        }
        try await withPanel { _ in
            .answer(409, #"{"detail":"Username taken"}"#)
        } _: { panel, server, _, _ in
            let failure = await failure {
                try await panel.createAccount(request(), on: server)
            }
            #expect(failure == .refused(code: "conflict", message: "Username taken"))
        }
    }

    @Test(arguments: [401, 403])
    func `the panel's reason for refusing our key is passed on`(_ status: Int) async throws {
        let text = "The user doesn't have super admin privileges"
        try await withPanel { _ in
            .answer(status, #"{"detail":"\#(text)"}"#)
        } _: { panel, server, _, _ in
            let failure = await failure { try await panel.suspend(1, reason: "x", on: server) }
            #expect(failure == .unauthorized(message: text))
        }
    }

    @Test func `accounts are stopped, released and removed by the documented calls`() async throws {
        try await withPanel { request in
            request.method == "DELETE" ? .answer(204) : .answer(200, "{}")
        } _: { panel, server, stub, _ in
            try await panel.suspend(42, reason: "Not \"paid\"", on: server)
            try await panel.unsuspend(42, on: server)
            try await panel.delete(42, on: server)
            let calls = stub.requests.map { "\($0.method) \($0.path) \($0.text)" }
            #expect(
                calls == [
                    #"POST /api/v1/billing/accounts/42/suspend {"reason":"Not \"paid\""}"#,
                    "POST /api/v1/billing/accounts/42/unsuspend ",
                    "DELETE /api/v1/billing/accounts/42 ",
                ]
            )
            #expect(stub.requests.allSatisfy { $0.headers["X-API-Secret"] != nil })
        }
    }

    @Test func `an account that is gone counts as removed and is found to be none`() async throws {
        try await withPanel { _ in
            .answer(404, #"{"detail":"Account not found"}"#)
        } _: { panel, server, _, _ in
            try await panel.delete(42, on: server)
            let result = try await panel.account(42, on: server)
            #expect(result == nil)
            let failure = await failure { try await panel.unsuspend(42, on: server) }
            #expect(failure == .refused(code: "not_found", message: "Account not found"))
        }
        // A proxy's page says nothing about the account.
        try await withPanel { _ in
            .answer(404, "<html>", headers: ["Content-Type": "text/html"])
        } _: { panel, server, _, _ in
            #expect(await failure { try await panel.delete(42, on: server) }.isUnknown)
            #expect(await failure { try await panel.account(42, on: server) }.isUnknown)
        }
    }

    @Test func `accounts are listed, with what we called them`() async throws {
        let list = #"[\#(NextPanelTests.account),{"id":1,"username":"admin","email":null}]"#
        try await withPanel { _ in
            .answer(200, list)
        } _: { panel, server, _, _ in
            let accounts = try await panel.accounts(on: server)
            #expect(accounts.map(\.id) == [42, 1])
            #expect(accounts.map(\.billingID) == ["acc_1", nil])
        }
        // An entry that cannot be read could be the one that is looked for.
        try await withPanel { _ in
            .answer(200, #"[{"id":1}]"#)
        } _: { panel, server, _, _ in
            #expect(await failure { try await panel.accounts(on: server) }.isUnknown)
        }
    }

    @Test func `use is counted as the panel counts it`() async throws {
        let body = """
            {"user_id":42,"username":"zoe","email":"zoe@example.com","total_domains":1,
             "total_databases":2,"total_email_accounts":3,"total_ssl_certificates":4,
             "storage_used":1024.0,"last_login":null,"account_age_days":9}
            """
        try await withPanel { _ in
            .answer(200, body)
        } _: { panel, server, stub, _ in
            let statistics = try await panel.statistics(42, on: server)
            #expect(statistics.totalDatabases == 2)
            #expect(statistics.storageUsed == 1024)
            #expect(statistics.lastLogin == nil)
            #expect(stub.requests.first?.path == "/api/v1/billing/accounts/42/stats")
        }
    }

    @Test func `a licence is handed over, and a panel that knows none says so`() async throws {
        let grant = PanelLicenseGrant(
            licenseKey: "NP-AAAA-BBBB-CCCC-DDDD",
            email: "zoe@example.com",
            plan: "enterprise",
            maxDatabases: nil,
            maxDomains: 25,
            maxEmails: 100
        )
        try await withPanel { _ in
            .answer(200, "{}")
        } _: { panel, server, stub, _ in
            let result = try await panel.provisionLicense(grant, on: server)
            #expect(result == .accepted)
            let sent = try #require(stub.requests.first)
            #expect(sent.path == "/api/v1/licenses/provision")
            #expect(
                sent.text == #"{"license_key":"NP-AAAA-BBBB-CCCC-DDDD","#
                    + #""email":"zoe@example.com","plan":"enterprise","#
                    + #""features":{"max_databases":null,"max_domains":25,"max_emails":100}}"#
            )
        }
        for status in [404, 405] {
            try await withPanel { _ in
                .answer(status, #"{"detail":"Not Found"}"#)
            } _: { panel, server, _, _ in
                let result = try await panel.provisionLicense(grant, on: server)
                #expect(result == .notSupported)
            }
        }
    }

    @Test func `only the status 200 is a sign of health`() async throws {
        for (status, isHealthy) in [(200, true), (204, false), (301, false), (503, false)] {
            try await withPanel { _ in
                .answer(status, "?")
            } _: { panel, server, stub, _ in
                #expect(await panel.isHealthy(server) == isHealthy)
                #expect(stub.requests.first?.path == "/api/health")
                #expect(stub.requests.first?.headers["X-API-Key"] == NextPanelTests.key)
            }
        }
    }

    @Test func `a lost answer is unknown, a closed door is not`() async throws {
        let timeouts = NextPanelClient.Timeouts(health: 0.3, call: 0.3, create: 0.3)
        try await withPanel(timeouts: timeouts) { request in
            request.method == "DELETE" ? .cut : .silence
        } _: { panel, server, stub, _ in
            let lost = await failure { try await panel.createAccount(request(), on: server) }
            #expect(lost.isUnknown)
            #expect(await failure { try await panel.delete(1, on: server) }.isUnknown)
            #expect(await panel.isHealthy(server) == false)
            await stub.stop()
            let closed = await failure { try await panel.createAccount(request(), on: server) }
            #expect(closed.isNotSent)
        }
    }

    @Test func `a key that would break a header is never sent`() async throws {
        try await withPanel { _ in
            .answer(200, "{}")
        } _: { panel, server, stub, _ in
            let broken = PanelServer(baseURL: server.baseURL, apiKey: "a\r\nb", apiSecret: "c")
            let failure = await failure { try await panel.unsuspend(1, on: broken) }
            #expect(failure.isUnauthorized)
            #expect(stub.requests.isEmpty)
        }
    }

    @Test(
        arguments: [
            (0.0, "1970-01-01T00:00:00"), (1_795_162_200.25, "2026-11-20T08:10:00.250000"),
            (1_795_162_200.000005, "2026-11-20T08:10:00.000005"),
        ]
    )
    func `times are written as panels write them`(_ seconds: Double, _ text: String) async throws {
        try await withPanel { _ in
            .answer(201, #"{"id":1}"#)
        } _: { panel, server, stub, _ in
            var account = request()
            account = PanelAccountRequest(
                username: account.username,
                email: account.email,
                password: account.password,
                fullName: "Zoë",
                phone: "1",
                company: "C",
                packageID: 3,
                type: .panel,
                billingID: "acc_1",
                customerID: "cus_1",
                createdAt: Date(timeIntervalSince1970: seconds)
            )
            _ = try await panel.createAccount(account, on: server)
            let body = try JSON(reading: try #require(stub.requests.first).body)
            #expect(body["metadata"]?["created_at"]?.string == text)
            #expect(body["package_id"] == 3)
        }
    }
}
