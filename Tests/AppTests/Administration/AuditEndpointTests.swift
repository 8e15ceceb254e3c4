import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

@Suite struct AuditEndpointTests {
    private static let path = "/api/v1/admin/audit-log"

    @Test func `entries are found by object and action, page by page`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let plan = try await app.plan()
            for name in ["One", "Two", "Three"] {
                let change: JSON = ["name": .string(name)]
                _ = try await app.api.put("/api/v1/admin/plans/\(plan)", json: change, token: token)
            }
            let filter = "?object_type=pln&object_id=\(plan)&action=plan.change"
            let first = try await app.api.get("\(Self.path)\(filter)&limit=2", token: token).json
            #expect(first.list.map { $0["after"]?["name"] } == ["Three", "Two"])
            #expect(first.list[0]["before"]?["name"] == "Two")
            #expect(first.list[0]["actor"]?["label"] == "admin@example.com")
            #expect(first.list[0]["actor"]?["remote_address"] == "127.0.0.1")
            #expect(first.list[0]["actor"]?["request_id"]?.string != nil)
            let cursor = try #require(first["next_cursor"]?.string)
            let rest = try await app.api.get(
                "\(Self.path)\(filter)&limit=2&cursor=\(cursor)",
                token: token
            )
            #expect(rest.json.list.map { $0["after"]?["name"] } == ["One"])
            #expect(rest.json["has_more"] == false)
            let none = try await app.api.get(Self.path + "?action=plan.vanish", token: token)
            #expect(none.json.list.isEmpty)
            let broken = try await app.api.get(Self.path + "?cursor=abc", token: token)
            #expect(broken.fieldCodes == ["cursor": "bad_cursor"])
        }
    }

    @Test func `only administrators read the audit log`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let reading = try await app.statuses("GET", Self.path)
            #expect(reading == [401, 403, 403, 403, 200])
        }
    }
}
