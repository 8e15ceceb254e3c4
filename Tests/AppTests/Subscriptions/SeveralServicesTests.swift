import App
import Core
import Foundation
import Postgres
import Simulators
import Support
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

    @Test func `two months that begin at different hours of a day stand on one invoice`()
        async throws
    {
        try await TestApp.run { app in
            let hour = Int64(app.clock.now.timeIntervalSince1970) % 86_400 / 3_600
            if hour > 16 { try await app.pass(days: Double(26 - hour) / 24) }
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.pass(days: 5 / 24)
            _ = try await app.buy(by: try await app.logInAgain(ann))
            try await app.pass(to: "SELECT min(current_period_end) AS at FROM subscriptions")
            _ = try await Renewals(app.services).bill()
            let paid = try await app.invoices(of: ann, count: 3)
            #expect(paid[0]["total"]?["amount"] == 5_800)
            #expect(try await app.count("SELECT 1 FROM invoices WHERE number IS NOT NULL") == 3)
            try await app.requireCleanBooks()
        }
    }

    /// Decision 14: what is billed by one turn is one invoice.
    @Test(arguments: [(0, 3, [99_000, 2_900]), (3, 3, [101_900]), (0, 0, [101_900])])
    func `a year and a month due on one day are one invoice with one lead, else two`(
        monthly: Int64,
        yearly: Int64,
        totals: [Int64]
    ) async throws {
        try await TestApp.run { app in
            let set = try await app.api.put(
                "/api/v1/admin/settings",
                json: [
                    "renewal_lead_days": [
                        "monthly": .integer(monthly), "yearly": .integer(yearly),
                    ]
                ],
                token: try await app.token(of: "admin")
            )
            try #require(set.status == 200, "\(set.text)")
            let ann = try await app.register()
            try await app.buyTogether(
                ["starter", "professional"],
                yearly: ["professional"],
                by: ann
            )
            try await app.pass(
                to: "SELECT max(current_period_end) - interval '4 days' AS at FROM subscriptions"
            )
            _ = try await Renewals(app.services).bill()
            let before = try await app.invoices(of: ann, count: 2).count
            _ = try await app.invoices(of: ann, count: before)

            try await app.pass(days: 1.5)
            _ = try await Renewals(app.services).bill()
            let open = "SELECT 1 FROM invoices WHERE status = 'open'"
            #expect(try await app.count("\(unsafeRaw: open)") == (yearly == 3 ? 1 : 0))
            try await app.pass(days: 2.6)
            _ = try await Renewals(app.services).bill()
            let paid = try await app.invoices(of: ann, count: before + totals.count)
            #expect(paid.count == before + totals.count)
            let new = paid.prefix(totals.count).compactMap { $0["total"]?["amount"]?.integer }
            #expect(new.sorted() == totals.sorted())
            #expect(
                Set(paid.prefix(totals.count).map { $0["due_at"]?.string?.prefix(10) }).count == 1
            )
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

    /// Moves the time on to a moment that the database knows.
    fileprivate func pass(to moment: SQL) async throws {
        let at: Date = try await services.database.transaction(for: .system) { session in
            try session.one(moment) { try $0.get("at") }
        }
        try await pass(days: (at.timeIntervalSince(clock.now) + 60) / 86_400)
    }

    /// Buys several plans with one order, each by the month unless told otherwise.
    fileprivate func buyTogether(
        _ slugs: [String],
        yearly: Set<String> = [],
        by person: Person
    ) async throws {
        var items: [JSON] = []
        for slug in slugs {
            items.append([
                "plan_id": .string(try await plan(slug)),
                "billing_cycle": yearly.contains(slug) ? "yearly" : "monthly",
            ])
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
