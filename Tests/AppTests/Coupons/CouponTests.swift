import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

@Suite struct CouponOrderTests {
    @Test func `a coupon takes its part off the order and its invoice`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.makeCoupon("Spring-10", ["percent_basis_points": 1_000])
            let bought = try await app.buy(by: ann, domain: "example.com", coupon: " spring-10 ")
            #expect(bought["coupon_code"] == "SPRING-10")
            let subtotal = try #require(bought["subtotal"]?["amount"]?.integer)
            let discount = try #require(bought["discount"]?["amount"]?.integer)
            #expect(discount == (subtotal + 5) / 10)
            let paid = try await app.invoices(of: ann, count: 1)
            let lines = paid[0]["lines"]?.array ?? []
            let parts = lines.compactMap { $0["discount"]?["amount"]?.integer }
            #expect(parts.count == 2 && parts.reduce(0, +) == discount)
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [subtotal - discount])
            try await app.requireCleanBooks()
        }
    }

    @Test func `an order that a coupon makes free is settled without the card processor`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.makeCoupon("FREE", ["percent_basis_points": 10_000])
            let placed = try await app.placeOrder(by: ann, coupon: "free")
            #expect(placed["total"]?["amount"] == 0)
            let id = try #require(placed["id"]?.string)
            _ = try await app.openCheckout(id, by: ann)
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.count("SELECT 1 FROM payments") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a coupon for some periods reduces as many bills and no more`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.makeCoupon(
                "HALF-2",
                ["percent_basis_points": 5_000, "duration": "periods", "periods": 2]
            )
            _ = try await app.buy(by: ann, coupon: "HALF-2")
            _ = try await app.savedCard(of: ann)
            for month in 2...3 {
                try await app.pass(days: 31)
                _ = try await app.invoices(of: ann, count: month)
            }
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [1_450, 1_450, 2_900])
            try await app.requireCleanBooks()
        }
    }

    @Test func `a subscription names its coupon, and how long it lasts`() async throws {
        try await TestApp.run { app in
            try await app.makeCoupon(
                "HALF",
                ["percent_basis_points": 5_000, "duration": "periods", "periods": 2]
            )
            let ann = try await app.register()
            _ = try await app.buy(by: ann, coupon: "half")
            _ = try await app.savedCard(of: ann)
            let found = try await app.subscription(of: ann)
            #expect(found["coupon"] == ["code": "HALF", "periods_left": 1])
            let id = try #require(found["id"]?.string)
            let staff = try await StaffBrowser("billing", app)
            let page = try await staff.get("/console/subscriptions/\(id)")
            #expect(page.text.contains("HALF, for 1 more period"))
            try await app.pass(days: 31)
            _ = try await app.invoices(of: ann, count: 2)
            let later = try await app.subscription(of: app.logInAgain(ann))
            #expect(later["coupon"] == .null)
        }
    }

    @Test func `periods that were missed are counted when they are billed at once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.makeCoupon(
                "HALF-2",
                ["percent_basis_points": 5_000, "duration": "periods", "periods": 2]
            )
            _ = try await app.buy(by: ann, coupon: "HALF-2")
            _ = try await app.savedCard(of: ann)
            try await app.pass(days: 95)
            let paid = try await app.invoices(of: ann, count: 2)
            let parts = (paid[0]["lines"]?.array ?? [])
                .compactMap { $0["discount"]?["amount"]?.integer }
            #expect(parts == [1_450, 0, 0])
            try await app.requireCleanBooks()
        }
    }

    @Test func `an amount for ever is taken off each bill once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let money: JSON = ["amount": 500, "currency": "USD"]
            try await app.makeCoupon("FIVE", ["amounts": [money], "duration": "forever"])
            _ = try await app.buy(by: ann, coupon: "FIVE")
            _ = try await app.savedCard(of: ann)
            try await app.pass(days: 31)
            _ = try await app.invoices(of: ann, count: 2)
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [2_400, 2_400])
            try await app.requireCleanBooks()
        }
    }

    @Test func `an amount is taken once off an invoice of several`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let money: JSON = [["amount": 500, "currency": "USD"]]
            try await app.makeCoupon("FIVE", ["amounts": money, "duration": "forever"])
            let item: JSON = ["plan_id": .string(try await app.plan()), "billing_cycle": "monthly"]
            let placed = try await app.api.post(
                "/api/v1/orders",
                json: ["items": [item, item], "coupon_code": "FIVE"],
                token: ann.token
            )
            let order = try #require(placed.json["id"]?.string, "\(placed.text)")
            app.pay(try await app.openCheckout(order, by: ann))
            _ = try await app.order(order, by: ann, reaching: "completed")
            _ = try await app.savedCard(of: ann)
            try await app.pass(days: 31)
            _ = try await app.invoices(of: ann, count: 2)
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [5_300, 5_300])
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is given back has its share of the discount`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.makeCoupon("HALF", ["percent_basis_points": 5_000])
            _ = try await app.buy(by: ann, coupon: "HALF")
            _ = try await app.savedCard(of: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            try await app.pass(days: 15)
            let fresh = try await app.logInAgain(ann)
            let changed = try await app.api.put(
                "/api/v1/subscriptions/\(id)",
                json: ["plan_id": .string(try await app.plan("professional"))],
                token: fresh.token
            )
            #expect(changed.status == 200, "\(changed.text)")
            let paid = try await app.invoices(of: ann, count: 2)
            for line in paid[0]["lines"]?.array ?? [] {
                let amount = try #require(line["amount"]?["amount"]?.integer)
                let discount = try #require(line["discount"]?["amount"]?.integer)
                #expect(abs(discount * 2 - amount) <= 1, "\(line.text)")
            }
            try await app.requireCleanBooks()
        }
    }

    @Test func `an order that is given up gives its coupon back, once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let limits: [String: JSON] = ["percent_basis_points": 1_000, "total_limit": 1]
            let made = try await app.makeCoupon("ONE", limits)
            let id = try #require(try await app.placeOrder(by: ann, coupon: "one")["id"]?.string)
            #expect(try await app.refusal(of: "ONE", by: ann) == "used_up")
            for _ in 0..<2 {
                let path = "/api/v1/orders/\(id)/cancel"
                _ = try await app.api.post(path, json: [:], token: ann.token)
            }
            #expect(try await app.refusal(of: "ONE", by: ann) == nil)
            let token = try await app.token(of: "support")
            let path = "/api/v1/admin/coupons/\(made["id"]?.string ?? "")"
            let shown = try await app.api.get(path, token: token)
            #expect(shown.json["used"] == 1)
            #expect(shown.json["status"] == "used_up")
            let uses = try await app.api.get("\(path)/uses", token: token).json.list
            #expect(uses.map { $0["released_at"] == .null } == [true, false])
            try await app.requireCleanBooks()
        }
    }

    @Test func `an order that is not paid for a fortnight gives its coupon up`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let limits: [String: JSON] = ["percent_basis_points": 1_000, "total_limit": 1]
            try await app.makeCoupon("ONE", limits)
            let id = try #require(try await app.placeOrder(by: ann, coupon: "one")["id"]?.string)
            _ = try await app.openCheckout(id, by: ann)
            let other = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            try await app.pass(days: 13)
            _ = try await AbandonedOrders(app.services).giveUp()
            let fresh = try await app.logInAgain(ann)
            #expect(try await app.refusal(of: "one", by: fresh) == "used_up")
            try await app.pass(days: 2)
            _ = try await app.order(id, by: try await app.logInAgain(ann), reaching: "cancelled")
            _ = try await app.order(other, by: try await app.logInAgain(ann), reaching: "pending")
            #expect(try await app.refusal(of: "one", by: try await app.logInAgain(ann)) == nil)
            try await app.requireCleanBooks()
        }
    }

    @Test func `each reason why a coupon cannot be taken is told`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (ann, bob) = (try await app.register(), try await app.register())
            let now = app.services.clock.now
            func day(_ days: Double) -> JSON {
                .string(now.addingTimeInterval(days * 86_400).rfc3339)
            }
            let ten: JSON = 1_000
            try await app.makeCoupon("LATER", ["percent_basis_points": ten, "valid_from": day(1)])
            try await app.makeCoupon(
                "OVER",
                [
                    "percent_basis_points": ten, "valid_from": day(-9), "valid_to": day(-1),
                ]
            )
            let other = JSON.string(try await app.plan("professional"))
            try await app.makeCoupon("PRO", ["percent_basis_points": ten, "plan_ids": [other]])
            let euros: JSON = ["amount": 500, "currency": "EUR"]
            try await app.makeCoupon("EURO", ["amounts": [euros]])
            try await app.makeCoupon("EACH", ["percent_basis_points": ten, "customer_limit": 1])
            try await app.makeCoupon(
                "FIRST",
                ["percent_basis_points": ten, "first_order_only": true]
            )
            let ended = try await app.makeCoupon("ENDED", ["percent_basis_points": ten])
            let gone = try await app.api.delete(
                "/api/v1/admin/coupons/\(ended["id"]?.string ?? "")",
                token: try await app.token(of: "billing")
            )
            #expect(gone.status == 204)
            let expected = [
                "NONE": "unknown_coupon", "A B": "unknown_coupon", "ENDED": "unknown_coupon",
                "LATER": "not_yet_valid", "OVER": "expired", "PRO": "other_plans",
                "EURO": "other_currency",
            ]
            for (code, reason) in expected {
                #expect(try await app.refusal(of: code, by: ann) == reason, "\(code)")
            }
            #expect(try await app.refusal(of: "PRO", by: ann, plan: "professional") == nil)
            #expect(try await app.refusal(of: "EACH", by: ann) == nil)
            #expect(try await app.refusal(of: "each", by: ann) == "already_used")
            #expect(try await app.refusal(of: "each", by: bob) == nil)
            #expect(try await app.refusal(of: "FIRST", by: bob) == nil)
            #expect(try await app.refusal(of: "FIRST", by: bob) == "not_first_order")
            // A refusal leaves nothing behind.
            #expect(try await app.count("SELECT 1 FROM orders") == 4)
            try await app.requireCleanBooks()
        }
    }

    @Test func `an order repeated under its key takes the coupon once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            try await app.makeCoupon("ONE", ["percent_basis_points": 1_000, "total_limit": 1])
            let item: JSON = ["plan_id": .string(try await app.plan()), "billing_cycle": "monthly"]
            for _ in 0..<2 {
                let answer = try await app.api.post(
                    "/api/v1/orders",
                    json: ["items": [item], "coupon_code": "ONE"],
                    token: ann.token,
                    headers: ["Idempotency-Key": "the-same-key"]
                )
                #expect(answer.status == 201, "\(answer.text)")
            }
            try await app.requireCleanBooks()
        }
    }
}

@Suite struct CouponAdministrationTests {
    @Test func `what makes no sense is told beside its field`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "billing")
            let usd: JSON = ["amount": 500, "currency": "USD"]
            let cases: [(String, JSON)] = [
                ("code", ["code": "A B", "percent_basis_points": 1]),
                ("percent_basis_points", ["percent_basis_points": 10_001]),
                ("percent_basis_points", [:]),
                ("percent_basis_points", ["percent_basis_points": 1, "amounts": [usd]]),
                ("amounts", ["amounts": [usd, usd]]),
                ("amounts.0", ["amounts": [["amount": -1, "currency": "USD"]]]),
                ("amounts.0", ["amounts": [["amount": 5, "currency": "XXX"]]]),
                ("periods", ["percent_basis_points": 1, "duration": "periods"]),
                ("total_limit", ["percent_basis_points": 1, "total_limit": 0]),
                (
                    "valid_to",
                    [
                        "percent_basis_points": 1, "valid_from": "2026-02-01T00:00:00Z",
                        "valid_to": "2026-01-01T00:00:00Z",
                    ]
                ),
            ]
            for (field, wrong) in cases {
                var body: JSON = ["code": "SENSELESS", "duration": "once"]
                for member in wrong.members ?? [] {
                    body = body.setting(member.name, member.value)
                }
                let answer = try await app.api.post(
                    "/api/v1/admin/coupons",
                    json: body,
                    token: token
                )
                #expect(answer.status == 422, "\(body.text) \(answer.text)")
                #expect(answer.fieldCodes[field] != nil, "\(field): \(answer.text)")
            }
            try await app.makeCoupon("TAKEN", ["percent_basis_points": 1])
            let again = try await app.api.post(
                "/api/v1/admin/coupons",
                json: ["code": "taken", "duration": "once", "percent_basis_points": 1],
                token: token
            )
            #expect(again.status == 409 && again.code == "code_taken")
            #expect(try await app.count("SELECT 1 FROM coupons") == 1)
        }
    }

    @Test func `a coupon is never changed`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.makeCoupon("FIXED", ["percent_basis_points": 1_000])
            await #expect(throws: DatabaseError.self) {
                try await app.run("UPDATE coupons SET basis_points = 9000")
            }
        }
    }

    @Test func `staff make, find and end a coupon on pages`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let staff = try await StaffBrowser("billing", app)
            let refused = try await staff.submit(
                "/console/coupons",
                from: "/console/coupons/new",
                [("code", "summer"), ("duration", "once")]
            )
            #expect(refused.status == 422)
            #expect(refused.text.contains("Enter a percentage or an amount"))
            let made = try await staff.submit(
                "/console/coupons",
                from: "/console/coupons/new",
                [
                    ("code", "summer"), ("percent", "12.5"), ("duration", "periods"),
                    ("periods", "3"), ("total_limit", "5"), ("valid_to", "2099-01-01"),
                ]
            )
            #expect(made.status == 303, "\(made.text)")
            let page = try await staff.get(try #require(made.location))
            #expect(page.text.contains("12.5 %") && page.text.contains("for 3 periods"))
            let list = try await staff.get("/console/coupons?q=summ&status=active&sort=code")
            #expect(list.text.contains("SUMMER"))
            let none = try await staff.get("/console/coupons?q=winter")
            #expect(none.text.contains("No coupon fits"))
            let file = try await staff.get("/console/coupons.csv")
            #expect(file.text.contains("SUMMER") && file.text.contains("12.5 %"))
            let path = "\(try #require(made.location))/end"
            #expect(try await staff.submit(path, from: path).status == 303)
            let ended = try await staff.get("/console/coupons?status=ended")
            #expect(ended.text.contains("SUMMER"))
        }
    }

    @Test func `a coupon is typed in the cart and at the checkout, without scripts`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.makeCoupon("HALF", ["percent_basis_points": 5_000])
            try await app.makeCoupon("FREE", ["percent_basis_points": 10_000])
            try await app.logInToPortal()
            try await app.fillCart()
            let wrong = try await app.portal.submit(
                "/cart/coupon",
                from: "/cart",
                [("coupon_code", "nonsense")]
            )
            #expect(wrong.status == 422 && wrong.text.contains("This coupon is not known."))
            let applied = try await app.portal.submit(
                "/cart/coupon",
                from: "/cart",
                [("coupon_code", "half")]
            )
            #expect(applied.status == 303, "\(applied.text)")
            let cart = try await app.portal.get("/cart")
            #expect(cart.text.contains("Discount, HALF") && cart.text.contains("$14.50"))
            let other = try await app.portal.submit("/checkout", [("coupon_code", "free")])
            #expect(other.status == 200, "\(other.text)")
            #expect(other.text.contains("Discount, FREE") && other.text.contains("Order now"))
            let key = "a-key-of-twenty-letters"
            let placed = try await app.portal.submit("/checkout", [("key", key)])
            #expect(placed.status == 303)
            let total = "SELECT 1 FROM orders WHERE total_minor = 0 AND discount_minor = 2900"
            #expect(try await app.count("\(unsafeRaw: total)") == 1)
            let removed = try await app.portal.submit("/cart/coupon/removal", from: "/cart", [])
            #expect(removed.status == 303)
        }
    }
}
