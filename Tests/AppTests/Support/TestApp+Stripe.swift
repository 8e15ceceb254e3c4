import App
import Cryptography
import Foundation
import HTTPClient
import Simulators
import Support
import Testing
import Wire

extension TestApp {
    /// The bodies of all events of a kind that the processor made, as its webhooks carry them.
    func stripeEvents(_ type: String) -> [[UInt8]] {
        let events = simulators.stripe.host.state["events"]?.array ?? []
        return events.filter { $0["type"]?.string == type }.map(\.bytes)
    }

    /// The signature by which the processor would prove a body.
    func stripeSignature(
        _ body: [UInt8],
        secret: String = StripeSimulator.sandboxWebhookSecret,
        secondsAgo: Double = 0
    ) -> String {
        let time = Int64(clock.now.timeIntervalSince1970 - secondsAgo)
        let code = HMACSHA256.authenticate(Array("\(time).".utf8) + body, key: Array(secret.utf8))
        return "t=\(time),v1=\(Hex.encode(code))"
    }

    /// Delivers a webhook; without a signature of its own it is signed as it should be.
    func deliver(_ body: [UInt8], signature: String? = nil) async throws -> TestAnswer {
        try await api.send(
            "POST",
            "/api/v1/payments/webhook",
            body: body,
            headers: [
                "Content-Type": "application/json",
                "Stripe-Signature": signature ?? stripeSignature(body),
            ]
        )
    }

    /// Calls the processor as somebody with our key could.
    func callStripe(_ path: String, _ fields: [(String, String)]) async throws -> JSON {
        var form = FormFields()
        for (name, value) in fields { form.append(name, value) }
        let answer = try await services.http.send(
            OutgoingRequest(
                "POST",
                simulators.stripe.host.baseURL + path,
                headers: [
                    "Authorization": "Bearer sk_test_of_the_tests",
                    "Content-Type": "application/x-www-form-urlencoded",
                ],
                body: Array(form.encoded.utf8)
            )
        )
        try #require(answer.status == 200, "\(answer.text)")
        return try JSON(reading: answer.body)
    }

    /// The payment of an order that is under way or has ended.
    func payment(of order: String, by person: Person) async throws -> JSON {
        let list = try await api.get("/api/v1/payments?limit=100", token: person.token)
        let payments = list.json["data"]?.array ?? []
        return try #require(payments.first { $0["order_id"]?.string == order })
    }
}
