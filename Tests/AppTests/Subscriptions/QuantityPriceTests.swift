import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// What was sold keeps its price, however many there are of it.
@Suite struct QuantityPriceTests {
    @Test func `more or fewer of an old plan cost what the plan was sold for`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let plan = try await app.plan()
            try await app.setPrice(of: plan, to: 3_900)
            let admin = try await app.token(of: "admin")
            let retired = try await app.api.delete("/api/v1/admin/plans/\(plan)", token: admin)
            #expect(retired.status == 204)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let path = "/api/v1/subscriptions/\(id)"

            let more = try await app.api.put(path, json: ["quantity": 3], token: ann.token)
            #expect(more.status == 200, "\(more.text)")
            #expect(more.json["unit_price"]?["amount"] == 2_900, "\(more.text)")
            try await app.pass(days: 31)
            #expect(try await app.invoices(of: ann, count: 3)[0]["total"]?["amount"] == 8_700)

            let fresh = try await app.logInAgain(ann)
            let fewer = try await app.api.put(path, json: ["quantity": 2], token: fresh.token)
            #expect(fewer.json["next"]?["quantity"] == 2, "\(fewer.text)")
            try await app.pass(days: 31)
            #expect(try await app.invoices(of: ann, count: 4)[0]["total"]?["amount"] == 5_800)
            let prices = "SELECT DISTINCT price_id FROM subscription_events"
            #expect(try await app.count("\(unsafeRaw: prices)") == 1)

            // Another cycle is another thing, which is not sold.
            let yearly = try await app.api.put(
                path,
                json: ["billing_cycle": "yearly"],
                token: try await app.logInAgain(ann).token
            )
            #expect(yearly.status == 422 && yearly.fieldCodes == ["plan_id": "not_sold"])
            try await app.requireCleanBooks()
        }
    }

    @Test func `an announced price holds at its day for what was added before it`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let plan = try await app.plan()
            try await app.setPrice(of: plan, to: 3_500)
            #expect(try await app.announce(plan, days: 40).status == 201)
            _ = try await eventually("a mail") {
                app.simulators.mail.messages.first { $0.subject.contains("changes on") }
            }
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let more = try await app.api.put(
                "/api/v1/subscriptions/\(id)",
                json: ["quantity": 2],
                token: ann.token
            )
            #expect(more.status == 200, "\(more.text)")
            for (count, total) in [(3, 5_800), (4, 7_000)] as [(Int, Int64)] {
                try await app.pass(days: 31)
                let paid = try await app.invoices(of: ann, count: count)
                #expect(paid[0]["total"]?["amount"]?.integer == total)
            }
            try await app.requireCleanBooks()
        }
    }
}
