import Core
import Foundation
import Simulators
import Support
import Testing
import Wire

extension TestApp {
    /// Places an order for one plan, with a domain name when given.
    func placeOrder(
        by person: Person,
        plan slug: String = "starter",
        domain: String? = nil,
        action: String = "register",
        coupon: String? = nil
    ) async throws -> JSON {
        var item: JSON = [
            "plan_id": .string(try await plan(slug)), "billing_cycle": "monthly",
        ]
        if let domain {
            var wish: JSON = ["name": .string(domain), "action": .string(action)]
            if action == "transfer" { wish = wish.setting("auth_code", "Let-me-go-1") }
            item = item.setting("domain", wish)
        }
        var order: JSON = ["items": [item]]
        if let coupon { order = order.setting("coupon_code", .string(coupon)) }
        let answer = try await api.post("/api/v1/orders/", json: order, token: person.token)
        try #require(answer.status == 201, "\(answer.text)")
        return answer.json
    }

    /// Opens the payment page of an order and returns the processor's identifier of it. The card
    /// is kept unless something else is said.
    func openCheckout(
        _ order: String,
        by person: Person,
        keepingCard: Bool? = true
    ) async throws -> String {
        let answer = try await api.post(
            "/api/v1/orders/\(order)/checkout",
            json: keepingCard.map { ["save_payment_method": .bool($0)] } ?? [:],
            token: person.token
        )
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(answer.json["session_id"]?.string)
    }

    /// Pays a payment page as a customer would.
    func pay(_ session: String, card: String = "4242424242424242") {
        _ = simulators.stripe.completeCheckout(session, card: card)
    }

    /// An order once it has reached a state.
    func order(
        _ id: String,
        by person: Person,
        reaching status: String,
        seconds: Double = 30
    ) async throws -> JSON {
        try await eventually("order \(status)", seconds: seconds) {
            let answer = try await api.get("/api/v1/orders/\(id)", token: person.token)
            // A plain nil would be the JSON null, and no waiting at all.
            return answer.json["status"]?.string == status ? answer.json : JSON?.none
        }
    }

    /// Buys a plan from end to end and returns the completed order.
    func buy(
        by person: Person,
        plan: String = "starter",
        domain: String? = nil,
        coupon: String? = nil
    ) async throws -> JSON {
        let placed = try await placeOrder(by: person, plan: plan, domain: domain, coupon: coupon)
        let id = try #require(placed["id"]?.string)
        pay(try await openCheckout(id, by: person))
        return try await order(id, by: person, reaching: "completed")
    }
}
