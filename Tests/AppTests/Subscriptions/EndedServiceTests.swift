import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Services that end, or are stopped, while something else happens to them.
@Suite struct EndedServiceTests {
    private func ask(
        _ verb: String,
        _ json: JSON = [:],
        of person: Person,
        _ app: TestApp
    ) async throws -> TestAnswer {
        let id = try await app.subscription(of: person)["id"]?.string ?? ""
        let path = "/api/v1/subscriptions/\(id)/\(verb)"
        return try await app.api.post(path, json: json, token: person.token)
    }

    @Test func `an account that comes to be after its subscription was ended does not run`()
        async throws
    {
        try await TestApp.run { app in
            for index in 0..<3 { try await app.changeServer(index, ["is_active": false]) }
            let ann = try await app.register()
            let order = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            app.pay(try await app.openCheckout(order, by: ann))
            _ = try await app.order(order, by: ann, reaching: "attention")
            let ended = try await ask("cancel", ["at_period_end": false], of: ann, app)
            #expect(ended.json["status"] == "cancelled", "\(ended.text)")
            for index in 0..<3 { try await app.changeServer(index, ["is_active": true]) }
            let account = try await app.account(reaching: "suspended")
            let record = try await HostingAccounts(app.services).show(account)
            #expect(record.suspendedReason == SubscriptionBilling.endedReason)
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a plan that is changed before the account is there reaches its panel`()
        async throws
    {
        try await TestApp.run { app in
            for index in 0..<3 { try await app.changeServer(index, ["is_active": false]) }
            let ann = try await app.register()
            let order = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            app.pay(try await app.openCheckout(order, by: ann))
            _ = try await app.order(order, by: ann, reaching: "attention")
            _ = try await app.savedCard(of: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let changed = try await app.api.put(
                "/api/v1/subscriptions/\(id)",
                json: ["plan_id": .string(try await app.plan("professional")), "when": "now"],
                token: ann.token
            )
            #expect(changed.status == 200, "\(changed.text)")
            #expect(
                try await app.count("SELECT 1 FROM hosting_accounts WHERE plan_number > 0") == 0
            )
            for index in 0..<3 { try await app.changeServer(index, ["is_active": true]) }
            _ = try await app.account(reaching: "active")
            #expect(
                try await app.count("SELECT 1 FROM hosting_accounts WHERE plan_number > 0") == 1
            )
        }
    }

    @Test func `ending and coming back does not free what staff have stopped`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let account = try await app.account(reaching: "active")
            let accounts = HostingAccounts(app.services)
            try await accounts.suspend(account, reason: "Abuse", actor: .system)
            let ended = try await ask("cancel", ["at_period_end": false], of: ann, app)
            #expect(ended.json["status"] == "cancelled", "\(ended.text)")
            let back = try await ask("reactivate", of: ann, app)
            #expect(back.status == 409 && back.code == "service_held", "\(back.text)")
            #expect(try await accounts.show(account).suspendedReason == "Abuse")
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `an account is removed after its subscription, which is not taken up again then`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let account = try await app.account(reaching: "active")
            let path = "/api/v1/nextpanel/accounts/\(account.text)"
            let admin = try await app.token(of: "admin")
            let early = try await app.api.delete(path, token: admin)
            #expect(early.status == 409 && early.code == "account_is_billed", "\(early.text)")
            _ = try await ask("cancel", ["at_period_end": false], of: ann, app)
            _ = try await app.account(reaching: "suspended")
            let removed = try await app.api.delete(path, token: admin)
            #expect(removed.status == 200, "\(removed.text)")
            let back = try await ask("reactivate", of: ann, app)
            #expect(back.status == 409 && back.code == "account_removed", "\(back.text)")
            #expect(try await app.count("SELECT 1 FROM invoices WHERE status = 'open'") == 0)
        }
    }

    @Test func `a bill that took in paid time is not cancelled but credited`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.saveCard("4000000000000341", of: ann)
            try await app.pass(days: 10)
            let fresh = try await app.logInAgain(ann)
            let id = try await app.subscription(of: fresh)["id"]?.string ?? ""
            _ = try await app.api.put(
                "/api/v1/subscriptions/\(id)",
                json: ["plan_id": .string(try await app.plan("professional")), "when": "now"],
                token: fresh.token
            )
            let open = try await app.invoices(of: ann, count: 1, status: "open")[0]
            let invoice = try #require(open["id"]?.string.flatMap { ID<Invoice>($0) })
            let void = try await app.doTo(invoice, "void", json: ["reason": "A mistake"])
            #expect(void.status == 409 && void.code == "invoice_is_credited", "\(void.text)")
            #expect(try await app.invoice(invoice)["status"] == "open")
            try await app.requireCleanBooks()
        }
    }
}
