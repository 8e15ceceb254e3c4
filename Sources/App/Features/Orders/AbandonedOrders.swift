import Core
import Foundation
import Postgres
import Support
import Web

/// Orders that nobody has paid for long. Their prices and taxes are of a day that is past.
struct AbandonedOrders {
    private static let keptSeconds = 30 * 86_400.0
    /// One that keeps a coupon from others is given up sooner.
    private static let keptSecondsWithCoupon = 14 * 86_400.0

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that gives them up, some at a turn.
    func giveUp() async throws -> JobOutcome {
        let now = services.clock.now
        let orders = try await services.database.transaction(for: .system) {
            try $0.unpaidOrders(
                placedBefore: now.addingTimeInterval(-AbandonedOrders.keptSeconds),
                withCouponBefore: now.addingTimeInterval(-AbandonedOrders.keptSecondsWithCoupon),
                most: 200
            )
        }
        var failed = 0
        for order in orders {
            do {
                _ = try await Orders(services)
                    .cancel(order, for: .system, actor: .job(.giveUpOrders))
            } catch let problem as Problem where problem.status == 409 {
                // It is being paid after all.
            } catch let failure as RemoteFailure {
                // Whatever the processor says of this one, the others are given up.
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
