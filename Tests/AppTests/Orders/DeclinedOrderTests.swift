import App
import Core
import Foundation
import Simulators
import Testing
import Wire

/// Orders that staff have placed for a customer.
@Suite struct DeclinedOrderTests {
    @Test func `a card that is declined is told to the customer, who pays the order by hand`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.saveCard("4000000000000341", of: ann)
            let customer = try #require(try await app.subscription(of: ann)["customer_id"])
            let begun = try await app.api.post(
                "/api/v1/subscriptions/",
                json: [
                    "plan_id": .string(try await app.plan("professional")),
                    "billing_cycle": "monthly", "customer_id": customer,
                ],
                token: try await app.token(of: "billing")
            )
            let order = try #require(begun.json["order"]?["id"]?.string, "\(begun.text)")
            _ = try await eventually("a mail") {
                app.subjects(to: ann)
                    .contains("Your payment of $99.00 did not go through") ? true : nil
            }
            let pending = try await app.api.get("/api/v1/orders/\(order)", token: ann.token)
            #expect(pending.json["status"] == "pending")
            app.pay(try await app.openCheckout(order, by: ann, keepingCard: false))
            _ = try await app.order(order, by: ann, reaching: "completed")
            try await app.requireCleanBooks()
        }
    }
}
