import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

@Suite struct CreditSpendingTests {
    @Test func `an order that credit covers is settled without the card processor`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.grant(5_000, to: ann)
            let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            _ = try await app.openCheckout(id, by: ann)
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(app.simulators.stripe.paidCharges.isEmpty)
            #expect(try await app.count("SELECT 1 FROM payments") == 0)
            #expect(try await app.freeCredit(of: ann) == 2_100)
            #expect(try await app.balance("customer_credit") == -2_100)
            #expect(try await app.balance("receivable") == 0)
            let paid = try await app.invoices(of: ann, count: 1)
            #expect(paid[0]["amount_paid"]?["amount"] == 2_900)
            try await app.requireCleanBooks()
        }
    }

    @Test func `credit pays a part of an order, and the card the rest`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.grant(1_000, to: ann)
            let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            let page = try await app.openCheckout(id, by: ann)
            // What is kept for the order cannot pay for anything else.
            #expect(try await app.freeCredit(of: ann) == 0)
            let other = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            _ = try await app.openCheckout(other, by: ann)
            #expect(try await app.count("SELECT 1 FROM payments WHERE amount_minor = 2900") == 1)
            #expect(try await app.count("SELECT 1 FROM payments WHERE amount_minor = 1900") == 1)
            app.pay(page)
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [1_900])
            #expect(try await app.balance("customer_credit") == 0)
            #expect(try await app.balance("receivable") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what was kept for an order is free again when it is given up`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.grant(1_000, to: ann)
            let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            _ = try await app.openCheckout(id, by: ann)
            #expect(try await app.freeCredit(of: ann) == 0)
            let given = try await app.api.post(
                "/api/v1/orders/\(id)/cancel",
                json: [:],
                token: ann.token
            )
            #expect(given.status == 200, "\(given.text)")
            #expect(try await app.freeCredit(of: ann) == 1_000)
            try await app.requireCleanBooks()
        }
    }

    @Test func `credit leaves enough of an order for a card`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            try await app.grant(2_880, to: ann)
            let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            _ = try await app.openCheckout(id, by: ann)
            #expect(try await app.count("SELECT 1 FROM payments WHERE amount_minor = 50") == 1)
            #expect(try await app.freeCredit(of: ann) == 30)
        }
    }

    @Test func `a payment that arrives after its credit was spent goes to staff`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.grant(1_000, to: ann)
            let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            let page = try await app.openCheckout(id, by: ann)
            app.simulators.stripe.setWebhooks(.drop)
            app.pay(page)
            // As if the page had expired, and something else had been bought meanwhile.
            try await app.run("UPDATE payments SET status = 'expired'")
            try await app.grant(1_900, to: ann)
            let other = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            _ = try await app.openCheckout(other, by: ann)
            _ = try await app.order(other, by: ann, reaching: "completed")
            let payment = try await app.payment(of: id, by: ann)
            let confirmed = try await app.confirm(payment, by: ann)
            #expect(confirmed.json["status"] == "attention", "\(confirmed.text)")
            try await app.requireCleanBooks()
        }
    }

    @Test func `a renewal is paid from credit first`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await app.grant(4_000, to: ann)
            try await app.pass(days: 31)
            _ = try await app.invoices(of: ann, count: 2)
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [2_900])
            try await app.pass(days: 31)
            _ = try await app.invoices(of: ann, count: 3)
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [2_900, 1_800])
            #expect(try await app.balance("customer_credit") == 0)
            #expect(try await app.balance("receivable") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `credit that arrives pays what is open, and lets everything go on`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.saveCard("4000000000000341", of: ann)
            try await app.pass(days: 31)
            _ = try await app.subscription(of: ann, reaching: "past_due")
            try await app.grant(1_000, to: ann)
            let open = try await app.invoices(of: ann, count: 1, status: "open")
            #expect(open[0]["amount_due"]?["amount"] == 1_900)
            try await app.grant(5_000, to: ann)
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.freeCredit(of: ann) == 3_100)
            #expect(try await app.balance("receivable") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a cause makes its credit once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let customer = try await app.customer(of: ann)
            let cause = ID<Payment>(app.services.ids.next())
            let (services, now) = (app.services, app.services.clock.now)
            let made = try await services.database.transaction(for: .system) { session in
                try (0..<3).map { _ in
                    try Credits.add(
                        Money(minorUnits: 700, .usd),
                        to: customer,
                        from: .overpayment(cause),
                        session,
                        services,
                        now: now
                    )
                }
            }
            #expect(Set(made).count == 1)
            #expect(try await app.freeCredit(of: ann) == 700)
        }
    }

    @Test func `what expired is taken back, once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let now = app.services.clock.now
            try await app.grant(1_000, to: ann, expiresAt: now.addingTimeInterval(86_400))
            try await app.grant(300, to: ann)
            #expect(try await app.balance("promotions") == 1_300)
            try await app.pass(days: 2)
            #expect(try await app.freeCredit(of: ann) == 300)
            _ = try await eventually("the expiry") {
                try await app.balance("promotions") == 300 ? true : nil
            }
            _ = try await Credits(app.services).settle()
            #expect(try await app.balance("customer_credit") == -300)
            #expect(
                try await app.count("SELECT 1 FROM credit_spendings WHERE kind = 'expiry'") == 1
            )
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is spent of a credit is never more than it`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let credit = try await app.grant(1_000, to: ann)
            await #expect(throws: DatabaseError.self) {
                try await app.run(
                    """
                    INSERT INTO credit_spendings (
                        id, credit_id, customer_id, kind, amount_minor, at
                    ) SELECT gen_random_uuid(), id, customer_id, 'refund', 1001, now()
                    FROM credits WHERE id = \(credit.uuid)
                    """
                )
            }
        }
    }

    @Test func `an order that is undone gives credit back as credit`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.grant(1_000, to: ann)
            for index in 0..<3 { try await app.changeServer(index, ["is_active": false]) }
            let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            _ = try await app.order(id, by: ann, reaching: "attention")
            let token = try await app.token(of: "billing")
            let undo = try await app.api.post("/api/v1/admin/orders/\(id)/undo", token: token)
            #expect(undo.status == 200, "\(undo.text)")
            _ = try await app.order(id, by: ann, reaching: "refunded")
            #expect(try await app.freeCredit(of: ann) == 1_000)
            #expect(try await app.balance("refunds") == 2_900)
            #expect(try await app.balanceAtProcessor() == 0)
            try await app.requireCleanBooks()
        }
    }
}
