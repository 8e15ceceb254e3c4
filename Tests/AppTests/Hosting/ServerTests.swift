import Core
import Cryptography
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

@Suite struct ServerTests {
    private static let path = "/api/v1/nextpanel/servers"

    /// A fourth panel, beside the three of the sandbox.
    private static func withPanel(
        _ body: @concurrent @Sendable (TestApp, NextPanelSimulator) async throws -> Void
    ) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let panel = try NextPanelSimulator(number: 4).start()
            defer { Task { await panel.stop() } }
            try await body(app, panel)
        }
    }

    private static func newServer(
        _ panel: NextPanelSimulator,
        _ more: [(String, JSON)] = []
    ) -> JSON {
        more.reduce(
            [
                "name": "Panel 4", "base_url": .string(panel.host.baseURL + "/"),
                "api_key": .string(panel.apiKey), "api_secret": .string(panel.apiSecret),
                "location": "US-East", "tags": ["primary", "managed"],
            ]
        ) { $0.setting($1.0, $1.1) }
    }

    @Test func `a server that answers is added and its secrets stay inside`() async throws {
        try await Self.withPanel { app, panel in
            let token = try await app.token(of: "admin")
            let answer = try await app.api.post(
                Self.path,
                json: Self.newServer(panel),
                token: token
            )
            #expect(answer.status == 201, "\(answer.text)")
            let id = try #require(answer.json["server_id"]?.string)
            #expect(answer.json["name"] == "Panel 4")
            #expect(answer.json["url"] == .string(panel.host.baseURL))
            let shown = try await app.api.get("\(Self.path)/\(id)", token: token)
            #expect(shown.json["capacity"] == 100)
            #expect(shown.json["is_online"] == true)
            #expect(shown.json["available_slots"] == 100)
            #expect(shown.json["utilization_percent"] == .number(0))
            #expect(shown.json["tags"] == ["primary", "managed"])
            let list = try await app.api.get(Self.path, token: token)
            #expect(list.json.list.contains(shown.json))
            let log = try await app.api.get("/api/v1/admin/audit-log", token: token)
            #expect(try await app.history("srv", id).map(\.action) == ["server.create"])
            for text in [answer.text, shown.text, list.text, log.text] {
                #expect(!text.contains(panel.apiSecret) && !text.contains(panel.apiKey))
            }
            let sealed = try await app.services.database.transaction(for: .system) { session in
                try session.one("SELECT api_secret_sealed FROM servers WHERE name = 'Panel 4'") {
                    try $0.get("api_secret_sealed", as: String.self)
                }
            }
            #expect(!sealed.contains(panel.apiSecret))
        }
    }

    @Test func `a name and an address belong to one server`() async throws {
        try await Self.withPanel { app, panel in
            let token = try await app.token(of: "admin")
            let first = Self.newServer(panel)
            #expect(try await app.api.post(Self.path, json: first, token: token).status == 201)
            for change in [("name", "Another"), ("base_url", "http://127.0.0.1:1")]
                as [(String, JSON)]
            {
                let again = Self.newServer(panel, [change])
                let answer = try await app.api.post(Self.path, json: again, token: token)
                #expect(answer.status == 409)
                #expect(answer.code == "server_exists")
            }
        }
    }

    @Test func `a server that does not answer is not added`() async throws {
        try await Self.withPanel { app, panel in
            let token = try await app.token(of: "admin")
            for (field, value) in [
                ("base_url", "http://127.0.0.1:1"), ("api_secret", "nps_wrong"),
            ] as [(String, JSON)] {
                let answer = try await app.api.post(
                    Self.path,
                    json: Self.newServer(panel, [(field, value)]),
                    token: token
                )
                #expect(answer.status == 422)
                #expect(answer.code == "server_unreachable")
            }
            #expect(try await app.servers().count == 3)
        }
    }

    @Test func `a server that does not accept the keys is neither added nor changed`() async throws
    {
        try await Self.withPanel { app, panel in
            let token = try await app.token(of: "admin")
            let list = Fault("GET /api/v1/billing/accounts$", .reject)
            panel.host.faults.add(list)
            let added = try await app.api.post(
                Self.path,
                json: Self.newServer(panel),
                token: token
            )
            #expect(added.status == 422 && added.code == "server_refuses_keys", "\(added.text)")
            let server = try await app.servers()[0]
            app.simulators.panels[0].host.faults.add(list)
            let changed = try await app.api.put(
                "\(Self.path)/\(server.id)",
                json: ["api_secret": .string(app.simulators.panels[0].apiSecret)],
                token: token
            )
            #expect(changed.code == "server_refuses_keys", "\(changed.text)")
            app.simulators.panels[1].host.faults.add(list)
            let status = try await app.api.get("\(Self.path)/status", token: token)
            #expect(status.json.array?.map { $0["is_online"]?.bool } == [true, false, true])
            #expect(try await app.servers()[1].healthProblem?.contains("refuse this") == true)
        }
    }

    @Test func `changes of different fields at the same time are both kept`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let server = try await app.servers()[0]
            let path = "\(Self.path)/\(server.id)"
            let key = app.simulators.panels[0].apiKey + "_readonly"
            // Both have read the server before either can store it.
            let services = app.services
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    try await services.database.transaction(for: .system) { session in
                        _ = try session.lockServer(server.id)
                        Thread.sleep(forTimeInterval: 1)
                    }
                    return 200
                }
                try await Task.sleep(for: .milliseconds(200))
                for change in [["api_key": .string(key)], ["capacity": 77]] as [JSON] {
                    group.addTask {
                        try await app.api.put(path, json: change, token: token).status
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
            let stored = try await app.servers()[0]
            #expect(stored.capacity == 77)
            let opened = try services.keyring.openText(
                stored.keySealed,
                context: ServerRecord.keyContext(of: stored.id)
            )
            #expect(opened == key)
        }
    }

    @Test func `all that is wrong with a server is told at once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let answer = try await app.api.post(
                Self.path,
                json: [
                    "name": "", "api_key": "has space", "api_secret": 5, "capacity": -1,
                    "location": "a\nb", "is_online": true,
                ],
                token: token
            )
            #expect(answer.status == 422)
            #expect(
                answer.fieldCodes == [
                    "name": "too_short", "base_url": "required", "api_key": "bad_format",
                    "api_secret": "wrong_type", "capacity": "out_of_range",
                    "location": "bad_characters", "is_online": "unknown_field",
                ]
            )
            let metadata = try await app.api.post(
                Self.path,
                json: [
                    "name": "X", "base_url": "http://169.254.169.254", "api_key": "k",
                    "api_secret": "s",
                ],
                token: token
            )
            #expect(metadata.fieldCodes == ["base_url": "internal_address"])
        }
    }

    @Test func `a server is changed, but not below what it holds`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "admin")
            let server = try await app.servers()[0]
            try await app.fill(server.id, 3)
            let path = "\(Self.path)/\(server.id)"
            let small = try await app.api.put(path, json: ["capacity": 2], token: token)
            #expect(small.fieldCodes == ["capacity": "capacity_below_accounts"])
            let answer = try await app.api.put(
                path,
                json: ["capacity": 3, "name": "Full", "location": nil, "is_active": false],
                token: token
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["available_slots"] == 0)
            #expect(answer.json["utilization_percent"] == .number(100))
            #expect(answer.json["location"] == .null)
            #expect(answer.json["is_active"] == false)
            let entry = try #require(try await app.history("srv", server.id.text).last)
            #expect(entry.before?["capacity"] == 100)
            #expect(entry.after?["capacity"] == 3)
            let secret = try await app.api.put(path, json: ["api_secret": "wrong"], token: token)
            #expect(secret.code == "server_unreachable")
        }
    }

    @Test func `a server is removed when it is empty, and may come back`() async throws {
        try await Self.withPanel { app, panel in
            let token = try await app.token(of: "admin")
            let body = Self.newServer(panel)
            let added = try await app.api.post(Self.path, json: body, token: token)
            let text = try #require(added.json["server_id"]?.string)
            let id = try #require(ID<Server>(text))
            let account = try await app.fill(id, 1)[0]
            let refused = try await app.api.delete("\(Self.path)/\(id)", token: token)
            #expect(refused.code == "server_in_use")
            try await app.services.database.transaction(for: .system) { session in
                _ = try session.endAccount(account.id, as: .failed, now: account.createdAt)
            }
            #expect(try await app.api.delete("\(Self.path)/\(id)", token: token).status == 204)
            #expect(try await app.api.get("\(Self.path)/\(id)", token: token).status == 404)
            #expect(try await app.history("srv", text).last?.action == "server.remove")
            #expect(try await app.api.post(Self.path, json: body, token: token).status == 201)
        }
    }

    @Test func `the status is asked of all servers right then`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "support")
            app.simulators.panels[1].host.faults.add(Fault("GET /api/health", .internalError))
            let answer = try await app.api.get("\(Self.path)/status", token: token)
            let servers = try #require(answer.json.array)
            #expect(servers.map { $0["is_online"]?.bool } == [true, false, true])
            #expect(servers[0]["server_id"]?.string?.hasPrefix("srv_") == true)
            #expect(servers[0]["utilization"] == .number(0))
            #expect(try await app.servers().map(\.isHealthy) == [true, false, true])
            let again = try await app.api.get("\(Self.path)/status", token: token)
            #expect(again.json[1]?["is_online"] == true)
        }
    }

    @Test func `staff look at servers and administrators change them`() async throws {
        try await Self.withPanel { app, panel in
            let one = "\(Self.path)/\(try await app.servers()[2].id)"
            for path in [Self.path, Self.path + "/status", one] {
                #expect(try await app.statuses("GET", path) == [401, 403, 200, 200, 200])
            }
            let created = try await app.statuses("POST", Self.path, json: Self.newServer(panel))
            #expect(created == [401, 403, 403, 403, 201])
            let changed = try await app.statuses("PUT", one, json: ["capacity": 50])
            #expect(changed == [401, 403, 403, 403, 200])
            #expect(try await app.statuses("DELETE", one) == [401, 403, 403, 403, 204])
        }
    }
}
