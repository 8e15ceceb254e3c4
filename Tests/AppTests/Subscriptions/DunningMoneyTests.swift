import Core
import Foundation
import Postgres
import Simulators
import Testing
import Web
import Wire

@testable import App

/// Unpaid bills whose money is on its way, comes late, or pays another of them.
@Suite struct DunningMoneyTests {
    @Test func `nobody is suspended while their money is on its way`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let open = try await app.leaveUnpaid(by: ann, suspension: 2)
            try await app.payByDebit(try await app.openPage(of: open))
            for _ in 1...4 {
                try await app.pass(days: 5)
                try await app.settleDunning()
            }
            #expect(
                try await app.count("SELECT 1 FROM dunning_steps WHERE action <> 'remind'") == 0
            )
            _ = try await app.subscription(of: ann, reaching: "past_due")
            try await app.endDebit(succeeds: true)
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `nobody is suspended while staff look at their money`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let open = try await app.leaveUnpaid(by: ann, suspension: 2)
            _ = try await app.openPage(of: open)
            // It brought money of the other mode, which is none.
            try await app.run(
                """
                UPDATE payments SET status = 'attention', failure = 'The other mode.'
                WHERE status = 'open'
                """
            )
            try await app.pass(days: 5)
            try await app.settleDunning()
            #expect(
                try await app.count("SELECT 1 FROM dunning_steps WHERE action <> 'remind'") == 0
            )
            await #expect(throws: Problem.paymentInAttention) {
                _ = try await app.openPage(of: open)
            }
            let parked = try await app.services.database.transaction(for: .system) { session in
                try session.one("SELECT id FROM payments WHERE status = 'attention'") {
                    ID<Payment>(try $0.get("id"))
                }
            }
            try await Refunds(app.services).beginReturn(of: parked, actor: .system)
            try await app.pass(days: 1.5)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "suspended")
            try await app.payByHand(open)
            _ = try await app.subscription(of: ann, reaching: "active")
            try await app.requireCleanBooks()
        }
    }

    @Test func `who lost the service over a bill can still pay it, and come back`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let open = try await app.leaveUnpaid(by: ann, suspension: 2, notice: 3, end: 5)
            for _ in 1...4 {
                try await app.pass(days: 2)
                try await app.settleDunning()
            }
            _ = try await app.invoices(of: ann, count: 1, status: "uncollectible")
            #expect(try await app.balance("bad_debt") == 2_900)
            try await app.payByHand(open)
            _ = try await app.invoices(of: ann, count: 2)
            #expect(try await app.balance("bad_debt") == 0)
            #expect(try await app.balance("receivable") == 0)
            #expect(try await app.suspense().values.allSatisfy { $0 == 0 })
            let fresh = try await app.logInAgain(ann)
            let id = try await app.subscription(of: fresh)["id"]?.string ?? ""
            let back = try await app.api.post(
                "/api/v1/subscriptions/\(id)/reactivate",
                json: [:],
                token: fresh.token
            )
            #expect(back.status == 200, "\(back.text)")
            try await app.requireCleanBooks()
        }
    }

    @Test func `money of a bank for a bill that was given up is recorded`() async throws {
        try await TestApp.run { app in
            let id = try await app.issueInvoice()
            let given = try await app.doTo(id, "uncollectible")
            try #require(given.status == 200, "\(given.text)")
            let recorded = RecordedPayments.NewPayment(channel: .cash, reference: "R 1")
            _ = try await RecordedPayments(app.services).record(recorded, for: id, actor: .system)
            #expect(try await app.invoice(id)["status"] == "paid")
            #expect(try await app.balance("bad_debt") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `paying a later bill does not lift what an earlier one has suspended`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let first = try await app.leaveUnpaid(by: ann, suspension: 2)
            try await app.pass(days: 2)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "suspended")
            #expect(try await app.count("SELECT 1 FROM dunning_cases WHERE closed_at IS NULL") == 1)
            try await app.pass(days: 29)
            let both = try await app.invoices(of: ann, count: 2, status: "open")
            let second = try #require(both.first { $0["id"] != first["id"] })
            try await app.payByHand(second)
            _ = try await app.invoices(of: ann, count: 2)
            try await app.settleDunning()
            let still = try await app.subscription(of: try await app.logInAgain(ann))
            #expect(still["status"] == "suspended")
            try await app.payByHand(first)
            _ = try await app.subscription(of: ann, reaching: "active")
            try await app.requireCleanBooks()
        }
    }

    @Test func `who is exempt no longer is asked again, however long ago the last time was`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.leaveUnpaid(by: ann, suspension: 2) { customer in
                let path = "/api/v1/admin/customers/\(customer)/dunning-exemption"
                let token = try await app.token(of: "admin")
                _ = try await app.api.put(path, json: ["exempt": true], token: token)
            }
            try await app.pass(days: 5)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "past_due")
            let customer = try await app.subscription(of: app.logInAgain(ann))["customer_id"]
            let path = "/api/v1/admin/customers/\(customer?.string ?? "")/dunning-exemption"
            let token = try await app.token(of: "admin")
            _ = try await app.api.put(path, json: ["exempt": false], token: token)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "suspended")
        }
    }
}

extension TestApp {
    /// Buys a plan whose second month is not paid: there is no card, and the policy is short.
    /// Returns that month's invoice.
    func leaveUnpaid(
        by person: Person,
        suspension: Int64,
        notice: Int64? = nil,
        end: Int64? = nil,
        before: (String) async throws -> Void = { _ in }
    ) async throws -> JSON {
        let admin = try await token(of: "admin")
        var policy: JSON = [
            "name": "Short", "retry_days": [], "reminder_days": [1],
            "suspension_day": .integer(suspension), "plan_ids": [.string(try await plan())],
        ]
        if let notice { policy = policy.setting("notice_day", .integer(notice)) }
        if let end { policy = policy.setting("termination_day", .integer(end)) }
        let made = try await api.post(
            "/api/v1/admin/dunning-policies",
            json: policy,
            token: admin
        )
        try #require(made.status == 201, "\(made.text)")
        _ = try await buy(by: person)
        let card = try #require(try await savedCard(of: person)["id"]?.string)
        _ = try await api.delete("/api/v1/payment-methods/\(card)", token: person.token)
        let customer = try #require(try await subscription(of: person)["customer_id"]?.string)
        try await before(customer)
        try await pass(days: 31)
        _ = try await subscription(of: person, reaching: "past_due")
        return try await invoices(of: person, count: 1, status: "open")[0]
    }
}
