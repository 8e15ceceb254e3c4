import App
import Core
import Foundation
import Testing
import Wire

@testable import App

/// Taxes over the life of a subscription.
@Suite struct TaxRenewalTests {
    @Test func `a renewal bears the tax of its own day`() async throws {
        try await TestApp.run { app in
            try await app.setSeller("DE")
            let rule = try await app.setTaxRule("DE", "19")
            let ann = try await app.register(in: "DE")
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await app.endTaxRule(rule)
            _ = try await app.setTaxRule("DE", "16")
            try await app.pass(days: 32)
            let paid = try await app.invoices(of: ann, count: 2)
            #expect(paid[0].taxes == ["VAT 16 DE 2900 464"])
            #expect(paid[0].amount("total") == 3_364)
            #expect(paid[1].taxes == ["VAT 19 DE 2900 551"], "what was issued stays")
            #expect(try await app.balance("tax") == -(464 + 551))
            try await app.requireCleanBooks()
        }
    }

    @Test func `an upgrade gives back the tax that was charged, and takes today's`() async throws {
        try await TestApp.run { app in
            try await app.setSeller("DE")
            let rule = try await app.setTaxRule("DE", "19")
            let ann = try await app.register(in: "DE")
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            try await app.endTaxRule(rule)
            _ = try await app.setTaxRule("DE", "10")
            try await app.pass(days: 10)
            let fresh = try await app.logInAgain(ann)
            let path = "/api/v1/subscriptions/\(id)"
            let wish: JSON = ["plan_id": .string(try await app.plan("professional"))]
            let shown = try await app.api.post("\(path)/preview", json: wish, token: fresh.token)
            let changed = try await app.api.put(path, json: wish, token: fresh.token)
            #expect(changed.status == 200, "\(changed.text)")
            let invoice = try await app.invoices(of: ann, count: 2)[0]
            let lines = try #require(invoice["lines"]?.array)
            #expect(lines.map { $0["taxes"]?[0]?["rate"] } == ["19", "10"])
            let back = try #require(lines[0].amount("amount"))
            let backTax = try #require(lines[0].amount("tax"))
            #expect(back < 0 && backTax < 0)
            // The fraction of 551 that the amount is of 2900, each rounded by itself.
            #expect(abs(backTax * 2_900 - back * 551) <= 2_900)
            let total = try #require(invoice.amount("total"))
            let previewed = try #require(shown.json.amount("total"))
            #expect(abs(total - previewed) <= 2, "the preview has the taxes too")
            try await app.requireCleanBooks()
        }
    }

    @Test func `what contained its tax is given back on a bill to which tax is added`()
        async throws
    {
        try await TestApp.run { app in
            try await app.setSeller("DE", [("prices_include_tax", true)])
            _ = try await app.setTaxRule("DE", "19")
            let ann = try await app.register(in: "DE")
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await app.setSeller("DE")
            let id = try await app.subscription(of: ann)["id"]?.string ?? ""
            let wish: JSON = ["quantity": 3]
            let path = "/api/v1/subscriptions/\(id)"
            let changed = try await app.api.put(path, json: wish, token: ann.token)
            #expect(changed.status == 200, "\(changed.text)")
            let invoice = try await app.invoices(of: ann, count: 2)[0]
            let total = try #require(invoice.amount("total"))
            // Three at 29.00 and 19 %, less the 29.00 that were paid with their tax in them.
            #expect(abs(total - (8_700 + 1_653 - 2_900)) <= 5)
            try await app.requireCleanBooks()
        }
    }
}
