import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

@Suite struct PlanTests {
    private static let list = "/api/v1/plans/"
    private static let change = "/api/v1/admin/plans"

    private static func newPlan(_ more: [(String, JSON)] = []) -> JSON {
        more.reduce(
            [
                "name": "Team Plus",
                "prices": [
                    [
                        "billing_cycle": "monthly",
                        "price": ["amount": 4900, "currency": "USD"],
                    ]
                ],
                "quotas": ["accounts": 2, "domains": nil, "databases": 9, "emails": 0],
            ]
        ) { $0.setting($1.0, $1.1) }
    }

    @Test func `everybody sees the plans, by id and by slug`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let plans = try await app.api.get(Self.list).json.list
            #expect(
                plans.map { $0["slug"]?.string } == ["starter", "professional", "enterprise"]
            )
            let starter = try #require(plans.first)
            #expect(starter["prices"]?[0]?["price"] == ["amount": 2900, "currency": "USD"])
            #expect(
                starter["quotas"] == ["accounts": 1, "domains": 3, "databases": 5, "emails": 10]
            )
            #expect(plans[2]["quotas"]?["emails"] == .null)
            let id = try #require(starter["id"]?.string)
            #expect(try await app.api.get("/api/v1/plans/\(id)").json == starter)
            #expect(try await app.api.get("/api/v1/plans/starter").json == starter)
            #expect(try await app.api.get("/api/v1/plans/nothing").status == 404)
        }
    }

    @Test func `the list of plans goes on where a page ended`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let first = try await app.api.get(Self.list + "?limit=2").json
            #expect(first["has_more"] == true)
            let cursor = try #require(first["next_cursor"]?.string)
            let second = try await app.api.get(Self.list + "?limit=2&cursor=\(cursor)").json
            #expect(second.list.map { $0["slug"]?.string } == ["enterprise"])
            #expect(second["has_more"] == false)
        }
    }

    @Test func `changes of different fields at the same time are both kept`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let id = try #require(ID<Plan>(try await app.plan()))
            let services = app.services
            // Both have begun before either can store the plan.
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    try await services.database.transaction(for: .system) { session in
                        _ = try session.lockPlan(id)
                        Thread.sleep(forTimeInterval: 1)
                    }
                    return 200
                }
                try await Task.sleep(for: .milliseconds(200))
                for change in [["name": "Beginner"], ["description": "To begin with"]] as [JSON] {
                    group.addTask {
                        let path = "\(Self.change)/\(id.text)"
                        return try await app.api.put(path, json: change, token: token).status
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
            let plan = try await Plans(services).show(id)
            #expect(plan.name == "Beginner")
            #expect(plan.description == "To begin with")
        }
    }

    @Test func `an administrator puts a plan up for sale`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let answer = try await app.api.post(Self.change, json: Self.newPlan(), token: token)
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.json["slug"] == "team-plus")
            #expect(answer.json["active"] == true)
            #expect(
                answer.json["quotas"]
                    == ["accounts": 2, "domains": nil, "databases": 9, "emails": 0]
            )
            let plans = try await app.api.get(Self.list).json.list
            #expect(plans.last == answer.json)
            let id = try #require(answer.json["id"]?.string)
            let history = try await app.history("pln", id)
            #expect(history.map(\.action) == ["plan.create"])
            #expect(history[0].after?["prices"]?["monthly"] == "49.00 USD")
            #expect(history[0].actorLabel == "admin@example.com")
        }
    }

    @Test func `all that is wrong with a plan is told at once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let answer = try await app.api.post(
                Self.change,
                json: [
                    "slug": "No Spaces", "name": "", "position": -1, "prices": [],
                    "quotas": ["accounts": -1, "domains": 99_999_999_999, "databases": "many"],
                    "surprise": 1,
                ],
                token: token
            )
            #expect(answer.status == 422)
            #expect(
                answer.fieldCodes == [
                    "slug": "bad_format", "name": "too_short", "position": "out_of_range",
                    "prices": "too_few", "quotas.accounts": "out_of_range",
                    "quotas.domains": "out_of_range", "quotas.databases": "wrong_type",
                    "quotas.emails": "required", "surprise": "unknown_field",
                ]
            )
        }
    }

    @Test func `a price is neither negative nor huge nor in a foreign currency`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            func price(_ cycle: JSON, _ amount: JSON, _ currency: JSON) -> JSON {
                ["billing_cycle": cycle, "price": ["amount": amount, "currency": currency]]
            }
            let answer = try await app.api.post(
                Self.change,
                json: Self.newPlan([
                    (
                        "prices",
                        [
                            price("monthly", -1, "EUR"), price("monthly", 100_000_000, "USD"),
                            price("monthly", 100, "USD"),
                        ]
                    )
                ]),
                token: token
            )
            #expect(
                answer.fieldCodes == [
                    "prices.0.price.amount": "out_of_range",
                    "prices.0.price.currency": "unknown_currency",
                    "prices.1.price.amount": "out_of_range",
                    "prices.2.billing_cycle": "duplicate",
                ]
            )
            let unknown = try await app.api.post(
                Self.change,
                json: Self.newPlan([("prices", [price("weekly", .number(1.5), "XXX")])]),
                token: token
            )
            #expect(
                unknown.fieldCodes == [
                    "prices.0.billing_cycle": "unknown_value",
                    "prices.0.price.amount": "wrong_type",
                ]
            )
        }
    }

    @Test func `a new price leaves alone what was sold`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let token = try await app.token(of: "admin")
            let plan = try await app.plan("starter")
            let old = try await app.placeOrder(by: person)
            let answer = try await app.api.put(
                "\(Self.change)/\(plan)",
                json: [
                    "prices": [
                        [
                            "billing_cycle": "monthly",
                            "price": ["amount": 3900, "currency": "USD"],
                        ]
                    ],
                    "quotas": ["accounts": 9, "domains": 9, "databases": 9, "emails": nil],
                ],
                token: token
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["prices"]?.array?.count == 1, "the yearly price is retired")
            #expect(answer.json["name"] == "Starter", "what is absent stays")

            let id = try #require(old["id"]?.string)
            let same = try await app.api.get("/api/v1/orders/\(id)", token: person.token).json
            #expect(same["total"] == ["amount": 2900, "currency": "USD"])
            let new = try await app.placeOrder(by: person)
            #expect(new["total"] == ["amount": 3900, "currency": "USD"])

            let kept = try await app.services.database.transaction(for: .system) { session in
                try session.all(
                    """
                    SELECT amount_minor, retired_at IS NULL AS is_current, max_accounts
                    FROM order_items JOIN prices ON prices.id = price_id
                    ORDER BY prices.created_at
                    """
                ) { row in
                    "\(try row.get("amount_minor", as: Int.self)) "
                        + "\(try row.get("is_current", as: Bool.self)) "
                        + "\(try row.get("max_accounts", as: Int.self))"
                }
            }
            #expect(kept == ["2900 false 1", "3900 true 9"])

            let entry = try #require(try await app.history("pln", plan).last)
            #expect(entry.action == "plan.change")
            #expect(entry.before?["prices"]?["monthly"] == "29.00 USD")
            #expect(entry.after?["prices"]?["monthly"] == "39.00 USD")
        }
    }

    @Test func `a retired plan is shown and no longer sold`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let token = try await app.token(of: "admin")
            let plan = try await app.plan("starter")
            #expect(try await app.api.delete("\(Self.change)/\(plan)", token: token).status == 204)
            #expect(try await app.api.delete("\(Self.change)/\(plan)", token: token).status == 204)
            #expect(try await app.api.get(Self.list).json.list.count == 2)
            #expect(try await app.api.get(Self.change, token: token).json.list.count == 3)
            #expect(try await app.api.get("/api/v1/plans/\(plan)").json["active"] == false)
            let order = try await app.api.post(
                "/api/v1/orders/",
                json: ["items": [["plan_id": .string(plan), "billing_cycle": "monthly"]]],
                token: person.token
            )
            #expect(order.fieldCodes == ["items.0.plan_id": "not_offered"])
            #expect(try await app.history("pln", plan).map(\.action) == ["plan.retire"])
        }
    }

    @Test func `two plans cannot have one slug`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let plan = Self.newPlan([("slug", "starter")])
            let answer = try await app.api.post(Self.change, json: plan, token: token)
            #expect(answer.status == 409)
            #expect(answer.code == "slug_taken")
            let other = try await app.plan("enterprise")
            let change = try await app.api.put(
                "\(Self.change)/\(other)",
                json: ["slug": "starter"],
                token: token
            )
            #expect(change.code == "slug_taken")
        }
    }

    @Test func `only administrators change plans`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let plan = "\(Self.change)/\(try await app.plan("enterprise"))"
            let create = try await app.statuses("POST", Self.change, json: Self.newPlan())
            #expect(create == [401, 403, 403, 403, 201])
            #expect(
                try await app.statuses("PUT", plan, json: ["package_id": 7])
                    == [401, 403, 403, 403, 200]
            )
            #expect(try await app.statuses("GET", Self.change) == [401, 403, 200, 200, 200])
            #expect(try await app.statuses("DELETE", plan) == [401, 403, 403, 403, 204])
        }
    }

    @Test func `a value that null takes away stays when it is absent`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let plan = "\(Self.change)/\(try await app.plan("starter"))"
            for (body, expected) in [
                (["package_id": 7], .integer(7)), (["name": "Begin"], .integer(7)),
                (["package_id": nil], .null),
            ] as [(JSON, JSON)] {
                let answer = try await app.api.put(plan, json: body, token: token)
                #expect(answer.json["package_id"] == expected)
            }
        }
    }
}
