import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

@Suite struct AccountReconciliationTests {
    @Test func `what a panel has otherwise than it was wished is told again`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let account = try await app.onlyAccount
            let remote = try #require(account.remoteUserID)
            let server = try await HostingAccounts(app.services).panelServer(account.server)
            try await app.services.panel.suspend(remote, reason: "A mistake", on: server)
            _ = try await AccountReconciliation(app.services).run()
            _ = try await eventually("an account that goes on") {
                try await app.services.panel.account(remote, on: server)?.isSuspended == false
                    ? true : nil
            }
            _ = try await HostingAccounts(app.services)
                .suspend(account.id, reason: "Staff say so", actor: .system)
            try await app.services.panel.unsuspend(remote, on: server)
            _ = try await AccountReconciliation(app.services).run()
            _ = try await eventually("an account that is stopped again") {
                try await app.services.panel.account(remote, on: server)?.isSuspended == true
                    ? true : nil
            }
            #expect(try await app.onlyAccount.suspendedReason == "Staff say so")
        }
    }

    @Test func `an account is known by our identifier, or by its name where there is none`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let account = try await app.onlyAccount
            func found(_ name: String, _ email: String, _ id: String?) -> PanelAccount {
                PanelAccount(id: 7, username: name, email: email, billingID: id)
            }
            let (name, email) = (account.username, account.email)
            // Its customer may have another address there by now, or another name.
            #expect(account.isStill(found(name.uppercased(), "new@x.org", nil)))
            #expect(account.isStill(found("other", "new@x.org", account.id.text)))
            #expect(!account.isStill(found("other", email, nil)))
            #expect(!account.isStill(found(name, email, "somebody else's")))
            // Without an identifier, name and address together tell that it is the same.
            #expect(account.isSame(as: found(name, email.uppercased(), nil)))
            #expect(!account.isSame(as: found(name, "new@x.org", nil)))
            #expect(account.isSame(as: found(name, "new@x.org", account.id.text)))
        }
    }

    @Test func `a stop that its panel made, and whose answers were lost, is not undone`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let account = try await app.onlyAccount
            let remote = try #require(account.remoteUserID)
            let accounts = HostingAccounts(app.services)
            let server = try await accounts.panelServer(account.server)
            _ = try await accounts.suspend(account.id, reason: "Abuse", actor: .system)
            // As it stands when the wish was given up although the panel had done it.
            try await app.services.database.transaction(for: .system) {
                try $0.setSuspended(account.id, reason: nil)
            }
            _ = try await AccountReconciliation(app.services).run()
            _ = try await eventually("an account that is known to be stopped") {
                try await app.onlyAccount.suspendedReason == "Abuse" ? true : nil
            }
            #expect(try await app.services.panel.account(remote, on: server)?.isSuspended == true)
        }
    }

    @Test(arguments: [AccountWish.Goal.active, .suspended])
    func `a change that was given up while its panel did not answer is made after all`(
        goal: AccountWish.Goal
    ) async throws {
        try await TestApp.run { app in
            _ = try await app.buy(by: try await app.register())
            if goal == .active {
                _ = try await HostingAccounts(app.services)
                    .suspend(app.onlyAccount.id, reason: "Abuse", actor: .system)
            }
            try await app.wishInVain(goal, .internalError)
            #expect(try await app.onlyAccount.status.rawValue != goal.rawValue)
            try await app.compareAccounts(reaching: goal)
        }
    }

    @Test func `a change that its panel refused, or that staff have undone, is not made again`()
        async throws
    {
        try await TestApp.run { app in
            _ = try await app.buy(by: try await app.register())
            try await app.wishInVain(.suspended, .reject)
            let refused = try await app.onlyAccount.wish?.number
            _ = try await AccountReconciliation(app.services).run()
            #expect(try await app.onlyAccount.wish?.number == refused)
            try await app.wishInVain(.suspended, .refuse)
            let undone = try await HostingAccounts(app.services)
                .unsuspend(app.onlyAccount.id, actor: .system)
            try await app.compareAccounts(reaching: .active)
            #expect(try await app.onlyAccount.wish?.number == undone.wish?.number)
        }
    }

    @Test func `another account that has its number is neither stopped nor let go on`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, bob) = (try await app.register(), try await app.register())
            _ = try await app.buy(by: ann)
            let account = try await app.onlyAccount
            let accounts = HostingAccounts(app.services)
            _ = try await accounts.suspend(account.id, reason: "Abuse", actor: .system)
            _ = try await app.buy(by: bob)
            // Bob's account is on a server of its own; on Ann's somebody has made one by hand.
            let server = try await accounts.panelServer(account.server)
            let other = try await app.services.panel.createAccount(
                PanelAccountRequest(
                    username: "by-hand",
                    email: "by-hand@example.org",
                    password: "another-password",
                    fullName: nil,
                    phone: nil,
                    company: nil,
                    packageID: nil,
                    type: .panel,
                    billingID: "none of ours",
                    customerID: "nobody",
                    createdAt: app.clock.now
                ),
                on: server
            )
            try await app.run(
                """
                UPDATE hosting_accounts SET remote_user_id = \(other.id)
                WHERE id = \(account.id.uuid)
                """
            )
            _ = try await AccountReconciliation(app.services).run()
            let state = try await app.count(
                """
                SELECT 1 FROM hosting_accounts WHERE id = \(account.id.uuid)
                    AND panel_state = 'missing' AND wish_number = wish_settled
                """
            )
            #expect(state == 1)
            #expect(try await app.services.panel.account(other.id, on: server)?.isSuspended != true)
        }
    }

    @Test func `an account that its panel does not know is shown to staff`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let account = try await app.onlyAccount
            let server = try await HostingAccounts(app.services).panelServer(account.server)
            try await app.services.panel.delete(try #require(account.remoteUserID), on: server)
            _ = try await AccountReconciliation(app.services).run()
            let staff = try await StaffBrowser("support", app)
            let page = try await staff.get("/console/differences").text
            #expect(page.contains(account.username) && page.contains("Not there"))
            let home = try await staff.get("/console").text
            #expect(home.contains("Look at 1 difference<") && !home.contains("Nothing needs you"))
        }
    }

    @Test func `another plan reaches the panel, and what is left is told to staff`() async throws {
        try await TestApp.run { app in
            try await app.run("UPDATE plans SET package_id = 7 WHERE slug = 'professional'")
            // The third panel takes no licences.
            let third = app.simulators.panels[2].host.baseURL
            let index = try #require(try await app.servers().firstIndex { $0.baseURL == third })
            try await app.changeServer(index, ["is_active": false])
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let answer = try await app.api.put(
                "/api/v1/subscriptions/\(id)",
                json: ["plan_id": .string(try await app.plan("professional"))],
                token: ann.token
            )
            try #require(answer.status == 200, "\(answer.text)")
            _ = try await eventually("a licence with more") {
                app.simulators.panels.contains { panel in
                    panel.host.state["licenses"]?.array?.last?["features"]?["max_domains"] == 25
                } ? true : nil
            }
            let staff = try await StaffBrowser("billing", app)
            let page = "/console/differences"
            _ = try await eventually("a note") {
                try await staff.get(page).text.contains("Give the account package 7") ? true : nil
            }
            let account = try await app.onlyAccount
            _ = try await staff.submit("/console/accounts/\(account.id)/plan-is-set", from: page)
            #expect(try await !staff.get(page).text.contains("package 7"))
        }
    }
}

extension TestApp {
    /// Wishes something of the only account of which its panel does not hear, until it is given up.
    fileprivate func wishInVain(_ goal: AccountWish.Goal, _ mode: FaultMode) async throws {
        let panels = simulators.panels
        for panel in panels { panel.host.faults.add(Fault("POST *suspend$", mode, times: 10_000)) }
        let account = try await onlyAccount.id
        let (services, now) = (services, clock.now)
        try await services.database.transaction(for: .system) { session in
            _ = try HostingAccounts.wish(
                goal,
                goal == .suspended ? "Abuse" : nil,
                for: account,
                .system,
                session,
                services,
                now: now
            )
        }
        try await giveUpChange()
        for panel in panels { panel.host.faults.clear() }
    }
}
