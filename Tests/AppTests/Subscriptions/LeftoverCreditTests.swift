import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// What is left over when more is given back than charged.
@Suite struct LeftoverCreditTests {
    @Test func `a downgrade at once leaves credit, which pays what comes`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, plan: "professional")
            _ = try await app.savedCard(of: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let path = "/api/v1/subscriptions/\(id)"
            try await app.pass(days: 10)
            let fresh = try await app.logInAgain(ann)
            let wish: JSON = ["plan_id": .string(try await app.plan("starter")), "when": "now"]
            let shown = try await app.api.post("\(path)/preview", json: wish, token: fresh.token)
            let previewed = try #require(shown.json["total"]?["amount"]?.integer)
            #expect(previewed < 0, "\(shown.text)")
            let changed = try await app.api.put(path, json: wish, token: fresh.token)
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed.json["plan_name"] == "Starter")
            let credits = try await app.api.get("/api/v1/credits", token: fresh.token).json.list
            #expect(credits.map { $0["source"]?.string } == ["carried"])
            let left = try #require(credits[0]["amount"]?["amount"]?.integer)
            #expect(abs(left + previewed) <= 2)
            #expect(try await app.balance("customer_credit") == -left)
            try await app.pass(days: 31)
            _ = try await app.invoices(of: ann, count: 3)
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [9_900])
            #expect(try await app.freeCredit(of: ann) == left - 2_900)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a customer who leaves at once forfeits what is not used`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let path = "/api/v1/subscriptions/\(id)/cancel"
            let chosen = try await app.api.post(
                path,
                json: ["at_period_end": false, "unused": "credited"],
                token: ann.token
            )
            #expect(chosen.status == 422 && chosen.fieldCodes == ["unused": "staff_only"])
            let left = try await app.api.post(
                path,
                json: ["at_period_end": false],
                token: ann.token
            )
            #expect(left.json["status"] == "cancelled", "\(left.text)")
            #expect(try await app.count("SELECT 1 FROM credits") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is not used becomes credit where that is set`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let set = try await app.api.put(
                "/api/v1/admin/settings",
                json: ["credits_unused_time": true],
                token: try await app.token(of: "admin")
            )
            #expect(set.json["credits_unused_time"] == true, "\(set.text)")
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let left = try await app.api.post(
                "/api/v1/subscriptions/\(id)/cancel",
                json: ["at_period_end": false],
                token: ann.token
            )
            #expect(left.json["status"] == "cancelled", "\(left.text)")
            let free = try await app.freeCredit(of: ann)
            #expect((2_890...2_900).contains(free))
            try await app.requireCleanBooks()
        }
    }

    @Test func `staff choose what becomes of what is not used`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let left = try await app.api.post(
                "/api/v1/subscriptions/\(id)/cancel",
                json: ["at_period_end": false, "unused": "credited"],
                token: try await app.token(of: "billing")
            )
            #expect(left.json["status"] == "cancelled", "\(left.text)")
            #expect(try await app.freeCredit(of: ann) > 2_800)
            try await app.requireCleanBooks()
        }
    }

    @Test func `nothing is given back of a bill while it is being paid`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, plan: "professional")
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            try await app.webhooksAreDealtWith()
            // Nobody is to learn meanwhile that it is paid already.
            let faults = app.simulators.stripe.host.faults
            faults.add(Fault("GET /v1/*", .internalError, times: 10_000))
            try await app.run("UPDATE payments SET status = 'processing', settled_at = NULL")
            let wish: JSON = ["plan_id": .string(try await app.plan("starter")), "when": "now"]
            let refused = try await app.api.put(
                "/api/v1/subscriptions/\(id)",
                json: wish,
                token: ann.token
            )
            #expect(refused.status == 409 && refused.code == "payment_under_way", "\(refused.text)")
            try await app.run("UPDATE payments SET status = 'succeeded', settled_at = now()")
            faults.clear()
            try await app.requireCleanBooks()
        }
    }
}
