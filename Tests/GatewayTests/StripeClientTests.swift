import Core
import Foundation
import HTTPClient
import HTTPServer
import StripeGateway
import Support
import Synchronization
import Testing
import Wire

@Suite struct StripeClientTests {
    private static let key = "sk_test_never_to_be_seen"

    private func client(
        _ stub: StubServer,
        _ http: HTTPClient,
        _ notes: LogNotes,
        deadlineSeconds: Double = 20
    ) -> StripeClient {
        StripeClient(
            secretKey: Secret(StripeClientTests.key),
            baseURL: stub.url,
            http: http,
            log: notes.log,
            deadlineSeconds: deadlineSeconds
        )
    }

    private var checkout: CheckoutRequest {
        CheckoutRequest(
            customer: "cus_1",
            reference: "ord_1",
            lines: [
                CheckoutLine(
                    description: "Professional – 1 month & more",
                    amount: Money(minorUnits: 9900, .usd),
                    quantity: 1
                )
            ],
            successURL: "https://b.example/done?session_id={CHECKOUT_SESSION_ID}",
            cancelURL: "https://b.example/cart",
            expiresAt: Date(timeIntervalSince1970: 1_800_003_600),
            savePaymentMethod: true,
            metadata: ["attempt_id": "a1", "install_id": "i1"]
        )
    }

    private static let session = """
        {"id":"cs_test_1","object":"checkout.session","status":"open","payment_status":"unpaid",
         "url":"https://pay.example/1","mode":"payment","amount_total":9900,"currency":"USD",
         "customer":{"id":"cus_1","object":"customer"},"client_reference_id":"ord_1",
         "payment_intent":null,"livemode":false,"metadata":{"attempt_id":"a1"},"new_field":[1]}
        """

    private static let intent = """
        {"id":"pi_1","object":"payment_intent","status":"requires_payment_method","amount":9900,
         "amount_received":0,"currency":"usd","customer":"cus_1","client_secret":"pi_1_secret_x",
         "livemode":true,"metadata":{},"last_payment_error":{"message":"Your card was declined."}}
        """

    @Test func `a payment page is asked for with the parameters and headers Stripe knows`()
        async throws
    {
        let document = try StripeDocument()
        try await withStub { _ in
            .answer(200, StripeClientTests.session)
        } _: { stub, http, notes in
            let state = try await client(stub, http, notes).createCheckout(checkout, key: "pay-1")
            #expect(state.id == "cs_test_1")
            #expect(state.status == .open)
            #expect(state.paymentStatus == .unpaid)
            #expect(state.customer == "cus_1")
            #expect(state.currency == "usd")
            #expect(state.intent == nil)
            #expect(state.metadata == ["attempt_id": "a1"])

            let request = try #require(stub.requests.first)
            #expect(request.method == "POST")
            #expect(request.path == "/v1/checkout/sessions")
            #expect(request.headers["Authorization"] == "Bearer " + StripeClientTests.key)
            #expect(request.headers["Idempotency-Key"] == "pay-1")
            #expect(request.headers["Stripe-Version"] == "2026-10-28.endive")
            #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
            #expect(document.faults(of: request.form, to: request.path) == [])
            #expect(request.form["line_items[0][price_data][unit_amount]"] == "9900")
            #expect(request.form["payment_intent_data[metadata][attempt_id]"] == "a1")
            #expect(request.form["payment_intent_data[setup_future_usage]"] == "off_session")
            #expect(request.form["success_url"]?.hasSuffix("={CHECKOUT_SESSION_ID}") == true)
            #expect(request.form["payment_method_types[0]"] == nil)
            #expect(request.form["ui_mode"] == nil)
        }
    }

    @Test(arguments: [
        "", "/pay", "javascript:alert(1)", "https://pay.example/a b", "https://pay.example/\u{FC}",
        #"https://pay.example/\r\nSet-Cookie: a=b"#,
    ])
    func `a page that no browser can be sent to is no answer`(url: String) async throws {
        let session = Self.session.replacing("https://pay.example/1", with: url)
        try await withStub { _ in
            .answer(200, session)
        } _: { stub, http, notes in
            let stripe = client(stub, http, notes)
            await #expect(throws: RemoteFailure.self) {
                try await stripe.createCheckout(checkout, key: "pay-1")
            }
            await #expect(throws: RemoteFailure.self) {
                try await stripe.openCardPage(
                    CardPageRequest(
                        customer: "cus_1",
                        currency: .usd,
                        successURL: "https://b.example/done",
                        cancelURL: "https://b.example/cart"
                    )
                )
            }
            // How a payment stands does not hang on the address of its page.
            let state = try await stripe.checkout("cs_test_1")
            #expect(state.status == .open)
            #expect(state.url == nil)
        }
    }

    @Test func `payers, payments and refunds are asked for with parameters Stripe knows`()
        async throws
    {
        let document = try StripeDocument()
        try await withStub { request in
            switch request.path {
            case "/v1/customers": .answer(200, #"{"id":"cus_1","object":"customer"}"#)
            case "/v1/refunds":
                .answer(200, #"{"id":"re_1","object":"refund","amount":500,"status":"brandnew"}"#)
            default: .answer(200, StripeClientTests.intent)
            }
        } _: { stub, http, notes in
            let stripe = client(stub, http, notes)
            let customer = try await stripe.createCustomer(
                GatewayCustomer(email: "a+b@example.com", name: "Zoë", metadata: ["id": "1"]),
                key: "cus-1"
            )
            #expect(customer == "cus_1")
            let intent = try await stripe.createIntent(
                IntentRequest(
                    customer: "cus_1",
                    amount: Money(minorUnits: 9900, .usd),
                    description: "Invoice 1",
                    savePaymentMethod: true,
                    metadata: ["attempt_id": "a"]
                ),
                key: "pay-1"
            )
            #expect(intent.status == .requiresPaymentMethod)
            #expect(intent.failure == "Your card was declined.")
            let refund = try await stripe.refund(
                RefundRequest(
                    intent: "pi_1",
                    amount: Money(minorUnits: 500, .usd),
                    metadata: ["id": "r"]
                ),
                key: "refund-1"
            )
            #expect(refund.status == .other("brandnew"))
            for request in stub.requests {
                #expect(document.faults(of: request.form, to: request.path) == [])
                #expect(request.headers["Idempotency-Key"] != nil)
            }
            #expect(stub.requests.first?.form["email"] == "a+b@example.com")
        }
    }

    @Test(
        arguments: [
            (400, #"{"error":{"type":"idempotency_error","message":"m"}}"#, "idempotency_error"),
            (400, #"{"error":{"code":"amount_too_small","message":"m"}}"#, "amount_too_small"),
            (404, #"{"error":{"code":"resource_missing","message":"m"}}"#, "resource_missing"),
        ]
    )
    func `what Stripe refuses is refused`(_ status: Int, _ body: String, _ code: String)
        async throws
    {
        try await withStub { _ in
            .answer(status, body)
        } _: { stub, http, notes in
            let failure = await failure {
                try await client(stub, http, notes).createCheckout(checkout, key: "k")
            }
            #expect(failure == .refused(code: code, message: "m"))
        }
    }

    @Test(
        arguments: [
            (#"{"error":{"code":"expired_card","message":"m"}}"#, "expired_card"),
            (
                #"{"error":{"code":"card_declined","decline_code":"lost_card","message":"m"}}"#,
                "lost_card"
            ),
        ]
    )
    func `what a bank declines is no refusal of Stripe's`(_ body: String, _ code: String)
        async throws
    {
        let document = try StripeDocument()
        try await withStub { _ in
            .answer(402, body)
        } _: { stub, http, notes in
            let charge = SavedCardCharge(
                customer: "cus_1",
                card: "pm_1",
                amount: Money(minorUnits: 500, .usd),
                description: "d",
                metadata: ["payment_id": "p"]
            )
            let failure = await failure {
                try await client(stub, http, notes).charge(charge, key: "k")
            }
            #expect(failure == .declined(code: code, message: "m"))
            let sent = try #require(stub.requests.first?.form)
            #expect(sent["automatic_payment_methods[enabled]"] == "true")
            #expect(sent["automatic_payment_methods[allow_redirects]"] == "never")
            #expect(document.faults(of: sent, to: "/v1/payment_intents") == [])
        }
    }

    @Test(
        arguments: [
            (200, ""), (200, "[]"), (200, "<html>"), (200, #"{"id":"pi_1","object":"charge"}"#),
            (302, ""), (400, "<html>"), (424, "{}"),
            (500, #"{"error":{"type":"api_error","message":"m"}}"#), (503, ""),
        ]
    )
    func `what may have happened is unknown`(_ status: Int, _ body: String) async throws {
        try await withStub { _ in
            .answer(status, body)
        } _: { stub, http, notes in
            let failure = await failure {
                try await client(stub, http, notes).createCheckout(checkout, key: "k")
            }
            #expect(failure.isUnknown)
        }
    }

    private static let keyInUse = #"{"error":{"code":"idempotency_key_in_use"}}"#

    @Test func `a call whose key is in use brings the answer of the one that has it`()
        async throws
    {
        let turns = Mutex(0)
        try await withStub { _ in
            let turn = turns.withLock { turns in
                turns += 1
                return turns
            }
            return turn < 4
                ? .answer(409, StripeClientTests.keyInUse) : .answer(200, StripeClientTests.session)
        } _: { stub, http, notes in
            let state = try await client(stub, http, notes).createCheckout(checkout, key: "k")
            #expect(state.id == "cs_test_1")
            #expect(stub.requests.count == 4)
            #expect(Set(stub.requests.map { $0.headers["Idempotency-Key"] }) == ["k"])
        }
    }

    @Test func `what came of a call whose key stays in use is unknown`() async throws {
        try await withStub { _ in
            .answer(409, StripeClientTests.keyInUse)
        } _: { stub, http, notes in
            let failure = await failure {
                try await client(stub, http, notes, deadlineSeconds: 1)
                    .createCheckout(checkout, key: "k")
            }
            #expect(failure.isUnknown)
        }
    }

    @Test func `being asked to slow down is no refusal`() async throws {
        try await withStub { request in
            request.method == "GET"
                ? .answer(429, "{}", headers: ["Retry-After": "7"])
                : .answer(409, #"{"error":{"code":"lock_timeout","message":"m"}}"#)
        } _: { stub, http, notes in
            let stripe = client(stub, http, notes)
            #expect(
                await failure { try await stripe.intent("pi_1") } == .limited(retryAfterSeconds: 7)
            )
            #expect(
                await failure { try await stripe.createCheckout(checkout, key: "k") }
                    == .limited(retryAfterSeconds: nil)
            )
        }
    }

    @Test(arguments: ["-1", "nan", "inf", "soon", "999999999", ""])
    func `a time to wait that makes no sense is none`(_ text: String) async throws {
        try await withStub { _ in
            .answer(429, "{}", headers: ["Retry-After": text])
        } _: { stub, http, notes in
            let failure = await failure { try await client(stub, http, notes).intent("pi_1") }
            #expect(failure == .limited(retryAfterSeconds: nil))
        }
    }

    @Test(arguments: [401, 403])
    func `a key that is not accepted is told without being shown`(_ status: Int) async throws {
        try await withStub { _ in
            .answer(status, #"{"error":{"message":"Invalid key: \#(StripeClientTests.key)"}}"#)
        } _: { stub, http, notes in
            let failure = await failure { try await client(stub, http, notes).intent("pi_1") }
            #expect(failure == .unauthorized(message: "Invalid key: •••"))
            #expect(!notes.text.contains(StripeClientTests.key))
        }
    }

    @Test func `a lost answer is unknown, a closed door is not`() async throws {
        try await withStub { request in
            request.path.hasSuffix("pi_cut") ? .cut : .silence
        } _: { stub, http, notes in
            let stripe = client(stub, http, notes, deadlineSeconds: 3)
            #expect(await failure { try await stripe.intent("pi_cut") }.isUnknown)
            #expect(await failure { try await stripe.intent("pi_silence") }.isUnknown)
            await stub.stop()
            #expect(await failure { try await stripe.intent("pi_late") }.isNotSent)
        }
    }

    @Test(arguments: ["", "pi_", "_x", "PI_x", "pi_1/../x", "pi_1?a=b", "pi_ü", "pi 1", "pi"])
    func `what is no identifier never reaches a path`(_ id: String) async throws {
        try await withStub { _ in
            .answer(200, "{}")
        } _: { stub, http, notes in
            let failure = await failure { try await client(stub, http, notes).intent(id) }
            #expect(failure.code == "invalid_id")
            #expect(stub.requests.isEmpty)
        }
    }

    @Test(arguments: ["", "a\r\nX: y", "ü", String(repeating: "k", count: 256)])
    func `what is no idempotency key is never sent`(_ key: String) async throws {
        try await withStub { _ in
            .answer(200, "{}")
        } _: { stub, http, notes in
            let failure = await failure {
                try await client(stub, http, notes).createCheckout(checkout, key: key)
            }
            #expect(failure.code == "invalid_idempotency_key")
            #expect(stub.requests.isEmpty)
        }
    }

    @Test func `giving up a payment that was made tells that it was made`() async throws {
        let refusal = #"{"error":{"code":"payment_intent_unexpected_state","message":"m"}}"#
        let made = StripeClientTests.intent
            .replacing("requires_payment_method", with: "succeeded")
        try await withStub { request in
            request.method == "POST" ? .answer(400, refusal) : .answer(200, made)
        } _: { stub, http, notes in
            let state = try await client(stub, http, notes).cancelIntent("pi_1")
            #expect(state.status == .succeeded)
            #expect(stub.requests.first?.path == "/v1/payment_intents/pi_1/cancel")
            #expect(stub.requests.first?.text == "cancellation_reason=abandoned")
        }
    }

    @Test func `closing a page that is closed tells how it ended`() async throws {
        let refusal = #"{"error":{"type":"invalid_request_error","message":"m"}}"#
        let paid = StripeClientTests.session
            .replacing("\"open\"", with: "\"complete\"").replacing("unpaid", with: "paid")
        try await withStub { request in
            request.method == "POST" ? .answer(400, refusal) : .answer(200, paid)
        } _: { stub, http, notes in
            let state = try await client(stub, http, notes).expireCheckout("cs_test_1")
            #expect(state.status == .complete)
            #expect(state.paymentStatus == .paid)
        }
    }

    @Test func `lists are read to their end`() async throws {
        let intent = StripeClientTests.intent
        try await withStub { request in
            let isFirst = request.queryFields["starting_after"] == nil
            let object = isFirst ? intent : intent.replacing("pi_1", with: "pi_0")
            return .answer(200, #"{"object":"list","data":[\#(object)],"has_more":\#(isFirst)}"#)
        } _: { stub, http, notes in
            let intents = try await client(stub, http, notes).listIntents(
                customer: "cus_1",
                createdAfter: Date(timeIntervalSince1970: 1_800_000_000)
            )
            #expect(intents.map(\.id) == ["pi_1", "pi_0"])
            #expect(
                stub.requests.last?.queryFields.fields == [
                    .init("customer", "cus_1"), .init("created[gte]", "1800000000"),
                    .init("limit", "100"), .init("starting_after", "pi_1"),
                ]
            )
        }
    }
}
