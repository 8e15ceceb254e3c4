import App
import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct CreditGrantTests {
    @Test func `staff give credit, once under a key, and customers see it`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let customer = try await app.customer(of: ann)
            let token = try await app.token(of: "billing")
            let path = "/api/v1/admin/customers/\(customer)/credits"
            let body: JSON = [
                "amount": ["amount": 1_500, "currency": "USD"], "reason": "A long outage",
            ]
            for _ in 0..<2 {
                let given = try await app.api.post(
                    path,
                    json: body,
                    token: token,
                    headers: ["Idempotency-Key": "the-same-key"]
                )
                #expect(given.status == 201, "\(given.text)")
            }
            let list = try await app.api.get("/api/v1/credits", token: ann.token).json.list
            #expect(list.count == 1)
            #expect(list[0]["reason"] == "A long outage" && list[0]["source"] == "grant")
            let seen = try await app.api.get(path, token: token).json.list
            #expect(seen == list)
            let balance = try await app.api.get("/api/v1/credits/balance", token: ann.token)
            #expect(balance.json["balances"]?[0]?["amount"] == 1_500)
            let id = try #require(list[0]["id"]?.string.flatMap { ID<Credit>($0) })
            #expect(try await app.history("crd", id.text).map(\.action) == ["credit.grant"])
            try await app.requireCleanBooks()
        }
    }

    @Test func `what cannot be given is refused and changes nothing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let customer = try await app.customer(of: ann)
            let token = try await app.token(of: "billing")
            let path = "/api/v1/admin/customers/\(customer)/credits"
            let cases: [(String, JSON)] = [
                ("amount.amount", ["amount": ["amount": 0, "currency": "USD"]]),
                ("amount.amount", ["amount": ["amount": -5, "currency": "USD"]]),
                ("amount.amount", ["amount": ["amount": .integer(.max), "currency": "USD"]]),
                ("amount.currency", ["amount": ["amount": 5, "currency": "XXX"]]),
                (
                    "expires_at",
                    [
                        "amount": ["amount": 5, "currency": "USD"],
                        "expires_at": "2020-01-01T00:00:00Z",
                    ]
                ),
            ]
            for (field, wrong) in cases {
                let body = wrong.setting("reason", "Because")
                let answer = try await app.api.post(path, json: body, token: token)
                #expect(answer.status == 422, "\(answer.text)")
                #expect(answer.fieldCodes[field] != nil, "\(answer.text)")
            }
            let nobody = ID<Customer>(app.services.ids.next())
            let good: JSON = ["amount": ["amount": 5, "currency": "USD"], "reason": "Because"]
            let none = try await app.api.post(
                "/api/v1/admin/customers/\(nobody)/credits",
                json: good,
                token: token
            )
            #expect(none.status == 404)
            let support = try await app.token(of: "support")
            #expect(try await app.api.post(path, json: good, token: support).status == 403)
            #expect(try await app.count("SELECT 1 FROM credits") == 0)
        }
    }

    @Test func `what is left of a grant is taken back, and no more than that`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let credit = try await app.grant(4_000, to: ann)
            _ = try await app.buy(by: ann)
            let token = try await app.token(of: "billing")
            let path = "/api/v1/admin/credits/\(credit)/revocation"
            for _ in 0..<2 {
                let taken = try await app.api.post(path, json: [:], token: token)
                #expect(taken.status == 200, "\(taken.text)")
                #expect(taken.json["remaining"]?["amount"] == 0)
            }
            #expect(try await app.balance("promotions") == 2_900)
            #expect(try await app.balance("customer_credit") == 0)
            let uses = try await app.api.get("/api/v1/credits/uses", token: ann.token).json.list
            #expect(uses.map { $0["kind"]?.string } == ["revocation", "invoice"])
            try await app.requireCleanBooks()
        }
    }

    @Test func `what a customer has paid for is not taken back`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let customer = try await app.customer(of: ann)
            let (services, now) = (app.services, app.services.clock.now)
            let credit = try await services.database.transaction(for: .system) { session in
                try Credits.add(
                    Money(minorUnits: 700, .usd),
                    to: customer,
                    from: .overpayment(ID(services.ids.next())),
                    session,
                    services,
                    now: now
                )
            }
            let answer = try await app.api.post(
                "/api/v1/admin/credits/\(credit)/revocation",
                json: [:],
                token: try await app.token(of: "billing")
            )
            #expect(answer.status == 409 && answer.code == "credit_not_revocable")
        }
    }

    @Test func `staff give and take credit on the customer's page`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let customer = try await app.demoCustomer
            let staff = try await StaffBrowser("billing", app)
            let path = "/console/customers/\(customer)/credits"
            let wrong = try await staff.submit(path, from: "\(path)/new", [("amount", "x")])
            #expect(wrong.status == 422 && wrong.text.contains("Enter an amount"))
            let fields = [
                ("amount", "12.50"), ("reason", "Thank you"), ("key", "a-key-of-twenty-letters"),
            ]
            for _ in 0..<2 {
                let given = try await staff.submit(path, from: "\(path)/new", fields)
                #expect(given.status == 303, "\(given.text)")
            }
            let page = try await staff.get("/console/customers/\(customer)")
            #expect(page.text.contains("$12.50") && page.text.contains("Thank you"))
            try await app.logInToPortal()
            let own = try await app.portal.get("/credits")
            #expect(own.text.contains("$12.50") && own.text.contains("Thank you"))
            #expect(try await app.portal.get("/dashboard").text.contains("Your credit"))
            let credit = try #require(page.text.firstMatch(of: #//console/credits/crd_\w+/revoke/#))
            let ask = String(credit.output)
            #expect(try await staff.submit(ask, from: ask).status == 303)
            #expect(try await app.count("SELECT 1 FROM credits") == 1)
            #expect(try await app.balance("customer_credit") == 0)
        }
    }

    @Test func `an invoice tells what credit has paid of it`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.grant(1_000, to: ann)
            _ = try await app.buy(by: ann)
            let paid = try await app.invoices(of: ann, count: 1)
            #expect(paid[0]["credit_applied"]?["amount"] == 1_000)
            #expect(paid[0]["amount_paid"]?["amount"] == 2_900)
            let browser = try await StaffBrowser(ann.email, app)
            let page = try await browser.get("/invoices/\(paid[0]["id"]?.string ?? "")")
            #expect(page.text.contains("Paid from credit"))
        }
    }
}
