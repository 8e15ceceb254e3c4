import App
import Core
import Foundation
import Postgres
import Testing
import Wire

@Suite struct DunningPolicyTests {
    @Test func `each plan has its own grace, and the default is what was before`() async throws {
        try await TestApp.run { app in
            let admin = try await app.token(of: "admin")
            let plans = try await app.api.get("/api/v1/plans", token: admin).json.list
            let starter = try #require(plans.first { $0["slug"] == "starter" }?["id"])
            let policies = try await app.api.get("/api/v1/admin/dunning-policies", token: admin)
            #expect(policies.json.list.count == 1)
            #expect(policies.json.list[0]["is_default"] == true)
            #expect(policies.json.list[0]["suspension_day"] == 14)
            let made = try await app.api.post(
                "/api/v1/admin/dunning-policies",
                json: [
                    "name": "Quick", "retry_days": [], "reminder_days": [1], "suspension_day": 2,
                    "plan_ids": [starter],
                ],
                token: admin
            )
            try #require(made.status == 201, "\(made.text)")
            #expect(made.json["plan_ids"] == [starter])

            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let card = try #require(try await app.savedCard(of: ann)["id"]?.string)
            _ = try await app.api.delete("/api/v1/payment-methods/\(card)", token: ann.token)
            try await app.pass(days: 31)
            _ = try await app.subscription(of: ann, reaching: "past_due")
            try await app.pass(days: 2)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "suspended")
            try await app.requireCleanBooks()
        }
    }

    @Test func `whoever is exempt is reminded and nothing else`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let customer = try #require(
                try await app.subscription(of: ann)["customer_id"]?.string
            )
            let card = try #require(try await app.savedCard(of: ann)["id"]?.string)
            _ = try await app.api.delete("/api/v1/payment-methods/\(card)", token: ann.token)
            let path = "/api/v1/admin/customers/\(customer)/dunning-exemption"
            #expect(
                try await app.statuses("PUT", path, json: ["exempt": true])
                    == [401, 403, 403, 200, 200]
            )
            try await app.pass(days: 31)
            _ = try await app.subscription(of: ann, reaching: "past_due")
            for _ in 1...8 {
                try await app.pass(days: 10)
                try await app.settleDunning()
            }
            #expect(try await app.count("SELECT 1 FROM dunning_steps WHERE action = 'remind'") > 0)
            #expect(
                try await app.count("SELECT 1 FROM dunning_steps WHERE action <> 'remind'") == 0
            )
            let history = try await app.history("cus", customer)
            #expect(history.count { $0.action == "customer.dunning_exemption" } == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a policy that makes no sense is refused, and the default stays`() async throws {
        try await TestApp.run { app in
            let admin = try await app.token(of: "admin")
            let path = "/api/v1/admin/dunning-policies"
            func refusal(_ changes: [JSON.Member]) async throws -> JSON? {
                let base: [JSON.Member] = [.init("name", "Odd"), .init("reminder_days", [3])]
                let body = JSON.object(base + changes)
                let answer = try await app.api.post(path, json: body, token: admin)
                #expect(answer.status == 422, "\(answer.text)")
                return answer.json["errors"]?[0]?["field"]
            }
            let backwards = [JSON.Member("retry_days", [3, 1])]
            #expect(try await refusal(backwards) == "retry_days")
            let late = [JSON.Member("retry_days", [400])]
            #expect(try await refusal(late) == "retry_days")
            let once = [JSON.Member("retry_days", [1]), .init("notice_day", 3)]
            #expect(try await refusal(once) == "termination_day")
            #expect(
                try await refusal(once + [.init("termination_day", 9)]) == "termination_day"
            )
            let all = try await app.api.get(path, token: admin).json.list
            let id = try #require(all[0]["id"]?.string)
            let removed = try await app.api.delete("\(path)/\(id)", token: admin)
            #expect(removed.json["code"] == "policy_is_default")
            #expect(all.count == 1)
        }
    }
}
