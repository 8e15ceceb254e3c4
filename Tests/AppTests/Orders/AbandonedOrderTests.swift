import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Orders that were never paid.
@Suite struct AbandonedOrderTests {
    @Test func `one that the processor keeps from ending does not keep the others`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            try await app.makeCoupon("TWO", ["percent_basis_points": 1_000, "total_limit": 2])
            for _ in 1...2 {
                let placed = try await app.placeOrder(by: ann, coupon: "two")
                _ = try await app.openCheckout(try #require(placed["id"]?.string), by: ann)
            }
            try await app.pass(days: 15)
            app.simulators.stripe.host.faults.add(
                Fault("GET /v1/checkout/sessions/", .internalError)
            )
            let abandoned = AbandonedOrders(app.services)
            let first = try await abandoned.giveUp()
            #expect(first == .dead(reason: "1 orders could not be given up"))
            let cancelled = "SELECT 1 FROM orders WHERE status = 'cancelled'"
            #expect(try await app.count("\(unsafeRaw: cancelled)") == 1)
            #expect(try await abandoned.giveUp() == .done)
            #expect(try await app.count("\(unsafeRaw: cancelled)") == 2)
        }
    }

    @Test func `one that nobody pays for a month is given up, and its page is closed`() async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            _ = try await app.openCheckout(id, by: ann)
            try await app.pass(days: 29)
            _ = try await AbandonedOrders(app.services).giveUp()
            _ = try await app.order(id, by: try await app.logInAgain(ann), reaching: "pending")
            try await app.pass(days: 2)
            _ = try await app.order(id, by: try await app.logInAgain(ann), reaching: "cancelled")
            #expect(try await app.count("SELECT 1 FROM payments WHERE status = 'open'") == 0)
            try await app.requireCleanBooks()
        }
    }
}
