import Postgres
import Testing
import Wire

/// How long a subscription keeps its coupon.
@Suite struct KeptCouponTests {
    private let months = """
        SELECT 1 FROM subscription_lines s JOIN invoice_lines l ON l.id = invoice_line_id
        WHERE s.kind = 'period' AND billing_cycle = 'monthly'
        """

    @Test func `a period that is billed ahead and never begins uses no coupon up`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.makeCoupon(
                "HALF-3",
                ["percent_basis_points": 5_000, "duration": "periods", "periods": 3]
            )
            let item: JSON = ["plan_id": .string(try await app.plan()), "billing_cycle": "yearly"]
            let placed = try await app.api.post(
                "/api/v1/orders",
                json: ["items": [item], "coupon_code": "HALF-3"],
                token: ann.token
            )
            let order = try #require(placed.json["id"]?.string, "\(placed.text)")
            app.pay(try await app.openCheckout(order, by: ann))
            _ = try await app.order(order, by: ann, reaching: "completed")
            _ = try await app.savedCard(of: ann)
            // Years are billed three days ahead.
            try await app.pass(days: 363.5)
            _ = try await app.invoices(of: ann, count: 1, status: "open")
            let fresh = try await app.logInAgain(ann)
            let id = try #require(try await app.subscription(of: fresh)["id"]?.string)
            let path = "/api/v1/subscriptions/\(id)"
            let wish: JSON = ["billing_cycle": "monthly", "when": "now"]
            let shown = try await app.api.post("\(path)/preview", json: wish, token: fresh.token)
            #expect(shown.json["next_bill"]?["discount"]?["amount"] == 1_450, "\(shown.text)")
            let changed = try await app.api.put(path, json: wish, token: fresh.token)
            #expect(changed.json["coupon"]?["periods_left"] == 1, "\(changed.text)")
            for (month, reduced) in [(2, 2), (3, 2)] {
                try await app.pass(days: 31)
                _ = try await eventually("the bill of month \(month)") {
                    try await app.count("\(unsafeRaw: months)") == month ? true : nil
                }
                let half = "\(months) AND l.discount_minor = 1450"
                #expect(try await app.count("\(unsafeRaw: half)") == reduced)
            }
            try await app.requireCleanBooks()
        }
    }
}
