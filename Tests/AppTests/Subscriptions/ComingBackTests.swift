import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// What was stopped goes on when its reason is over, and only what was stopped for it.
@Suite struct ComingBackTests {
    private func suspendForWantOfPayment(_ app: TestApp, _ ann: Person) async throws -> JSON {
        let open = try await app.leaveUnpaid(by: ann, suspension: 2)
        try await app.pass(days: 2)
        try await app.settleDunning()
        _ = try await app.subscription(of: ann, reaching: "suspended")
        #expect(try await app.licenses("suspended") == 1)
        return open
    }

    @Test func `paying restores the licence of an account that its panel would not stop`()
        async throws
    {
        try await TestApp.run { app in
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST */suspend$", .reject, times: 10_000))
            }
            let ann = try await app.register()
            let open = try await suspendForWantOfPayment(app, ann)
            _ = try await eventually("a wish that was refused") {
                try await app.count(
                    "SELECT 1 FROM hosting_accounts WHERE wish_failure IS NOT NULL"
                ) == 1 ? true : nil
            }
            try await app.payByHand(open)
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.licenses("active") == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [FaultMode.timeoutAfter, .internalError])
    func `who pays after a stop was given up is not stopped, be it that the panel had made it`(
        mode: FaultMode
    ) async throws {
        try await TestApp.run { app in
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST */suspend$", mode, times: 10_000))
            }
            let ann = try await app.register()
            let open = try await suspendForWantOfPayment(app, ann)
            try await app.giveUpChange()
            let account = try await app.onlyAccount
            #expect(account.status == .active)
            #expect(
                app.remote(account)?["status"] == (mode == .timeoutAfter ? "suspended" : "active")
            )
            for panel in app.simulators.panels { panel.host.faults.clear() }
            try await app.payByHand(open)
            _ = try await app.subscription(of: ann, reaching: "active")
            try await app.compareAccounts(reaching: .active)
            try await app.requireCleanBooks()
        }
    }

    @Test func `coming back after a stop that the panel refused lets everything go on`()
        async throws
    {
        try await TestApp.run { app in
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST */suspend$", .reject, times: 10_000))
            }
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let ended = try await app.ask("cancel", ["at_period_end": false], by: ann)
            #expect(ended.json["status"] == "cancelled", "\(ended.text)")
            _ = try await eventually("a wish that was refused") {
                try await app.count(
                    "SELECT 1 FROM hosting_accounts WHERE wish_failure IS NOT NULL"
                ) == 1 ? true : nil
            }
            for panel in app.simulators.panels { panel.host.faults.clear() }
            let back = try await app.takeUp(by: ann)
            #expect(back.status == 200 && back.json["status"] == "active", "\(back.text)")
            #expect(try await app.licenses("active") == 1)
            _ = try await eventually("an account without a refusal") {
                try await app.count(
                    """
                    SELECT 1 FROM hosting_accounts
                    WHERE status = 'active' AND wish_failure IS NULL
                    """
                ) == 1 ? true : nil
            }
            try await app.requireCleanBooks()
        }
    }

    @Test func `paying restores the licence of an account that staff have let go on`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let open = try await suspendForWantOfPayment(app, ann)
            let account = try await app.account(reaching: "suspended")
            try await HostingAccounts(app.services).unsuspend(account, actor: .system)
            try await app.payByHand(open)
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.licenses("active") == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `paying restores the licence, and not the account that staff have stopped since`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let open = try await suspendForWantOfPayment(app, ann)
            let account = try await app.account(reaching: "suspended")
            let accounts = HostingAccounts(app.services)
            try await accounts.unsuspend(account, actor: .system)
            try await accounts.suspend(account, reason: "Abuse", actor: .system)
            try await app.payByHand(open)
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.licenses("active") == 1)
            #expect(try await accounts.show(account).suspendedReason == "Abuse")
            try await app.requireCleanBooks()
        }
    }

    @Test func `paying lets no account go on that staff want stopped, though the panel refused`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let open = try await suspendForWantOfPayment(app, ann)
            let account = try await app.account(reaching: "suspended")
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST */suspend$", .reject))
            }
            await #expect(throws: (any Error).self) {
                try await HostingAccounts(app.services)
                    .suspend(account, reason: "Abuse", actor: .system)
            }
            try await app.payByHand(open)
            _ = try await app.subscription(of: ann, reaching: "active")
            let stopped = try await app.onlyAccount
            #expect(stopped.status == .suspended && stopped.wish?.reason == "Abuse")
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [LicenseStatus.cancelled, .suspended])
    func `a licence that staff have stopped is let go on by them alone`(status: LicenseStatus)
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let open = try await app.leaveUnpaid(by: ann, suspension: 2)
            let license = try await app.services.database.transaction(for: .system) { session in
                try session.one("SELECT id FROM licenses") { ID<License>(try $0.get("id")) }
            }
            let licenses = Licenses(app.services)
            _ = try await licenses.setStatus(status, of: license, actor: .system)
            try await app.pass(days: 2)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "suspended")
            try await app.payByHand(open)
            _ = try await app.subscription(of: ann, reaching: "active")
            // A renewal and a change of plan look at the licence as well.
            try await app.pass(days: 31)
            try await app.payByHand(
                try await app.invoices(of: ann, count: 1, status: "open")[0]
            )
            _ = try await app.invoices(of: ann, count: 3)
            let fresh = try await app.logInAgain(ann)
            let id = try await app.subscription(of: fresh)["id"]?.string ?? ""
            let changed = try await app.api.put(
                "/api/v1/subscriptions/\(id)",
                json: ["quantity": 2],
                token: fresh.token
            )
            #expect(changed.status == 200, "\(changed.text)")
            #expect(try await app.licenses(status.rawValue) == 1)
            try await app.requireCleanBooks()
            _ = try await licenses.setStatus(.active, of: license, actor: .system)
            #expect(try await app.licenses("active") == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `who comes back before the panel has heard of the end is not stopped by it`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let path =
                "/api/v1/subscriptions/"
                + (try await app.subscription(of: ann)["id"]?.string ?? "")
            for panel in app.simulators.panels {
                panel.host.faults.add(Fault("POST */suspend$", .refuse, times: 10_000))
            }
            let ended = try await app.api.post(
                path + "/cancel",
                json: ["at_period_end": false],
                token: ann.token
            )
            #expect(ended.json["status"] == "cancelled", "\(ended.text)")
            let back = try await app.api.post(path + "/reactivate", json: [:], token: ann.token)
            #expect(back.status == 200, "\(back.text)")
            for panel in app.simulators.panels { panel.host.faults.clear() }
            // Pauses after a failure are over.
            try await app.pass(days: 0.01)
            _ = try await eventually("a panel that has heard of it") {
                try await app.count(
                    "SELECT 1 FROM hosting_accounts WHERE wish_number = wish_settled"
                ) == 1 ? true : nil
            }
            _ = try await app.account(reaching: "active")
            #expect(try await app.licenses("active") == 1)
            try await app.requireCleanBooks()
        }
    }
}

extension TestApp {
    /// How many licences stand in a state.
    func licenses(_ status: String) async throws -> Int64 {
        try await count("SELECT 1 FROM licenses WHERE status = \(status)")
    }

    /// The only hosting account, once it stands in a state.
    func account(reaching status: String) async throws -> ID<HostingAccount> {
        try await eventually("account \(status)") {
            try await services.database.transaction(for: .system) { session in
                try session.first("SELECT id FROM hosting_accounts WHERE status = \(status)") {
                    ID<HostingAccount>(try $0.get("id"))
                }
            }
        }
    }
}
