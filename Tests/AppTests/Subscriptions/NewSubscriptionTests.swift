import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@Suite struct NewSubscriptionTests {
    @Test func `a customer subscribes by one call, pays, and has what was bought`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let begun = try await app.api.post(
                "/api/v1/subscriptions/",
                json: [
                    "plan_id": .string(try await app.plan()), "billing_cycle": "monthly",
                    "quantity": 3,
                ],
                token: ann.token
            )
            try #require(begun.status == 201, "\(begun.text)")
            let order = try #require(begun.json["order"]?["id"]?.string)
            #expect(begun.json["order"]?["total"]?["amount"] == 8_700)
            #expect(begun.json["checkout_url"]?.string?.hasPrefix("http") == true)
            app.pay(try await app.openCheckout(order, by: ann))
            _ = try await app.order(order, by: ann, reaching: "completed")
            let made = try await app.subscription(of: ann)
            #expect(made["quantity"] == 3)
            #expect(made["unit_price"]?["amount"] == 2_900)
            #expect(try await app.count("SELECT 1 FROM licenses WHERE max_domains = 9") == 1)
            try await app.pass(days: 31)
            let paid = try await app.invoices(of: ann, count: 2)
            #expect(paid[0]["total"]?["amount"] == 8_700)
            #expect(paid[0]["lines"]?[0]?["quantity"] == 3)
            try await app.requireCleanBooks()
        }
    }

    @Test func `staff subscribe a customer, whose card is charged`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let customer = try #require(try await app.subscription(of: ann)["customer_id"])
            let staff = try await app.token(of: "billing")
            let path = "/api/v1/subscriptions/"
            let plan = JSON.string(try await app.plan("professional"))
            let wish: JSON = ["plan_id": plan, "billing_cycle": "yearly"]
            let nobody = try await app.api.post(path, json: wish, token: staff)
            #expect(nobody.json["errors"]?[0]?["field"] == "customer_id")
            let asked = wish.setting("customer_id", customer)
            let foreign = try await app.register()
            let refused = try await app.api.post(path, json: asked, token: foreign.token)
            #expect(refused.status == 422)
            let begun = try await app.api.post(path, json: asked, token: staff)
            try #require(begun.status == 201, "\(begun.text)")
            #expect(begun.json["checkout_url"]?.string == nil)
            let order = try #require(begun.json["order"]?["id"]?.string)
            _ = try await app.order(order, by: ann, reaching: "completed")
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [2_900, 99_000])
            #expect(try await app.subscription(of: ann)["plan_name"] == "Professional")
            try await app.requireCleanBooks()
        }
    }

    @Test func `without a card the customer is asked by mail, and pays the order`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let me = try await app.api.get("/api/v1/admin/customers", token: app.token(of: "admin"))
            let customer = try #require(
                me.json.list.first { $0["email"]?.string == ann.email }?["id"]
            )
            let begun = try await app.api.post(
                "/api/v1/subscriptions/",
                json: [
                    "plan_id": .string(try await app.plan()), "billing_cycle": "monthly",
                    "customer_id": customer,
                ],
                token: try await app.token(of: "billing")
            )
            let order = try #require(begun.json["order"]?["id"]?.string, "\(begun.text)")
            _ = try await eventually("a mail") {
                app.simulators.mail.messages.contains { $0.subject.hasPrefix("Your order #") }
                    ? true : nil
            }
            app.pay(try await app.openCheckout(order, by: ann))
            _ = try await app.order(order, by: ann, reaching: "completed")
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is changed before it is delivered is delivered so`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann, plan: "professional")
            let order = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(order, by: ann))
            _ = try await app.confirm(try await app.payment(of: order, by: ann), by: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let changed = try await app.api.put(
                "/api/v1/subscriptions/\(id)",
                json: ["plan_id": .string(try await app.plan()), "when": "now"],
                token: ann.token
            )
            try #require(changed.status == 200, "\(changed.text)")
            #expect(try await app.count("SELECT 1 FROM licenses") == 0)
            try await app.withAnother { _ in
                _ = try await eventually("a panel that was told") {
                    try await app.count(
                        """
                        SELECT 1 FROM jobs j JOIN hosting_accounts a ON a.status = 'active'
                        WHERE j.kind = 'hosting.tell_plan' AND j.status = 'done'
                        """
                    ) == 1 ? true : nil
                }
                _ = try await app.order(order, by: ann, reaching: "completed")
            }
            #expect(
                try await app.count(
                    """
                    SELECT 1 FROM licenses l JOIN plans p ON p.id = plan_id
                    WHERE slug = 'starter' AND l.max_accounts = p.max_accounts
                        AND l.max_domains = p.max_domains
                    """
                ) == 1
            )
            try await app.requireCleanBooks()
        }
    }
}
