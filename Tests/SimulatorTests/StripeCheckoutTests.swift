import Foundation
import HTTPClient
import Simulators
import Support
import Testing
import Wire

@Suite struct StripeCheckoutTests {
    @Test func `the hosted page takes a card and leads back`() async throws {
        try await StripeDesk.open { desk in
            let id = try await desk.session()
            let session = try await desk.get("/v1/checkout/sessions/\(id)")
            #expect(session.json["payment_intent"]?.isNull == true)
            let page = try #require(session.json["url"]?.string)
            let shown = try await desk.caller.get(page)
            #expect(shown.text.contains("99.00 USD"))
            #expect(shown.text.contains("https://shop.example/cart"))
            let back = try await desk.caller.post(
                page,
                [("card", "4242 4242 4242 4242"), ("email", "ada@example.com")]
            )
            #expect(back.status == 303)
            #expect(back.headers["Location"] == "https://shop.example/done?s=\(id)")
            let after = try await desk.get("/v1/checkout/sessions/\(id)?expand[]=payment_intent")
            #expect(after.json["status"] == "complete")
            #expect(after.json["payment_status"] == "paid")
            #expect(after.json["url"]?.isNull == true)
            #expect(after.json["payment_intent"]?["amount_received"] == 9900)
            #expect(after.json["customer_details"]?["email"] == "ada@example.com")
        }
    }

    @Test func `a declined card keeps the page open and says so`() async throws {
        try await StripeDesk.open { desk in
            let id = try await desk.session()
            let page = desk.stripe.host.baseURL + "/c/pay/\(id)"
            let declined = try await desk.caller.post(page, [("card", "4000000000009995")])
            #expect(declined.status == 402)
            #expect(declined.text.contains("Your card has insufficient funds."))
            #expect(desk.stripe.completeCheckout(id)["payment_status"] == "paid")
            let intents = try await desk.get("/v1/payment_intents")
            #expect(intents.json["data"]?.array?.count == 1)
            #expect(desk.stripe.paidCharges.count == 1)
        }
    }

    @Test func `a page is paid once, however often it is sent`() async throws {
        try await StripeDesk.open { desk in
            let id = try await desk.session()
            let page = desk.stripe.host.baseURL + "/c/pay/\(id)"
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await desk.caller.post(page, [("card", "4242424242424242")]).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 303 } == 1)
            #expect(statuses.count { $0 == 410 } == 7)
            #expect(desk.stripe.paidCharges.count == 1)
        }
    }

    @Test func `3-D Secure stands between the page and the shop`() async throws {
        try await StripeDesk.open { desk in
            let id = try await desk.session()
            let base = desk.stripe.host.baseURL
            let asked = try await desk.caller.post(
                base + "/c/pay/\(id)",
                [("card", "4000002760003184")]
            )
            let bank = base + (try #require(asked.headers["Location"]))
            let failed = try await desk.caller.post(bank, [("outcome", "fail")])
            #expect(failed.status == 402)
            let again = try await desk.caller.post(
                base + "/c/pay/\(id)",
                [("card", "4000002760003184")]
            )
            let bankAgain = base + (try #require(again.headers["Location"]))
            let done = try await desk.caller.post(bankAgain, [("outcome", "approve")])
            #expect(done.headers["Location"] == "https://shop.example/done?s=\(id)")
            #expect(desk.stripe.paidCharges.count == 1)
        }
    }

    @Test func `metadata goes to the payment, and the card is kept when asked`() async throws {
        try await StripeDesk.open { desk in
            let customer = try await desk.customer()
            let id = try await desk.session([
                ("customer", customer), ("metadata[invoice]", "inv_1"),
                ("payment_intent_data[metadata][invoice]", "inv_1"),
                ("payment_intent_data[setup_future_usage]", "off_session"),
            ])
            _ = desk.stripe.completeCheckout(id)
            let session = try await desk.get("/v1/checkout/sessions/\(id)?expand[]=payment_intent")
            #expect(session.json["metadata"] == ["invoice": "inv_1"])
            #expect(session.json["payment_intent"]?["metadata"] == ["invoice": "inv_1"])
            let cards = try await desk.get("/v1/payment_methods?customer=\(customer)&type=card")
            #expect(cards.json["data"]?.array?.count == 1)
        }
    }

    @Test func `an expired page takes no money`() async throws {
        try await StripeDesk.open { desk in
            let id = try await desk.session()
            let expired = try await desk.post("/v1/checkout/sessions/\(id)/expire")
            #expect(expired.json["status"] == "expired")
            #expect(desk.stripe.completeCheckout(id)["gone"] != nil)
            let again = try await desk.post("/v1/checkout/sessions/\(id)/expire")
            #expect(again.status == 400)
            #expect(desk.stripe.paidCharges.isEmpty)
        }
    }

    @Test func `a page closes when its hour has come`() async throws {
        let clock = BusinessClock(standingAt: Date(timeIntervalSince1970: 1_800_000_000))
        try await StripeDesk.open(clock: clock) { desk in
            let id = try await desk.session([("expires_at", "1800001800")])
            clock.advance(seconds: 1_800)
            let session = try await desk.get("/v1/checkout/sessions/\(id)")
            #expect(session.json["status"] == "expired")
            #expect(try await desk.events() == ["checkout.session.expired"])
        }
    }

    @Test(arguments: [
        [("expires_at", "1")], [("customer_email", "x@example.com"), ("customer", "cus_none")],
        [("success_url", "javascript:alert(1)")], [("ui_mode", "embedded")],
        [("line_items[0][quantity]", "0")], [("line_items[0][price]", "price_none")],
        [("line_items[0][price_data][unit_amount]", "10")],
    ])
    func `a page that could not be right is refused`(_ wrong: [(String, String)]) async throws {
        try await StripeDesk.open { desk in
            var fields = [
                ("mode", "payment"), ("success_url", "https://shop.example/"),
                ("line_items[0][price_data][currency]", "usd"),
                ("line_items[0][price_data][unit_amount]", "9900"),
                ("line_items[0][price_data][product_data][name]", "x"),
                ("line_items[0][quantity]", "1"),
            ]
            fields.removeAll { field in wrong.contains { $0.0 == field.0 } }
            let answer = try await desk.post("/v1/checkout/sessions", fields + wrong)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.json["error"]?["type"] == "invalid_request_error")
        }
    }

    @Test func `a card can be saved without a payment`() async throws {
        try await StripeDesk.open { desk in
            let customer = try await desk.customer()
            let id = try await desk.make(
                "/v1/checkout/sessions",
                [
                    ("mode", "setup"), ("currency", "usd"), ("customer", customer),
                    ("success_url", "https://shop.example/"),
                ]
            )
            let session = desk.stripe.completeCheckout(id, card: "4000002500003155")
            #expect(session["status"] == "complete")
            let cards = try await desk.get("/v1/customers/\(customer)/payment_methods")
            #expect(cards.json["data"]?[0]?["card"]?["last4"] == "3155")
        }
    }
}
