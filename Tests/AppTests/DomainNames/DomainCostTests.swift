import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// What names cost us stands in the books, as the registrar charges it.
@Suite struct DomainCostTests {
    private static let path = "/api/v1/admin/domain-costs"

    /// What the registrar has taken from us.
    private func bill(_ app: TestApp) -> Int64 {
        (app.simulators.resellerClub.host.state["charges"]?.array ?? [])
            .reduce(0) { $0 + ($1["amount_cents"]?.integer ?? 0) }
    }

    @Test func `what the registrar has charged for names stands in the books, once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, domain: "example.com")
            let moved = try await app.placeOrder(
                by: ann,
                domain: "taken-one.org",
                action: "transfer"
            )
            let id = try #require(moved["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            _ = try await app.order(id, by: ann, reaching: "completed")
            try await app.domainCostsAreKnown()
            #expect(bill(app) == 1_059 + 1_149)
            #expect(try await app.balance("domain_costs") == bill(app))
            #expect(try await app.balance("payables") == -bill(app))
            let token = try await app.token(of: "support")
            let entries = try await app.api.get(
                "/api/v1/admin/ledger/entries?object_id=\(id)",
                token: token
            ).json.list.filter { $0["posting"] == "domain_cost" }
            #expect(entries.count == 2)
            #expect(entries.allSatisfy { $0["order_id"]?.string == id })
            // The job may run again after a crash.
            try await app.run(
                """
                UPDATE jobs SET status = 'queued', finished_at = NULL, run_at = now()
                WHERE kind = 'domain.learn_cost'
                """
            )
            _ = try await eventually("the jobs' end") {
                try await app.count(
                    "SELECT 1 FROM jobs WHERE kind = 'domain.learn_cost' AND status <> 'done'"
                ) == 0 ? true : nil
            }
            #expect(try await app.balance("domain_costs") == bill(app))
            try await app.requireCleanBooks()
        }
    }

    @Test func `a registrar that does not tell charges what was set for the ending`() async throws {
        try await TestApp.run { app in
            let host = app.simulators.resellerClub.host
            host.faults.add(Fault("GET /api/products/", .reject, times: 10_000))
            let ann = try await app.register()
            _ = try await app.buy(by: ann, domain: "example.com")
            let job = try await eventually("a job that waits for staff") {
                try await app.api.get(
                    "/api/v1/admin/jobs?status=dead&kind=domain.learn_cost",
                    token: try await app.token(of: "support")
                ).json.list.first
            }
            #expect(job["last_error"]?.string?.contains(".com") == true)
            try await app.requireCleanBooks()
            let set = try await app.api.put(
                Self.path,
                json: [
                    "ending": "com", "action": "register",
                    "amount": ["amount": 900, "currency": "EUR"],
                ],
                token: try await app.token(of: "admin")
            )
            #expect(set.status == 200, "\(set.text)")
            let retry = try await app.api.post(
                "/api/v1/admin/jobs/\(job["id"]?.string ?? "")/retry",
                token: try await app.token(of: "billing")
            )
            #expect(retry.status == 200, "\(retry.text)")
            try await app.domainCostsAreKnown()
            #expect(try await app.balance("domain_costs") == 900)
            #expect(
                try await app.count(
                    "SELECT 1 FROM ledger_entries WHERE currency = 'EUR' AND amount_minor = 900"
                ) == 1
            )
            try await app.requireCleanBooks()
        }
    }

    @Test func `what names cost is set by administrators and read by staff`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let cost: JSON = [
                "ending": "co.uk", "action": "transfer",
                "amount": ["amount": 750, "currency": "GBP"],
            ]
            #expect(
                try await app.statuses("PUT", Self.path, json: cost) == [401, 403, 403, 403, 200]
            )
            #expect(try await app.statuses("GET", Self.path) == [401, 403, 200, 200, 200])
            let token = try await app.token(of: "admin")
            let listed = try await app.api.get(Self.path, token: token)
            #expect(listed.json["costs"] == [cost])
            let wrong = cost.setting("amount", ["amount": -1, "currency": "GBP"])
            #expect(try await app.api.put(Self.path, json: wrong, token: token).status == 422)
            #expect(try await app.history("domain_cost", "co.uk").count == 1)
        }
    }
}
