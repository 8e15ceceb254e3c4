import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// What becomes of a customer's other services when one of them is not paid.
@Suite struct SeveralServicesTests {
    @Test func `the unpaid one of two services is stopped, and the other one goes on`()
        async throws
    {
        try await TestApp.run { app in
            try await app.addPolicy("Quick", ["starter"], suspension: 2)
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.pass(days: 10)
            _ = try await app.buy(by: try await app.logInAgain(ann))
            try await app.removeCards(of: ann)
            try await app.pass(days: 21.1)
            _ = try await app.states(of: ann, are: ["active", "past_due"])
            try await app.pass(days: 3)
            try await app.settleDunning()
            _ = try await app.states(of: ann, are: ["active", "suspended"])
            try await app.panelsShow(["active", "suspended"])
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 1)
            // It is the older one.
            #expect(
                try await app.count(
                    """
                    SELECT 1 FROM subscriptions s JOIN subscriptions other ON other.id <> s.id
                    WHERE s.status = 'suspended' AND s.created_at < other.created_at
                    """
                ) == 1
            )
            try await app.requireCleanBooks()

            try await app.payByHand(try await app.invoices(of: ann, count: 1, status: "open")[0])
            _ = try await app.states(of: ann, are: ["active", "active"])
            try await app.panelsShow(["active", "active"])
            try await app.requireCleanBooks()
        }
    }

    @Test
    func `services on one bill are stopped together, when the gentlest of their policies says`()
        async throws
    {
        try await TestApp.run { app in
            try await app.addPolicy("Quick", ["starter"], suspension: 2)
            try await app.addPolicy("Slow", ["professional"], suspension: 6)
            let ann = try await app.register()
            try await app.buyTogether(["starter", "professional"], by: ann)
            try await app.removeCards(of: ann)
            try await app.pass(days: 31.1)
            let open = try await app.invoices(of: ann, count: 1, status: "open")
            #expect(open.count == 1 && open[0]["total"]?["amount"] == 12_800)
            try await app.pass(days: 3)
            try await app.settleDunning()
            _ = try await app.states(of: ann, are: ["past_due", "past_due"])
            try await app.panelsShow(["active", "active"])
            try await app.pass(days: 3)
            try await app.settleDunning()
            _ = try await app.states(of: ann, are: ["suspended", "suspended"])
            try await app.panelsShow(["suspended", "suspended"])
            try await app.payByHand(open[0])
            _ = try await app.states(of: ann, are: ["active", "active"])
            try await app.panelsShow(["active", "active"])
            try await app.requireCleanBooks()
        }
    }
}

extension TestApp {
    fileprivate func addPolicy(
        _ name: String,
        _ slugs: [String],
        suspension: Int64
    ) async throws {
        var plans: [JSON] = []
        for slug in slugs { plans.append(.string(try await plan(slug))) }
        let made = try await api.post(
            "/api/v1/admin/dunning-policies",
            json: [
                "name": .string(name), "retry_days": [], "reminder_days": [1],
                "suspension_day": .integer(suspension), "plan_ids": .array(plans),
            ],
            token: try await token(of: "admin")
        )
        try #require(made.status == 201, "\(made.text)")
    }

    /// Buys several plans with one order.
    fileprivate func buyTogether(_ slugs: [String], by person: Person) async throws {
        var items: [JSON] = []
        for slug in slugs {
            items.append(["plan_id": .string(try await plan(slug)), "billing_cycle": "monthly"])
        }
        let placed = try await api.post(
            "/api/v1/orders/",
            json: ["items": .array(items)],
            token: person.token
        )
        try #require(placed.status == 201, "\(placed.text)")
        let id = try #require(placed.json["id"]?.string)
        pay(try await openCheckout(id, by: person))
        _ = try await order(id, by: person, reaching: "completed")
    }

    /// Leaves somebody without a card.
    fileprivate func removeCards(of person: Person) async throws {
        let fresh = try await logInAgain(person)
        _ = try await savedCard(of: fresh)
        try await learnCards()
        let list = try await api.get("/api/v1/payment-methods", token: fresh.token)
        for card in list.json["data"]?.array ?? [] {
            let path = "/api/v1/payment-methods/\(card["id"]?.string ?? "")"
            let removed = try await api.delete(path, token: fresh.token)
            try #require(removed.status == 204, "\(removed.text)")
        }
    }

    /// Waits until somebody's subscriptions have these states, in any order.
    fileprivate func states(of person: Person, are wanted: [String]) async throws {
        let fresh = try await logInAgain(person)
        _ = try await eventually("subscriptions \(wanted)") {
            let answer = try await api.get("/api/v1/subscriptions", token: fresh.token)
            let found = (answer.json["data"]?.array ?? []).compactMap { $0["status"]?.string }
            return found.sorted() == wanted.sorted() ? true : nil
        }
    }

    /// Waits until the panels' accounts have these states, in any order.
    fileprivate func panelsShow(_ wanted: [String]) async throws {
        _ = try await eventually("accounts \(wanted)") {
            let found = simulators.panels
                .flatMap { $0.host.state["accounts"]?.array ?? [] }
                .compactMap { $0["status"]?.string }
            return found.sorted() == wanted.sorted() ? true : nil
        }
    }
}
