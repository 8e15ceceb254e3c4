import Core
import Foundation
import Postgres
import Testing
import Web
import Wire

@testable import App

@Suite struct OverviewTests {
    @Test func `the numbers of the day count what was sold`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let support = try await app.token(of: "support")
            let path = "/api/v1/admin/stats"
            let before = try await app.api.get(path, token: support).json
            #expect(before["revenue_30_days"] == ["amount": 0, "currency": "USD"])
            _ = try await app.buy(by: person)
            _ = try await app.placeOrder(by: person)
            let after = try await app.api.get(path, token: support).json
            #expect(after["customers"] == 2, "the demo customer and this one")
            #expect(after["revenue_30_days"] == ["amount": 2900, "currency": "USD"])
            #expect(after["orders"]?["completed"] == 1)
            #expect(after["orders"]?["pending"] == 1)
            #expect(after["orders"]?["cancelled"] == 0)
            #expect(after["jobs"]?["dead"] == 0)
            #expect(after["hosting_accounts"] == 1)
            #expect(after["licenses"] == 1)
            #expect(try await app.statuses("GET", path) == [401, 403, 200, 200, 200])
        }
    }

    @Test func `staff find customers by a part of their name or address`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register(email: "ann.needle@example.org")
            let token = try await app.token(of: "support")
            let path = "/api/v1/admin/customers"
            #expect(try await app.api.get(path, token: token).json.list.count == 2)
            let found = try await app.api.get(path + "?q=NEEDLE", token: token).json.list
            #expect(found.map { $0["email"]?.string } == [person.email])
            #expect(try await app.api.get(path + "?q=%25", token: token).json.list.isEmpty)
            let one = "\(path)/\(try #require(found[0]["id"]?.string))"
            #expect(try await app.api.get(one, token: token).json == found[0])
            #expect(try await app.statuses("GET", path) == [401, 403, 200, 200, 200])
            #expect(try await app.statuses("GET", one) == [401, 403, 200, 200, 200])
        }
    }

    @Test func `the reference describes every route of the API`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.get("/openapi.json")
            #expect(answer.status == 200)
            #expect(answer.json["openapi"] == "3.1.0")
            let described = try APIRouter.make(app.services).routes
                .filter { $0.pattern.hasPrefix("/api/") }
            #expect(described.count > 50)
            for route in described {
                let operation = answer.json["paths"]?[route.template]?[
                    route.method.rawValue.lowercased()
                ]
                #expect(operation != nil, "\(route.method.rawValue) \(route.template)")
            }
        }
    }
}
