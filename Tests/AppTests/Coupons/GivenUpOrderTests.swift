import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Orders that kept a coupon and were never paid.
@Suite struct GivenUpOrderTests {
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
            let coupons = Coupons(app.services)
            let first = try await coupons.giveUpOrders()
            #expect(first == .dead(reason: "1 orders could not be given up"))
            let cancelled = "SELECT 1 FROM orders WHERE status = 'cancelled'"
            #expect(try await app.count("\(unsafeRaw: cancelled)") == 1)
            #expect(try await coupons.giveUpOrders() == .done)
            #expect(try await app.count("\(unsafeRaw: cancelled)") == 2)
        }
    }
}
