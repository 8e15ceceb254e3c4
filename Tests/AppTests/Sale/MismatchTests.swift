import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// Money that is not exactly what was asked for is never counted as paid.
@Suite struct MismatchTests {
    /// What somebody changed about a payment page that is not ours.
    enum Change: String, CaseIterable, Sendable {
        case amount, currency, customer, payment
    }

    /// A page of the processor that names our payment, with one thing about it changed.
    private func forgedPage(
        _ change: Change,
        _ app: TestApp,
        _ original: JSON,
        payment: String
    ) async throws -> String {
        let stranger = try await app.callStripe("/v1/customers", [("email", "eve@example.org")])
        let customer = change == .customer ? stranger["id"] : original["customer"]
        var fields = [
            ("success_url", "https://example.org/"), ("customer", customer?.string ?? ""),
            ("metadata[payment_id]", change == .payment ? "pay_other" : payment),
        ]
        fields += [
            ("mode", "payment"), ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", change == .currency ? "eur" : "usd"),
            ("line_items[0][price_data][unit_amount]", change == .amount ? "100" : "2900"),
            ("line_items[0][price_data][product_data][name]", "Starter"),
        ]
        let page = try await app.callStripe("/v1/checkout/sessions", fields)
        return try #require(page["id"]?.string)
    }

    /// Pays a page that differs from what was asked for, and returns the payment it was for.
    private func payWrongly(
        _ placed: JSON,
        _ change: Change,
        _ app: TestApp,
        by ann: Person
    ) async throws -> String {
        app.simulators.stripe.setWebhooks(.drop)
        let id = try #require(placed["id"]?.string)
        _ = try await app.openCheckout(id, by: ann)
        let payment = try await app.payment(of: id, by: ann)
        let paymentID = try #require(payment["id"]?.string)
        let original = try #require(
            app.simulators.stripe.host.state["checkout_sessions"]?.array?.first
        )
        let page = try await forgedPage(change, app, original, payment: paymentID)
        // As if the processor had answered our request with this page.
        try await app.run(
            """
            UPDATE payments SET gateway_checkout_id = \(page), gateway_intent_id = NULL
            WHERE order_id = (SELECT id FROM orders)
            """
        )
        app.pay(page)
        let confirmed = try await app.confirm(payment, by: ann)
        #expect(confirmed.json["status"] == "attention", "\(confirmed.text)")
        return paymentID
    }

    @Test(arguments: Change.allCases)
    func `a page that differs from what was asked for goes to staff and pays nothing`(
        change: Change
    ) async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            _ = try await payWrongly(placed, change, app, by: ann)
            let order = try await app.api.get("/api/v1/orders/\(id)", token: ann.token)
            #expect(order.json["status"] == "pending")
            let again = try await app.api.post(
                "/api/v1/orders/\(id)/checkout",
                json: [:],
                token: ann.token
            )
            #expect(again.code == "payment_in_attention")
            let books = try await app.books()
            #expect(books.invoices == 0 && books.licenses == 0)
            // What the processor holds for us is in the books all the same.
            #expect(books.ledger == ["payment_unplaced": 1])
            let held = try await app.suspense()
            let amount: Int64 = change == .amount ? 100 : 2_900
            #expect(held == [change == .currency ? "EUR" : "USD": -amount])
        }
    }

    @Test(arguments: [Change.amount, .currency])
    func `staff give back money that could not be placed, once, and the order can be paid`(
        change: Change
    ) async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let payment = try await payWrongly(placed, change, app, by: ann)
            let staff = try await StaffBrowser("billing", app)
            let file = try await staff.get("/console/orders/\(id)")
            #expect(file.text.contains("Return the money…"))
            let path = "/console/payments/\(payment)/return"
            #expect(try await staff.get(path).text.contains("could not be placed"))
            for _ in 1...2 { _ = try await staff.submit(path, from: "/console/orders/\(id)") }
            _ = try await eventually("the money's return") {
                try await app.count("SELECT 1 FROM payments WHERE status = 'returned'") == 1
                    ? true : nil
            }
            #expect(app.simulators.stripe.host.state["refunds"]?.array?.count == 1)
            #expect(try await app.suspense().values.allSatisfy { $0 == 0 })
            #expect(
                try await app.books().ledger == ["payment_unplaced": 1, "unplaced_returned": 1]
            )
            app.simulators.stripe.setWebhooks(.deliver)
            _ = try await app.finish(placed, by: ann)
        }
    }

    @Test func `a signed message about another page with our payment's name changes nothing`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            _ = try await app.openCheckout(id, by: ann)
            let payment = try await app.payment(of: id, by: ann)
            let paymentID = try #require(payment["id"]?.string)
            let original = try #require(
                app.simulators.stripe.host.state["checkout_sessions"]?.array?.first
            )
            let page = try await forgedPage(.amount, app, original, payment: paymentID)
            app.pay(page)
            await app.simulators.stripe.webhooksAreIdle()
            _ = try await eventually("webhooks that are dealt with") {
                try await app.count("SELECT 1 FROM webhook_events WHERE status <> 'received'") > 0
                    ? true : nil
            }
            let order = try await app.api.get("/api/v1/orders/\(id)", token: ann.token)
            #expect(order.json["status"] == "pending")
            #expect(try await app.books().ledger == [:])
            #expect(try await app.books().licenses == 0)
        }
    }

    @Test func `a message that lies about what was paid is not believed`() async throws {
        try await TestApp.run { app in
            app.simulators.stripe.setWebhooks(.drop)
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let session = try await app.openCheckout(id, by: ann)
            let payment = try await app.payment(of: id, by: ann)
            let lie: JSON = [
                "id": "evt_lie", "object": "event", "type": "checkout.session.completed",
                "livemode": false,
                "data": [
                    "object": [
                        "id": .string(session), "object": "checkout.session", "status": "complete",
                        "payment_status": "paid", "amount_total": 2_900, "currency": "usd",
                        "mode": "payment", "metadata": ["payment_id": payment["id"] ?? .null],
                    ]
                ],
            ]
            #expect(try await app.deliver(lie.bytes).status == 200)
            _ = try await eventually("the lie to be dealt with") {
                try await app.count("SELECT 1 FROM webhook_events WHERE status = 'applied'") == 1
                    ? true : nil
            }
            let order = try await app.api.get("/api/v1/orders/\(id)", token: ann.token)
            #expect(order.json["status"] == "pending")
            #expect(try await app.books().ledger == [:])
        }
    }

    @Test func `money for an order that was given up waits in the books for somebody`()
        async throws
    {
        try await TestApp.run { app in
            app.simulators.stripe.setWebhooks(.drop)
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let session = try await app.openCheckout(id, by: ann)
            let payment = try await app.payment(of: id, by: ann)
            // The payer was quicker than the order's end, which the processor did not know of.
            try await app.run("UPDATE orders SET status = 'cancelled'")
            app.pay(session)
            let confirmed = try await app.confirm(payment, by: ann)
            #expect(confirmed.json["status"] == "attention")
            let order = try await app.api.get("/api/v1/orders/\(id)", token: ann.token)
            #expect(order.json["status"] == "cancelled")
            let books = try await app.books()
            #expect(books.ledger == ["payment_unplaced": 1])
            #expect(books.licenses == 0 && books.invoices == 0)
            let suspense = try await app.count(
                """
                SELECT 1 FROM ledger_entries JOIN ledger_accounts ON ledger_accounts.id = account_id
                WHERE kind = 'suspense' AND amount_minor = -2900
                """
            )
            #expect(suspense == 1)
        }
    }

    @Test func `giving an order up closes its page, so that it cannot be paid`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let session = try await app.openCheckout(id, by: ann)
            let given = try await app.api.post("/api/v1/orders/\(id)/cancel", token: ann.token)
            #expect(given.json["status"] == "cancelled", "\(given.text)")
            #expect(app.simulators.stripe.completeCheckout(session)["gone"] != nil)
            #expect(try await app.books().charges == 0)
            let again = try await app.api.post(
                "/api/v1/orders/\(id)/checkout",
                json: [:],
                token: ann.token
            )
            #expect(again.status == 409)
        }
    }

    @Test func `an order that is paid cannot be given up`() async throws {
        try await TestApp.run { app in
            app.simulators.stripe.setWebhooks(.drop)
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            let given = try await app.api.post("/api/v1/orders/\(id)/cancel", token: ann.token)
            #expect(given.status == 409)
            #expect(given.code == "order_is_paid")
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.books() == .ofOneSale())
        }
    }
}
