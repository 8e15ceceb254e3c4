import Foundation
import HTTPClient
import Simulators
import Support
import Testing
import Wire

@Suite struct StripeIdempotencyTests {
    @Test func `the same key and parameters give the same answer`() async throws {
        try await StripeDesk.open { desk in
            let first = try await desk.pay("pm_card_visa", key: "order-1")
            let again = try await desk.pay("pm_card_visa", key: "order-1")
            #expect(first.body == again.body)
            #expect(first.headers["Idempotent-Replayed"] == nil)
            #expect(again.headers["Idempotent-Replayed"] == "true")
            #expect(again.headers["Original-Request"] == first.headers["Request-Id"])
            #expect(desk.stripe.paidCharges.count == 1)
        }
    }

    @Test func `a decline is replayed too`() async throws {
        try await StripeDesk.open { desk in
            let first = try await desk.pay("pm_card_chargeDeclined", key: "order-1")
            let again = try await desk.pay("pm_card_chargeDeclined", key: "order-1")
            #expect(again.status == 402)
            #expect(first.body == again.body)
        }
    }

    @Test func `the same key with other parameters is refused`() async throws {
        try await StripeDesk.open { desk in
            _ = try await desk.pay("pm_card_visa", key: "order-1")
            let other = try await desk.pay("pm_card_mastercard", key: "order-1")
            #expect(other.status == 400)
            #expect(other.json["error"]?["type"] == "idempotency_error")
        }
    }

    @Test func `a key whose call was invalid can be used again`() async throws {
        try await StripeDesk.open { desk in
            let wrong = try await desk.post("/v1/customers", [("email", "none")], key: "k")
            #expect(wrong.status == 400)
            let right = try await desk.post("/v1/customers", [("email", "a@b.c")], key: "k")
            #expect(right.status == 200)
        }
    }

    @Test func `a key in use is a conflict`() async throws {
        try await StripeDesk.open { desk in
            desk.stripe.host.faults.add(Fault("POST /v1/payment_intents", .slow))
            async let slow = desk.pay("pm_card_visa", key: "order-1")
            try await eventually("the slow call arrives") {
                !desk.stripe.host.journal.requests.isEmpty
            }
            try await Task.sleep(for: .milliseconds(50))
            let other = try await desk.pay("pm_card_visa", key: "order-1")
            #expect(other.status == 409)
            #expect(other.errorCode == "idempotency_key_in_use")
            #expect(try await slow.status == 200)
            #expect(desk.stripe.paidCharges.count == 1)
        }
    }

    @Test func `a key is forgotten after a day`() async throws {
        let clock = BusinessClock(standingAt: Date(timeIntervalSince1970: 1_800_000_000))
        try await StripeDesk.open(clock: clock) { desk in
            let first = try await desk.post("/v1/customers", key: "k")
            clock.advance(seconds: 86_400)
            let later = try await desk.post("/v1/customers", key: "k")
            #expect(first.json["id"] != later.json["id"])
        }
    }

    @Test func `a lost answer followed by the same key pays once`() async throws {
        try await StripeDesk.open { desk in
            desk.stripe.host.faults.add(Fault("POST /v1/payment_intents", .timeoutAfter))
            await #expect(throws: TransferError.self) {
                _ = try await desk.post(
                    "/v1/payment_intents",
                    [
                        ("amount", "9900"), ("currency", "usd"), ("confirm", "true"),
                        ("payment_method", "pm_card_visa"),
                        ("automatic_payment_methods[enabled]", "true"),
                        ("automatic_payment_methods[allow_redirects]", "never"),
                    ],
                    key: "order-1",
                    deadlineSeconds: 0.5
                )
            }
            #expect(desk.stripe.paidCharges.count == 1)
            let again = try await desk.pay("pm_card_visa", key: "order-1")
            #expect(again.headers["Idempotent-Replayed"] == "true")
            #expect(desk.stripe.paidCharges.count == 1)
        }
    }
}
