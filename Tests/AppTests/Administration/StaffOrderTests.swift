import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

@Suite struct StaffOrderTests {
    private static func path(_ order: String, _ verb: String) -> String {
        "/api/v1/admin/orders/\(order)/\(verb)"
    }

    /// A paid order that finds no server with room.
    private static func makeStuckOrder(_ app: TestApp, by person: Person) async throws -> String {
        for index in 0..<3 { try await app.changeServer(index, ["is_active": false]) }
        let placed = try await app.placeOrder(by: person)
        let id = try #require(placed["id"]?.string)
        app.pay(try await app.openCheckout(id, by: person))
        _ = try await app.order(id, by: person, reaching: "attention")
        return id
    }

    @Test func `a stuck order goes on when its cause is gone`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let token = try await app.token(of: "billing")
            let id = try await Self.makeStuckOrder(app, by: person)
            for index in 0..<3 { try await app.changeServer(index, ["is_active": true]) }
            let answer = try await app.api.post(Self.path(id, "retry"), token: token)
            #expect(answer.status == 200, "\(answer.text)")
            _ = try await app.order(id, by: person, reaching: "completed")
            #expect(try await app.history("ord", id).map(\.action).contains("order.retry"))
            let again = try await app.api.post(Self.path(id, "retry"), token: token)
            #expect(again.code == "nothing_to_retry")
            let undo = try await app.api.post(Self.path(id, "undo"), token: token)
            #expect(undo.code == "order_not_undoable")
        }
    }

    @Test func `an order that cannot be delivered is undone and paid back`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let token = try await app.token(of: "billing")
            let id = try await Self.makeStuckOrder(app, by: person)
            let answer = try await app.api.post(Self.path(id, "undo"), token: token)
            #expect(answer.status == 200, "\(answer.text)")
            _ = try await app.order(id, by: person, reaching: "refunded")
            let numbers = try await app.api.get("/api/v1/admin/stats", token: token).json
            #expect(numbers["revenue_30_days"] == ["amount": 0, "currency": "USD"])
            #expect(numbers["orders"]?["refunded"] == 1)
        }
    }

    @Test func `only billing retries and undoes orders`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let placed = try await app.placeOrder(by: try await app.register())
            let id = try #require(placed["id"]?.string)
            for verb in ["retry", "undo"] {
                let statuses = try await app.statuses("POST", Self.path(id, verb))
                #expect(statuses == [401, 403, 403, 409, 409])
            }
        }
    }
}
