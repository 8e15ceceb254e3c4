import App
import Core
import Foundation
import HTTPClient
import Postgres
import Simulators
import Testing
import Wire

extension TestApp {
    /// Buys a plan for 29.00 with a card and returns the payment, as its payer sees it.
    func buyWithPayment(by person: Person, card: String = "4242424242424242") async throws -> JSON {
        let placed = try await placeOrder(by: person)
        let id = try #require(placed["id"]?.string)
        pay(try await openCheckout(id, by: person), card: card)
        _ = try await order(id, by: person, reaching: "completed")
        return try await payment(of: id, by: person)
    }

    /// Opens the payment page of an invoice as its customer, without keeping the card.
    func openPage(of invoice: JSON, keepingCard: Bool = false) async throws -> String {
        let id = try #require(ID<Invoice>(invoice["id"]?.string ?? ""))
        return try await Checkouts(services).open(
            id,
            for: .system,
            returningTo: Checkouts.ReturnAddresses(
                success: "http://127.0.0.1/",
                cancel: "http://127.0.0.1/"
            ),
            keepingCard: keepingCard
        ).sessionID
    }

    /// Pays an invoice as its customer, by a card that is not kept.
    func payByHand(_ invoice: JSON) async throws {
        pay(try await openPage(of: invoice))
    }

    /// Nobody asks for or after a payment again until the test says so.
    func restPayments() async throws {
        _ = try await eventually("a worker at rest") {
            try await run(
                """
                UPDATE jobs SET run_at = 'infinity'
                WHERE kind LIKE 'payment.%' AND status = 'queued'
                """
            )
            // The poller passes by what was just asked about.
            try await run("UPDATE payments SET checked_at = '2100-01-01'")
            return try await count(
                "SELECT 1 FROM jobs WHERE kind LIKE 'payment.%' AND status = 'running'"
            ) == 0 ? true : nil
        }
    }

    /// Asks for money of a payment to go back, as staff would.
    func askRefund(
        of payment: JSON,
        amount: Int64? = nil,
        currency: String = "USD",
        key: String? = nil
    ) async throws -> TestAnswer {
        var body: JSON = ["reason": "Asked for in a test"]
        if let amount {
            body = body.setting(
                "amount",
                ["amount": .integer(amount), "currency": .string(currency)]
            )
        }
        return try await api.post(
            "/api/v1/payments/\(payment["id"]?.string ?? "")/refund",
            json: body,
            token: try await token(of: "billing"),
            headers: key.map { ["Idempotency-Key": $0] } ?? [:]
        )
    }

    /// A refund once it stands in a state, as staff see it.
    @discardableResult
    func refund(_ id: String, reaching status: String) async throws -> JSON {
        let token = try await token(of: "billing")
        return try await eventually("refund \(status)") {
            let answer = try await api.get("/api/v1/refunds/\(id)", token: token)
            return answer.json["status"]?.string == status ? answer.json : JSON?.none
        }
    }

    /// Uses a control that only the sandbox of the card processor has.
    @discardableResult
    func controlStripe(_ path: String, _ body: JSON = [:]) async throws -> JSON {
        let answer = try await services.http.send(
            OutgoingRequest(
                "POST",
                simulators.stripe.host.baseURL + "/_sandbox/" + path,
                headers: ["Content-Type": "application/json"],
                body: body.bytes
            )
        )
        try #require(answer.status == 200, "\(answer.text)")
        return try JSON(reading: answer.body)
    }

    /// The refunds that the processor has made.
    var stripeRefunds: [JSON] { simulators.stripe.host.state["refunds"]?.array ?? [] }

    /// Waits until every message of the processor has been dealt with.
    func webhooksAreDealtWith() async throws {
        await simulators.stripe.webhooksAreIdle()
        _ = try await eventually("webhooks that are dealt with") {
            try await count("SELECT 1 FROM webhook_events WHERE status = 'received'") == 0
                ? true : nil
        }
    }

    /// The subjects of the mails to somebody.
    func subjects(to person: Person) -> [String] {
        simulators.mail.messages.filter { $0.header("To")?.contains(person.email) == true }
            .map(\.subject)
    }

    /// Has open and lost disputes stop what their payments paid for.
    func stopServicesOfDisputes() async throws {
        let set = try await api.put(
            "/api/v1/admin/dispute-policy",
            json: ["freezes_services": true],
            token: try await token(of: "admin")
        )
        try #require(set.status == 200, "\(set.text)")
    }
}
