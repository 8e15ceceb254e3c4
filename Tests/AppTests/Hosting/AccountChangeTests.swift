import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Changes of accounts that panels answer late, never, or with a no.
@Suite struct AccountChangeTests {
    @Test(arguments: [FaultMode.timeoutAfter, .timeoutBefore, .internalError, .garbage, .refuse])
    func `a change whose answer is lost is made once more, and told`(mode: FaultMode) async throws {
        try await TestApp.run { app in
            let account = try await app.makeAccount()
            let path = "/api/v1/nextpanel/accounts/\(account.id)"
            let billing = try await app.token(of: "billing")
            let admin = try await app.token(of: "admin")
            let calls = ["POST */suspend$", "POST */unsuspend$", "DELETE /api/v1/billing/accounts"]
            for panel in app.simulators.panels {
                for call in calls { panel.host.faults.add(Fault(call, mode)) }
            }
            let stopped = try await app.api.post(path + "/suspend", json: [:], token: billing)
            #expect(stopped.json["status"] == "suspended", "\(stopped.text)")
            #expect(app.remote(account)?["status"] == "suspended")
            let goesOn = try await app.api.post(path + "/unsuspend", token: billing)
            #expect(goesOn.json["status"] == "active", "\(goesOn.text)")
            #expect(app.remote(account)?["status"] == "active")
            let deleted = try await app.api.delete(path, token: admin)
            #expect(deleted.json["status"] == "terminated", "\(deleted.text)")
            #expect(app.remote(account) == nil)
            #expect(try await app.brokenCounters() == [])
            #expect(
                try await app.history("acc", account.id.text).map(\.action).suffix(3) == [
                    "hosting_account.suspend", "hosting_account.unsuspend",
                    "hosting_account.delete",
                ]
            )
        }
    }

    @Test func `a change outlives the request that asked for it`() async throws {
        try await TestApp.run { app in
            let account = try await app.makeAccount()
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST */suspend$", .timeoutBefore))
            }
            let accounts = HostingAccounts(app.services)
            let request = Task {
                try await accounts.suspend(account.id, reason: "Unpaid", actor: .system)
            }
            _ = try await eventually("a wish") {
                try await accounts.show(account.id).wish?.isPending == true ? true : nil
            }
            request.cancel()
            await #expect(throws: (any Error).self) { try await request.value }
            let ended = try await eventually("a suspended account") {
                let shown = try await accounts.show(account.id)
                return shown.status == .suspended ? shown : nil
            }
            #expect(ended.suspendedReason == "Unpaid")
            #expect(app.remote(account)?["suspension_reason"] == "Unpaid")
        }
    }

    @Test func `of changes at the same time the last wish comes to be on both sides`()
        async throws
    {
        try await TestApp.run { app in
            let account = try await app.makeAccount()
            let accounts = HostingAccounts(app.services)
            for panel in app.simulators.panels {
                for _ in 0..<3 { panel.host.faults.add(Fault("POST *suspend", .slow)) }
            }
            for _ in 0..<5 {
                await withTaskGroup { group in
                    for turn in 0..<4 {
                        group.addTask {
                            if turn % 2 == 0 {
                                _ = try? await accounts.suspend(
                                    account.id,
                                    reason: "Turn \(turn)",
                                    actor: .system
                                )
                            } else {
                                _ = try? await accounts.unsuspend(account.id, actor: .system)
                            }
                        }
                    }
                }
                let last = try #require(try await app.history("acc", account.id.text).last?.action)
                let shown = try await accounts.show(account.id)
                let expected = last == "hosting_account.suspend" ? "suspended" : "active"
                #expect(shown.status.rawValue == expected)
                #expect(app.remote(account)?["status"]?.string == expected)
                #expect(shown.wish?.isPending == false)
            }
        }
    }

    @Test func `undoing an order removes an account whose panel does not answer`() async throws {
        try await TestApp.run { app in
            for panel in app.simulators.panels {
                let license = "POST /api/v1/licenses/provision"
                panel.host.faults.add(Fault(license, .reject, times: 1_000))
                panel.host.faults.add(Fault("DELETE /api/v1/billing/accounts", .timeoutAfter))
            }
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            _ = try await app.order(id, by: ann, reaching: "attention")
            let order = try #require(ID<Order>(id))
            try await OrderUndoing(app.services).begin(order, actor: .system)
            _ = try await app.order(id, by: ann, reaching: "refunded")
            #expect(try await app.books().panelAccounts == 0)
            #expect(try await app.brokenCounters() == [])
            #expect(
                try await app.count(
                    "SELECT 1 FROM audit_log WHERE action = 'hosting_account.delete'"
                ) == 1
            )
        }
    }

    @Test func `a panel's no is told to staff and kept`() async throws {
        try await TestApp.run { app in
            let account = try await app.makeAccount()
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST */suspend$", .reject))
            }
            let path = "/api/v1/nextpanel/accounts/\(account.id)"
            let token = try await app.token(of: "billing")
            let refused = try await app.api.post(path + "/suspend", json: [:], token: token)
            #expect(refused.status == 422 && refused.code == "refused_by_panel")
            #expect(refused.text.contains("told to refuse this"))
            let billing = try await StaffBrowser("billing", app)
            let page = try await billing.get("/console/accounts/\(account.id)")
            #expect(page.text.contains("The panel did not suspend the account"))
            #expect(
                try await app.history("acc", account.id.text).last?.action
                    == "hosting_account.change_failed"
            )
            let again = try await app.api.post(path + "/suspend", json: [:], token: token)
            #expect(again.json["status"] == "suspended", "\(again.text)")
        }
    }
}

extension TestApp {
    /// An account that a panel has.
    fileprivate func makeAccount() async throws -> HostingAccountRecord {
        let answer = try await api.post(
            "/api/v1/nextpanel/provision",
            json: [
                "customer_id": .string(try await demoCustomer.text), "username": "customer1",
                "email": "owner@example.org", "password": "SecurePass123!",
            ],
            token: try await token(of: "admin")
        )
        let id = try #require(answer.json["account_id"]?.string.flatMap { ID<HostingAccount>($0) })
        return try await HostingAccounts(services).show(id)
    }
}
