import App
import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

/// Many at once for what there is once.
@Suite(.long) struct CreditRaceTests {
    private static let rivals = 200

    @Test func `one use of a coupon is taken by one of two hundred`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.makeCoupon("ONE", ["percent_basis_points": 1_000, "total_limit": 1])
            try await expectOneWinner(app, [app])
        }
    }

    @Test func `three instances take one use of a coupon once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.makeCoupon("ONE", ["percent_basis_points": 1_000, "total_limit": 1])
            let others = [try await app.another(), try await app.another()]
            do {
                try await expectOneWinner(app, [app] + others)
            } catch {
                for each in others { await each.stopInstance() }
                throw error
            }
            for each in others { await each.stopInstance() }
        }
    }

    private func expectOneWinner(_ app: TestApp, _ instances: [TestApp]) async throws {
        let people = try await inTurn(4) { _ in try await app.register() }
        let item: JSON = ["plan_id": .string(try await app.plan()), "billing_cycle": "monthly"]
        let statuses = try await atOnce(Self.rivals) { turn in
            try await instances[turn % instances.count].api.post(
                "/api/v1/orders",
                json: ["items": [item], "coupon_code": "ONE"],
                token: people[turn % people.count].token
            ).status
        }
        #expect(statuses.count { $0 == 201 } == 1)
        #expect(statuses.count { $0 == 422 } == Self.rivals - 1)
        #expect(try await app.count("SELECT 1 FROM orders") == 1)
        #expect(try await app.count("SELECT 1 FROM coupons WHERE used = 1") == 1)
        try await app.requireCleanBooks()
    }

    @Test func `a customer takes a coupon once, however often at once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.makeCoupon("EACH", ["percent_basis_points": 1_000, "customer_limit": 1])
            let people = try await inTurn(4) { _ in try await app.register() }
            let refusals = try await atOnce(Self.rivals) { turn in
                try await app.refusal(of: "EACH", by: people[turn % people.count])
            }
            #expect(refusals.count { $0 == nil } == people.count)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a credit pays for one of two hundred orders`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await expectOneSettled(app, [app])
        }
    }

    @Test func `a credit pays for one order at three instances`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let others = [try await app.another(), try await app.another()]
            do {
                try await expectOneSettled(app, [app] + others)
            } catch {
                for each in others { await each.stopInstance() }
                throw error
            }
            for each in others { await each.stopInstance() }
        }
    }

    private func expectOneSettled(_ app: TestApp, _ instances: [TestApp]) async throws {
        let ann = try await app.register()
        try await app.grant(2_900, to: ann)
        let orders = try await inTurn(Self.rivals) { _ in
            try await app.placeOrder(by: ann)["id"]?.string.flatMap { ID<Order>($0) }
        }.compactMap { $0 }
        let settled = try await atOnce(orders.count) { turn in
            let services = instances[turn % instances.count].services
            return try await Settlements(services).settleWithoutPayment(orders[turn])
        }
        #expect(settled.count { $0 } == 1)
        #expect(try await app.balance("customer_credit") == 0)
        #expect(try await app.count("SELECT 1 FROM orders WHERE paid_at IS NOT NULL") == 1)
        try await app.requireCleanBooks()
    }

    @Test func `a credit is kept for one of many orders that are being paid`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            try await app.grant(1_000, to: ann)
            let orders = try await inTurn(20) { _ in
                try await app.placeOrder(by: ann)["id"]?.string
            }.compactMap { $0 }
            let pages = try await atOnce(orders.count) { turn in
                try await app.openCheckout(orders[turn], by: ann)
            }
            #expect(Set(pages).count == orders.count)
            #expect(try await app.count("SELECT 1 FROM payments WHERE amount_minor = 1900") == 1)
            #expect(try await app.freeCredit(of: ann) == 0)
            try await app.requireCleanBooks()
        }
    }
}
