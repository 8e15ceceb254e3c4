import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@Suite struct SubscriptionChangeTests {
    @Test func `an upgrade is charged at once for what is left of the period`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let before = try await app.subscription(of: ann)
            let path = "/api/v1/subscriptions/\(before["id"]?.string ?? "")"
            try await app.pass(days: 10)
            let ann2 = try await app.logInAgain(ann)
            let wish: JSON = ["plan_id": .string(try await app.plan("professional"))]
            let shown = try await app.api.post("\(path)/preview", json: wish, token: ann2.token)
            #expect(shown.status == 200, "\(shown.text)")
            let lines = shown.json["lines"]?.array
            let amounts = lines?.compactMap { $0["amount"]?["amount"]?.integer }
            #expect(amounts?.count == 2)
            #expect(amounts?.first.map { $0 < 0 } == true)
            #expect(try await app.count("SELECT 1 FROM invoices WHERE number IS NOT NULL") == 1)

            let changed = try await app.api.put(path, json: wish, token: ann2.token)
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed.json["plan_name"] == "Professional")
            let paid = try await app.invoices(of: ann, count: 2)
            let total = try #require(paid[0]["total"]?["amount"]?.integer)
            // A second or two lie between the preview and the change.
            let previewed = try #require(shown.json["total"]?["amount"]?.integer)
            #expect(abs(total - previewed) <= 2)
            #expect(try await app.balance("receivable") == 0)
            let quota = "SELECT 1 FROM licenses WHERE max_accounts = 5"
            #expect(try await app.count("\(unsafeRaw: quota)") == 1)

            try await app.pass(days: 31)
            let next = try await app.invoices(of: ann, count: 3)
            #expect(next[0]["total"]?["amount"] == 9_900)
            try await app.requireCleanBooks()
        }
    }

    @Test func `twice a plan may be used twice as much`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let path = "/api/v1/subscriptions/\(id)"
            let wish: JSON = ["quantity": 2]
            let changed = try await app.api.put(path, json: wish, token: ann.token)
            #expect(changed.json["quantity"] == 2, "\(changed.text)")
            let quota = "SELECT 1 FROM licenses WHERE max_accounts = 2 AND max_domains = 6"
            #expect(try await app.count("\(unsafeRaw: quota)") == 1)
            let again = try await app.api.put(path, json: wish, token: ann.token)
            #expect(again.json["code"] == "nothing_changes", "\(again.text)")
            let most: JSON = ["quantity": 1_000_000]
            #expect(try await app.api.put(path, json: most, token: ann.token).status == 422)
            _ = try await app.invoices(of: ann, count: 2)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a year that is billed ahead is taken back when it is cancelled`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let path = "/api/v1/subscriptions/\(id)"
            let yearly = try await app.api.put(
                path,
                json: ["billing_cycle": "yearly"],
                token: ann.token
            )
            #expect(yearly.json["billing_cycle"] == "yearly", "\(yearly.text)")
            _ = try await app.invoices(of: ann, count: 2)
            try await app.pass(days: 363)
            _ = try await app.invoices(of: ann, count: 1, status: "open")
            let fresh = try await app.logInAgain(ann)
            let ending = try await app.api.post("\(path)/cancel", json: [:], token: fresh.token)
            #expect(ending.status == 200, "\(ending.text)")
            // What is taken back pays for what was asked ahead, and nothing is left over.
            let all = try await app.invoices(of: ann, count: 4)
            #expect(all[0]["total"]?["amount"] == 0)
            #expect(all[1]["credit_applied"] == all[1]["total"])
            #expect(try await app.balance("customer_credit") == 0)
            #expect(try await app.balance("receivable") == 0)
            try await app.pass(days: 5)
            _ = try await app.subscription(of: ann, reaching: "cancelled")
            #expect(app.simulators.stripe.paidCharges.count == 2)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a downgrade waits for the period's end, and can be withdrawn`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, plan: "professional")
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let path = "/api/v1/subscriptions/\(id)"
            let wish: JSON = ["plan_id": .string(try await app.plan("starter"))]
            let changed = try await app.api.put(path, json: wish, token: ann.token)
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed.json["plan_name"] == "Professional")
            #expect(changed.json["next"]?["plan_name"] == "Starter")
            let atOnce = try await app.api.put(
                path,
                json: wish.setting("when", "now"),
                token: ann.token
            )
            // It waits already, so at once it is a change of the change.
            #expect(atOnce.status == 409 && atOnce.code == "nothing_changes", "\(atOnce.text)")
            _ = try await app.savedCard(of: ann)
            try await app.pass(days: 31)
            let paid = try await app.invoices(of: ann, count: 2)
            #expect(paid[0]["total"]?["amount"] == 2_900)
            let now = try await app.subscription(of: try await app.logInAgain(ann))
            #expect(now["plan_name"] == "Starter")
            #expect(now["next"] == .null)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is cancelled goes on to the period's end and is not billed`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let path = "/api/v1/subscriptions/\(id)"
            let ending = try await app.api.post("\(path)/cancel", json: [:], token: ann.token)
            #expect(ending.status == 200, "\(ending.text)")
            #expect(ending.json["cancel_at_period_end"] == true)
            #expect(ending.json["status"] == "active")
            let stays = try await app.api.post("\(path)/reactivate", json: [:], token: ann.token)
            #expect(stays.json["ends_at"] == .null)
            _ = try await app.api.post("\(path)/cancel", json: [:], token: ann.token)
            try await app.pass(days: 32)
            _ = try await app.subscription(of: ann, reaching: "cancelled")
            #expect(try await app.count("SELECT 1 FROM invoices WHERE number IS NOT NULL") == 1)
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'cancelled'") == 1)
            _ = try await eventually("a stopped account") {
                let stopped = "SELECT 1 FROM hosting_accounts WHERE status = 'suspended'"
                return try await app.count("\(unsafeRaw: stopped)") == 1 ? true : nil
            }
            try await app.requireCleanBooks()
        }
    }

    @Test func `what an instance changes whose clock is behind comes after what was before`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let path = "/api/v1/subscriptions/\(id)"
            let behind = try await app.another()
            app.services.clock.advance(seconds: 60)
            let ending = try await app.api.post("\(path)/cancel", json: [:], token: ann.token)
            #expect(ending.status == 200, "\(ending.text)")
            let stays = try await behind.api.post(
                "\(path)/reactivate",
                json: [:],
                token: ann.token
            )
            #expect(stays.status == 200 && stays.json["ends_at"] == .null, "\(stays.text)")
            let over = try await behind.api.post(
                "\(path)/cancel",
                json: ["at_period_end": false],
                token: ann.token
            )
            #expect(over.json["status"] == "cancelled", "\(over.text)")
            await behind.stopInstance()
            try await app.requireCleanBooks()
        }
    }

    @Test func `an ended subscription can be taken up again`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let path = "/api/v1/subscriptions/\(id)"
            let over = try await app.api.post(
                "\(path)/cancel",
                json: ["at_period_end": false],
                token: ann.token
            )
            #expect(over.json["status"] == "cancelled", "\(over.text)")
            let back = try await app.api.post("\(path)/reactivate", json: [:], token: ann.token)
            #expect(back.json["status"] == "active", "\(back.text)")
            _ = try await app.invoices(of: ann, count: 2)
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 1)
            _ = try await eventually("a running account") {
                let running = "SELECT 1 FROM hosting_accounts WHERE status = 'active'"
                return try await app.count("\(unsafeRaw: running)") == 1 ? true : nil
            }
            try await app.requireCleanBooks()
        }
    }
}
