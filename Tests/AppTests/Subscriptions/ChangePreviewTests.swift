import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// What a change is said to cost, now and with the next period.
@Suite struct ChangePreviewTests {
    @Test func `what comes with the next period is told beforehand`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, plan: "professional")
            _ = try await app.savedCard(of: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let path = "/api/v1/subscriptions/\(id)"
            let wish: JSON = ["plan_id": .string(try await app.plan("starter")), "quantity": 2]
            let shown = try await app.api.post("\(path)/preview", json: wish, token: ann.token)
            #expect(shown.json["lines"]?.array?.isEmpty == true, "\(shown.text)")
            #expect(shown.json["total"]?["amount"] == 0)
            let next = try #require(shown.json["next_bill"])
            #expect(next["at"] == shown.json["next_bill_at"])
            #expect(next["lines"]?.array?.count == 1)
            let words = next["lines"]?[0]?["explanation"]
            #expect(words == "1 month at 2 × 29.00 USD = 58.00 USD")
            #expect(next["total"]?["amount"] == 5_800 && next["tax"]?["amount"] == 0)

            _ = try await app.api.put(path, json: wish, token: ann.token)
            try await app.pass(days: 31)
            let billed = try await app.invoices(of: ann, count: 2)[0]
            #expect(billed["total"] == next["total"])
            #expect(billed["lines"]?[0]?["description"] == next["lines"]?[0]?["description"])
            try await app.requireCleanBooks()
        }
    }

    @Test func `a coupon counts the period that begins at once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.makeCoupon(
                "TWICE",
                ["percent_basis_points": 5_000, "duration": "periods", "periods": 2]
            )
            _ = try await app.buy(by: ann, coupon: "twice")
            _ = try await app.savedCard(of: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let path = "/api/v1/subscriptions/\(id)/preview"
            let kept = try await app.api.post(path, json: ["quantity": 2], token: ann.token).json
            #expect(kept["next_bill"]?["discount"]?["amount"] == 2_900)
            try await app.pass(days: 1)
            let fresh = try await app.logInAgain(ann)
            let wish: JSON = ["billing_cycle": "yearly"]
            let shown = try await app.api.post(path, json: wish, token: fresh.token).json
            #expect((shown["discount"]?["amount"]?.integer ?? 0) > 0)
            #expect(shown["next_bill"]?["discount"]?["amount"] == 0)
        }
    }

    @Test func `credit that will pay is told, and what is left to be paid`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await app.grant(1_000, to: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let shown = try await app.api.post(
                "/api/v1/subscriptions/\(id)/preview",
                json: ["quantity": 3],
                token: ann.token
            )
            #expect(shown.json["credit"]?["amount"] == 1_000, "\(shown.text)")
            let total = try #require(shown.json["total"]?["amount"]?.integer)
            #expect((5_795...5_800).contains(total))
            let browser = try await StaffBrowser(ann.email, app)
            let offer = "\(try await app.plan()):monthly"
            let page = try await browser.get(
                "/subscriptions/\(id)/change?offer=\(offer)&quantity=3&when=now"
            )
            #expect(page.text.contains("Paid by your credit"))
            let rest = page.text.firstMatch(of: /To pay now<.{0,50}?\$(47\.9\d|48\.00)</)
            #expect(rest != nil, "\(page.text)")
        }
    }
}
