import Cryptography
import HTTPServer
import Simulators
import Support
import Synchronization
import Testing
import Wire

/// Somebody who receives webhooks.
private final class Listener: Sendable {
    struct Delivery: Sendable {
        let body: [UInt8]
        let signature: String
        var event: JSON { (try? JSON(reading: body)) ?? .null }
        var type: String { event["type"]?.string ?? "" }
    }

    private final class Received: Sendable {
        let deliveries = Mutex<[Delivery]>([])
        let refusals = Mutex(0)
    }

    private let received = Received()
    private let server: Server

    var url: String { "http://127.0.0.1:\(server.port)/hook" }
    var deliveries: [Delivery] { received.deliveries.withLock { $0 } }

    /// A listener that refuses so often before it takes anything.
    init(refusing times: Int = 0) throws {
        let received = received
        received.refusals.withLock { $0 = times }
        server = try Server(address: "127.0.0.1", port: 0, log: .silent) { request in
            let refuses = received.refusals.withLock { left in
                left -= 1
                return left >= 0
            }
            if refuses { return .now(HTTPResponse(status: 500)) }
            let signature = request.headers["Stripe-Signature"] ?? ""
            received.deliveries.withLock {
                $0.append(Delivery(body: request.body, signature: signature))
            }
            return .now(HTTPResponse(status: 200))
        }
        server.start()
    }

    func stop() async { await server.stop(deadlineSeconds: 0) }
}

@Suite struct StripeWebhookTests {
    private static let paid: Set<String> = [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
        "charge.updated",
    ]

    private func listening(
        refusing times: Int = 0,
        _ body: (StripeDesk, Listener) async throws -> Void
    ) async throws {
        let listener = try Listener(refusing: times)
        try await StripeDesk.open(webhookURL: listener.url) { desk in
            try await body(desk, listener)
        }
        await listener.stop()
    }

    @Test func `events arrive signed over the bytes that are sent`() async throws {
        try await listening { desk, listener in
            _ = try await desk.pay("pm_card_visa")
            try await eventually("four events") { listener.deliveries.count == 4 }
            #expect(Set(listener.deliveries.map(\.type)) == Self.paid)
            for delivery in listener.deliveries {
                let parts = delivery.signature.split(separator: ",").map(String.init)
                let time = try #require(parts.first?.dropFirst(2))
                let code = try #require(parts.last?.dropFirst(3))
                let right = HMACSHA256.authenticate(
                    Array("\(time).".utf8) + delivery.body,
                    key: Array(StripeSimulator.sandboxWebhookSecret.utf8)
                )
                #expect(Hex.encode(right) == String(code))
                #expect(delivery.event["api_version"] == "2026-10-28.endive")
            }
        }
    }

    @Test func `an event that is not taken comes again until it is`() async throws {
        try await listening(refusing: 2) { desk, listener in
            _ = try await desk.customer()
            try await eventually("the third attempt") { listener.deliveries.count == 1 }
            try await eventually("nothing pending") {
                let list = try await desk.get("/v1/events?delivery_success=true")
                return list.json["data"]?.array?.count == 1
            }
        }
    }

    @Test func `held events wait until they may go`() async throws {
        try await listening { desk, listener in
            desk.stripe.setWebhooks(.hold)
            _ = try await desk.pay("pm_card_visa")
            await desk.stripe.webhooksAreIdle()
            #expect(listener.deliveries.isEmpty)
            desk.stripe.setWebhooks(.deliver)
            try await eventually("four events") { listener.deliveries.count == 4 }
        }
    }

    @Test func `dropped events come only when they are redelivered`() async throws {
        try await listening { desk, listener in
            desk.stripe.setWebhooks(.drop)
            _ = try await desk.customer()
            await desk.stripe.webhooksAreIdle()
            #expect(listener.deliveries.isEmpty)
            let pending = try await desk.get("/v1/events?delivery_success=false")
            #expect(pending.json["data"]?.array?.count == 1)
            #expect(desk.stripe.redeliverWebhooks() == 1)
            try await eventually("the event") { listener.deliveries.count == 1 }
        }
    }

    @Test func `duplicated events come twice, byte for byte`() async throws {
        try await listening { desk, listener in
            desk.stripe.setWebhooks(.duplicate)
            _ = try await desk.customer()
            try await eventually("two deliveries") { listener.deliveries.count == 2 }
            #expect(listener.deliveries[0].body == listener.deliveries[1].body)
        }
    }

    @Test func `reordered events come the last first`() async throws {
        try await listening { desk, listener in
            desk.stripe.setWebhooks(.reorder)
            _ = try await desk.pay("pm_card_visa")
            try await eventually("four events") { listener.deliveries.count == 4 }
            #expect(listener.deliveries.first?.type == "charge.updated")
            #expect(listener.deliveries.last?.type == "payment_intent.created")
        }
    }

    @Test func `a registered endpoint gets what it asked for under its own secret`() async throws {
        let listener = try Listener()
        try await StripeDesk.open { desk in
            let endpoint = try await desk.post(
                "/v1/webhook_endpoints",
                [("url", listener.url), ("enabled_events[0]", "payment_intent.succeeded")]
            )
            #expect(endpoint.json["secret"]?.string?.hasPrefix("whsec_") == true)
            _ = try await desk.pay("pm_card_visa")
            await desk.stripe.webhooksAreIdle()
            #expect(listener.deliveries.map(\.type) == ["payment_intent.succeeded"])
        }
        await listener.stop()
    }
}
