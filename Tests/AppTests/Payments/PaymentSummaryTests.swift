import App
import Core
import Foundation
import Support
import Testing
import Wire

@Suite struct PaymentSummaryTests {
    private static func sums(_ app: TestApp, _ query: String = "") async throws -> [JSON] {
        let answer = try await app.api.get(
            "/api/v1/payments/stats/summary\(query)",
            token: try await app.token(of: "support")
        )
        try #require(answer.status == 200, "\(answer.text)")
        return answer.json.list
    }

    private static func part(_ count: Int64, _ total: Int64) -> JSON {
        let total: JSON = ["amount": .integer(total), "currency": "USD"]
        return ["count": .integer(count), "total": total]
    }

    /// Three payments, of which one went back in part, one is disputed and one was declined.
    private func happen(_ app: TestApp) async throws -> Person {
        let ann = try await app.register()
        let paid = try await app.buyWithPayment(by: ann)
        try await app.saveCard("4000000000000341", of: ann)
        let customer = try #require(try await app.subscription(of: ann)["customer_id"])
        let begun = try await app.api.post(
            "/api/v1/subscriptions/",
            json: [
                "plan_id": .string(try await app.plan("professional")),
                "billing_cycle": "monthly", "customer_id": customer,
            ],
            token: try await app.token(of: "billing")
        )
        try #require(begun.status == 201, "\(begun.text)")
        let asked = try await app.askRefund(of: paid, amount: 1_000)
        try await app.refund(try #require(asked.json["id"]?.string), reaching: "succeeded")
        _ = try await app.buyWithPayment(by: try await app.register(), card: "4000000000000259")
        return ann
    }

    @Test func `payments are counted by what became of them, between two moments`() async throws {
        try await TestApp.run { app in
            let start = app.clock.now.addingTimeInterval(-1).rfc3339
            let ann = try await happen(app)
            // 2.9 % of 29.00 and 30 cents, twice; a dispute costs 15.00.
            let expected: JSON = [
                "currency": "USD", "captured": Self.part(2, 5_800),
                "refunded": Self.part(1, 1_000), "fees": Self.part(3, 114 + 114 + 1_500),
                "disputed": Self.part(1, 2_900), "failed": Self.part(1, 9_900),
            ]
            let found = try await eventually("all that happened") {
                let found = try await Self.sums(app)
                return found == [expected] ? found : nil
            }
            let end = app.clock.now.addingTimeInterval(1).rfc3339
            #expect(try await Self.sums(app, "?from=\(start)&before=\(end)") == found)
            #expect(try await Self.sums(app, "?before=\(start)").isEmpty)
            #expect(try await Self.sums(app, "?from=\(end)").isEmpty)
            let path = "/api/v1/payments/stats/summary"
            #expect(try await app.api.get(path, token: ann.token).status == 403)
        }
    }
}
