import Core
import Foundation
import Postgres
import Support
import Web

extension Coupons {
    /// For so long an order keeps its coupon without being paid.
    private static let keptSeconds = 14 * 86_400.0

    /// The job that gives up orders which have kept a coupon for long, so that others can take it.
    func giveUpOrders() async throws -> JobOutcome {
        let long = services.clock.now.addingTimeInterval(-Coupons.keptSeconds)
        let orders = try await services.database.transaction(for: .system) {
            try $0.unpaidOrdersWithCoupon(placedBefore: long, most: 200)
        }
        var failed = 0
        for order in orders {
            do {
                _ = try await Orders(services)
                    .cancel(order, for: .system, actor: .job(.giveUpOrders))
            } catch let problem as Problem where problem.status == 409 {
                // It is being paid after all.
            } catch let failure as RemoteFailure {
                // Whatever the processor says of this one, the others give their coupons back.
                failed += 1
                services.log.warning(
                    "an order could not be given up",
                    ["order": order.text, "error": "\(failure)"]
                )
            }
        }
        return failed == 0 ? .done : .dead(reason: "\(failed) orders could not be given up")
    }
}
