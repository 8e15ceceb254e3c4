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
