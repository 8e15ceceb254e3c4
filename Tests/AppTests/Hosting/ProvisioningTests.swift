import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

@Suite struct ProvisioningTests {
    private static let path = "/api/v1/nextpanel/provision"

    private static func body(_ app: TestApp, _ more: [(String, JSON)] = []) async throws -> JSON {
        let customer = try await app.demoCustomer
        return more.reduce(
            [
                "customer_id": .string(customer.text), "username": "customer1",
                "email": "owner@example.org", "full_name": "John Doe", "package_id": 1,
            ]
        ) { $0.setting($1.0, $1.1) }
    }

    /// The accounts that the simulated panels have, all together.
    private static func remoteAccounts(_ app: TestApp) -> [JSON] {
        app.simulators.panels.flatMap { $0.host.state["accounts"]?.array ?? [] }
    }

    private static func roomTaken(_ app: TestApp) async throws -> Int {
        try await app.servers().map(\.currentAccounts).reduce(0, +)
    }

    @Test func `an account is made by hand, and its password is not shown`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "admin")
            let server = try await app.servers()[1]
            let answer = try await app.api.post(
                Self.path,
                json: try await Self.body(app, [("server_id", .string(server.id.text))]),
                token: token
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["success"] == true)
            #expect(answer.json["error"] == .null)
            #expect(answer.json["server_name"] == "Sandbox panel 2")
            #expect(answer.json["server_url"] == .string(app.simulators.panels[1].host.baseURL))
            #expect(answer.json["username"] == "customer1")
            let account = try #require(Self.remoteAccounts(app).first)
            #expect(answer.json["nextpanel_user_id"] == account["id"])
            #expect(account["full_name"] == "John Doe")
            #expect(account["package_id"] == 1)
            #expect(account["is_admin"] == false)
            let id = try #require(answer.json["account_id"]?.string)
            #expect(
                try await app.history("acc", id).map(\.action)
                    == ["hosting_account.provision", "hosting_account.activate"]
            )
            let shown = try await app.api.get("/api/v1/nextpanel/accounts/\(id)", token: token)
            #expect(shown.json["status"] == "active")
            #expect(!shown.text.contains("password"))
            #expect(try await app.servers()[1].currentAccounts == 1)
        }
    }

    @Test(arguments: [
        FaultMode.refuse, .timeoutBefore, .timeoutAfter, .internalError, .rateLimit, .garbage,
        .slow,
    ])
    func `a panel that fails once ends with one account`(mode: FaultMode) async throws {
        try await TestApp.run { app in
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST /api/v1/billing/accounts$", mode))
            }
            let answer = try await app.api.post(
                Self.path,
                json: try await Self.body(app),
                token: try await app.token(of: "admin")
            )
            #expect(answer.json["success"] == true, "\(answer.text)")
            let accounts = Self.remoteAccounts(app)
            #expect(accounts.count == 1)
            #expect(accounts.first?["id"] == answer.json["nextpanel_user_id"])
            #expect(accounts.first?["billing_id"] == answer.json["account_id"])
            #expect(try await Self.roomTaken(app) == 1)
        }
    }

    @Test func `a panel's refusal is told and takes no room`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "admin")
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST /api/v1/billing/accounts$", .reject))
            }
            let body = try await Self.body(app)
            let answer = try await app.api.post(Self.path, json: body, token: token)
            #expect(answer.status == 200)
            #expect(answer.json["success"] == false)
            #expect(answer.json["error"]?.string?.hasPrefix("Failed to create account: ") == true)
            #expect(answer.json["nextpanel_user_id"] == .null)
            #expect(try await Self.roomTaken(app) == 0)
            let id = try #require(answer.json["account_id"]?.string)
            #expect(try await app.history("acc", id).last?.action == "hosting_account.refuse")
            for panel in app.simulators.panels { panel.host.faults.clear() }
            let again = try await app.api.post(Self.path, json: body, token: token)
            #expect(again.json["success"] == true)
        }
    }

    @Test func `asking twice for an account makes one`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "admin")
            let body = try await Self.body(app, [("password", "SecurePass123!")])
            let key = ["Idempotency-Key": "provision-1"]
            let first = try await app.api.post(Self.path, json: body, token: token, headers: key)
            let replay = try await app.api.post(Self.path, json: body, token: token, headers: key)
            #expect(replay.headers["Idempotent-Replayed"] == "true")
            #expect(replay.json == first.json)
            let again = try await app.api.post(Self.path, json: body, token: token)
            #expect(again.json["account_id"] == first.json["account_id"])
            #expect(Self.remoteAccounts(app).count == 1)
            #expect(!first.text.contains("SecurePass123!"))
            let other = body.setting("email", "another@example.org")
            let clash = try await app.api.post(Self.path, json: other, token: token)
            #expect(clash.code == "username_in_use")
        }
    }

    @Test func `ten at once who want the same account get one`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "admin")
            let body = try await Self.body(app)
            let accounts = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await app.api.post(Self.path, json: body, token: token)
                            .json["account_id"]?.string
                    }
                }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(accounts.count == 1)
            #expect(Self.remoteAccounts(app).count == 1)
        }
    }

    @Test func `all that is wrong with a wish is told at once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let answer = try await app.api.post(
                Self.path,
                json: [
                    "customer_id": "123", "username": "Bad Name", "email": 7, "password": "short",
                    "package_id": -1, "server_id": "srv_1", "account_type": "emperor",
                    "is_admin": "yes", "quota": 1,
                ],
                token: token
            )
            #expect(answer.status == 422)
            #expect(
                answer.fieldCodes == [
                    "customer_id": "bad_format", "username": "bad_format", "email": "wrong_type",
                    "password": "too_short", "package_id": "out_of_range",
                    "server_id": "bad_format", "account_type": "unknown_value",
                    "is_admin": "wrong_type", "quota": "unknown_field",
                ]
            )
            #expect(!answer.text.contains("\"short\""), "what was typed is not repeated")
            let ids = app.services.ids
            let unknown = try await app.api.post(
                Self.path,
                json: try await Self.body(
                    app,
                    [
                        ("customer_id", .string(ID<Customer>(ids.next()).text)),
                        ("server_id", .string(ID<Server>(ids.next()).text)),
                        ("order_id", .string(ID<Order>(ids.next()).text)),
                    ]
                ),
                token: token
            )
            #expect(
                unknown.fieldCodes == [
                    "customer_id": "unknown_customer", "server_id": "unknown_server",
                    "order_id": "unknown_order",
                ]
            )
            let contradiction = try await app.api.post(
                Self.path,
                json: try await Self.body(app, [("is_admin", true), ("account_type", "panel")]),
                token: token
            )
            #expect(contradiction.fieldCodes == ["account_type": "contradiction"])
        }
    }

    @Test(
        arguments: [
            ([("is_admin", true)], "reseller"), ([("account_type", "reseller")], "reseller"),
            ([("account_type", "master-reseller")], "master-reseller"),
            ([("is_admin", false)], "panel"),
        ] as [([(String, JSON)], String)]
    )
    func `the type says whether an account administers`(
        fields: [(String, JSON)],
        type: String
    ) async throws {
        try await TestApp.run { app in
            let answer = try await app.api.post(
                Self.path,
                json: try await Self.body(app, fields),
                token: try await app.token(of: "admin")
            )
            #expect(answer.json["success"] == true, "\(answer.text)")
            let account = try #require(Self.remoteAccounts(app).first)
            #expect(account["metadata"]?["account_type"] == .string(type))
            #expect(account["is_admin"] == .bool(type != "panel"))
        }
    }

    @Test func `no account is made where there is no room`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            for index in 0..<3 { try await app.changeServer(index, ["is_active": false]) }
            let answer = try await app.api.post(
                Self.path,
                json: try await Self.body(app),
                token: try await app.token(of: "admin")
            )
            #expect(answer.status == 409)
            #expect(answer.code == "no_server_available")
            #expect(try await Self.roomTaken(app) == 0)
        }
    }

    @Test func `an account of an order needs that it is paid`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "admin")
            let person = try await app.logIn("customer")
            let placed = try await app.placeOrder(by: person)
            let id = try #require(placed["id"])
            let body = try await Self.body(app, [("order_id", id)])
            let early = try await app.api.post(Self.path, json: body, token: token)
            #expect(early.code == "order_not_paid")
            let order = try await app.buy(by: person)
            let late = body.setting("order_id", try #require(order["id"]))
            let answer = try await app.api.post(Self.path, json: late, token: token)
            #expect(answer.code == "order_has_accounts")
        }
    }

    @Test func `an account of an order that got stuck is made by the order's own job`()
        async throws
    {
        try await TestApp.run { app in
            let create = "POST /api/v1/billing/accounts$"
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault(create, .reject, times: 1_000))
            }
            let person = try await app.logIn("customer")
            let placed = try await app.placeOrder(by: person)
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(id, by: person))
            _ = try await app.order(id, by: person, reaching: "attention")
            for panel in app.simulators.panels {
                panel.host.faults.clear()
                panel.host.faults.add(Fault(create, .slow))
            }
            let server = try await app.servers()[1]
            let answer = try await app.api.post(
                Self.path,
                json: try await Self.body(
                    app,
                    [("order_id", .string(id)), ("server_id", .string(server.id.text))]
                ),
                token: try await app.token(of: "admin")
            )
            #expect(answer.json["success"] == true, "\(answer.text)")
            #expect(answer.json["username"] == "customer1")
            _ = try await app.order(id, by: person, reaching: "completed")
            #expect(Self.remoteAccounts(app).count == 1)
            #expect(try await app.count("SELECT 1 FROM jobs WHERE kind LIKE 'hosting.prov%'") == 0)
            #expect(try await Self.roomTaken(app) == 1)
        }
    }

    @Test func `an account is stopped, goes on, is counted and is deleted`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "billing")
            let admin = try await app.token(of: "admin")
            let made = try await app.api.post(
                Self.path,
                json: try await Self.body(app),
                token: admin
            )
            let id = try #require(made.json["account_id"]?.string)
            let path = "/api/v1/nextpanel/accounts/\(id)"
            let stopped = try await app.api.post(
                path + "/suspend",
                json: ["reason": "Payment overdue"],
                token: token
            )
            #expect(stopped.json["status"] == "suspended", "\(stopped.text)")
            #expect(Self.remoteAccounts(app)[0]["suspension_reason"] == "Payment overdue")
            #expect(
                try await app.api.get(path, token: token).json["suspended_reason"]
                    == "Payment overdue"
            )
            let statistics = try await app.api.get(path + "/stats", token: token)
            #expect(statistics.json["username"] == "customer1")
            #expect(statistics.json["total_databases"] == 0)
            #expect(statistics.json["account_age_days"] == 0)
            let goesOn = try await app.api.post(path + "/unsuspend", token: token)
            #expect(goesOn.json["status"] == "active")
            #expect(Self.remoteAccounts(app)[0]["status"] == "active")
            #expect(try await app.api.post(path + "/suspend", token: token).status == 200)
            #expect(try await app.api.delete(path, token: token).status == 403)
            let deleted = try await app.api.delete(path, token: admin)
            #expect(deleted.json["status"] == "terminated")
            #expect(Self.remoteAccounts(app).isEmpty)
            #expect(try await Self.roomTaken(app) == 0)
            #expect(try await app.api.delete(path, token: admin).code == "account_not_there")
            #expect(
                try await app.history("acc", id).map(\.action).suffix(4) == [
                    "hosting_account.suspend", "hosting_account.unsuspend",
                    "hosting_account.suspend", "hosting_account.delete",
                ]
            )
        }
    }

    @Test func `accounts are listed by server, customer and state`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "support")
            let servers = try await app.servers()
            try await app.fill(servers[0].id, 3)
            try await app.fill(servers[1].id, 2)
            let path = "/api/v1/nextpanel/accounts"
            func count(_ query: String) async throws -> Int {
                try await app.api.get(path + query, token: token).json.list.count
            }
            #expect(try await count("") == 5)
            #expect(try await count("?server_id=\(servers[0].id)") == 3)
            #expect(try await count("?status=active") == 0)
            #expect(try await count("?customer_id=\(try await app.demoCustomer)&limit=2") == 2)
            let wrong = try await app.api.get(path + "?status=gone&server_id=1", token: token)
            #expect(wrong.fieldCodes == ["status": "unknown_value", "server_id": "bad_format"])
        }
    }

    @Test func `staff look, billing stops, administrators make and delete`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let account = try await app.fill(try await app.servers()[0].id, 1)[0]
            let path = "/api/v1/nextpanel/accounts/\(account.id)"
            #expect(
                try await app.statuses("GET", "/api/v1/nextpanel/accounts")
                    == [401, 403, 200, 200, 200]
            )
            #expect(try await app.statuses("GET", path) == [401, 403, 200, 200, 200])
            #expect(try await app.statuses("GET", path + "/stats") == [401, 403, 409, 409, 409])
            #expect(
                try await app.statuses("POST", path + "/suspend", json: [:])
                    == [401, 403, 403, 409, 409]
            )
            #expect(
                try await app.statuses("POST", path + "/unsuspend")
                    == [401, 403, 403, 409, 409]
            )
            #expect(try await app.statuses("DELETE", path) == [401, 403, 403, 403, 409])
            #expect(
                try await app.statuses("POST", Self.path, json: [:]) == [401, 403, 403, 403, 422]
            )
        }
    }
}
