import HTTPClient
import Simulators
import Testing
import Wire

@Suite struct StripePaymentTests {
    @Test func `a good card pays, and the fee follows in its own event`() async throws {
        try await StripeDesk.open { desk in
            let paid = try await desk.pay(
                "pm_card_visa",
                [("expand[0]", "latest_charge.balance_transaction")]
            )
            #expect(paid.status == 200)
            #expect(paid.json["status"] == "succeeded")
            #expect(paid.json["amount_received"] == 9900)
            #expect(paid.json["latest_charge"]?["balance_transaction"]?["fee"] == 317)
            #expect(
                try await desk.events() == [
                    "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
                    "charge.updated",
                ]
            )
            #expect(desk.stripe.paidCharges.map(\.amount) == [9900])
        }
    }

    @Test(arguments: [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
    ])
    func `a declined card leaves the intent open for another`(
        _ method: String,
        _ code: String,
        _ decline: String
    ) async throws {
        try await StripeDesk.open { desk in
            let answer = try await desk.pay(method)
            let error = answer.json["error"]
            #expect(answer.status == 402)
            #expect(error?["type"] == "card_error")
            #expect(error?["code"]?.string == code)
            #expect(error?["decline_code"]?.string == decline)
            #expect(error?["payment_intent"]?["status"] == "requires_payment_method")
            let id = try #require(error?["payment_intent"]?["id"]?.string)
            let again = try await desk.post(
                "/v1/payment_intents/\(id)/confirm",
                [("payment_method", "pm_card_visa")]
            )
            #expect(again.json["status"] == "succeeded")
            #expect(again.json["last_payment_error"]?.isNull == true)
            #expect(desk.stripe.paidCharges.count == 1)
        }
    }

    @Test func `a card that wants its owner waits for 3-D Secure`() async throws {
        try await StripeDesk.open { desk in
            let waiting = try await desk.pay(
                "pm_card_authenticationRequired",
                [("return_url", "https://shop.example/back")]
            )
            #expect(waiting.json["status"] == "requires_action")
            let redirect = waiting.json["next_action"]?["redirect_to_url"]
            let page = try #require(redirect?["url"]?.string)
            #expect(try await desk.caller.get(page).text.contains("Approve"))
            let back = try await desk.caller.post(page, [("outcome", "approve")])
            #expect(back.status == 303)
            #expect(back.headers["Location"]?.contains("redirect_status=succeeded") == true)
            let id = try #require(waiting.json["id"]?.string)
            let after = try await desk.get("/v1/payment_intents/\(id)")
            #expect(after.json["status"] == "succeeded")
        }
    }

    @Test func `failing 3-D Secure takes nothing`() async throws {
        try await StripeDesk.open { desk in
            let waiting = try await desk.pay("pm_card_authenticationRequired")
            let id = try #require(waiting.json["id"]?.string)
            let after = desk.stripe.authenticate(id, succeeds: false)
            #expect(after["status"] == "requires_payment_method")
            let code = after["last_payment_error"]?["code"]
            #expect(code == "payment_intent_authentication_failure")
            #expect(desk.stripe.paidCharges.isEmpty)
        }
    }

    @Test func `without its owner such a card is declined`() async throws {
        try await StripeDesk.open { desk in
            let answer = try await desk.pay(
                "pm_card_authenticationRequired",
                [("off_session", "true")]
            )
            #expect(answer.status == 402)
            #expect(answer.errorCode == "authentication_required")
        }
    }

    @Test func `a card that was set up pays without its owner`() async throws {
        try await StripeDesk.open { desk in
            let customer = try await desk.customer()
            let setup = try await desk.post(
                "/v1/setup_intents",
                [
                    ("customer", customer), ("confirm", "true"),
                    ("payment_method", "pm_card_authenticationRequiredOnSetup"),
                ]
            )
            let id = try #require(setup.json["id"]?.string)
            #expect(setup.json["status"] == "requires_action")
            let done = desk.stripe.authenticate(id, succeeds: true)
            #expect(done["status"] == "succeeded")
            let method = try #require(done["payment_method"]?.string)
            let paid = try await desk.pay(
                method,
                [("customer", customer), ("off_session", "true")]
            )
            #expect(paid.json["status"] == "succeeded")
        }
    }

    @Test func `money is given back in parts and never more than was paid`() async throws {
        try await StripeDesk.open { desk in
            let paid = try await desk.pay("pm_card_visa")
            let id = try #require(paid.json["id"]?.string)
            let first = try await desk.post(
                "/v1/refunds",
                [("payment_intent", id), ("amount", "900")]
            )
            #expect(first.json["status"] == "succeeded")
            let over = try await desk.post(
                "/v1/refunds",
                [("payment_intent", id), ("amount", "9001")]
            )
            #expect(over.status == 400)
            let rest = try await desk.post("/v1/refunds", [("payment_intent", id)])
            #expect(rest.json["amount"] == 9000)
            let none = try await desk.post("/v1/refunds", [("payment_intent", id)])
            #expect(none.errorCode == "charge_already_refunded")
        }
    }

    @Test func `a refund that fails later puts the money back`() async throws {
        try await StripeDesk.open { desk in
            let paid = try await desk.pay("pm_card_refundFail")
            let charge = try #require(paid.json["latest_charge"]?.string)
            let refund = try await desk.make("/v1/refunds", [("charge", charge)])
            let url = desk.stripe.host.baseURL + "/_sandbox/refunds/\(refund)/fail"
            let failed = try await desk.caller.send(
                "POST",
                url,
                json: ["reason": "expired_or_canceled_card"]
            )
            #expect(failed.json["status"] == "failed")
            let after = try await desk.get("/v1/charges/\(charge)")
            #expect(after.json["amount_refunded"] == 0)
            #expect(try await desk.events().last == "refund.failed")
        }
    }

    @Test func `a canceled intent takes nothing any more`() async throws {
        try await StripeDesk.open { desk in
            let id = try await desk.make(
                "/v1/payment_intents",
                [("amount", "9900"), ("currency", "usd")]
            )
            let canceled = try await desk.post(
                "/v1/payment_intents/\(id)/cancel",
                [("cancellation_reason", "abandoned")]
            )
            #expect(canceled.json["status"] == "canceled")
            let late = try await desk.post(
                "/v1/payment_intents/\(id)/confirm",
                [("payment_method", "pm_card_visa")]
            )
            #expect(late.errorCode == "payment_intent_unexpected_state")
            #expect(desk.stripe.paidCharges.isEmpty)
        }
    }
}
