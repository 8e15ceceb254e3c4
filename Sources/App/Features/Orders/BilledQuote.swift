package import Core
import Foundation
import Postgres

/// A cart with the server's prices and what they come to, with discount and tax.
package struct BilledQuote: Sendable {
    package let lines: [Quote.Line]
    package let bill: Bill
    /// What reduces it.
    let coupon: CouponRecord?

    init(
        _ quote: Quote,
        _ coupon: CouponRecord? = nil,
        for customer: ID<Customer>?,
        _ session: Session,
        now: Date
    ) throws {
        lines = quote.lines
        self.coupon = coupon
        bill = try Bill(
            quote.items,
            quote.currency,
            for: customer,
            coupons: coupon.map { [$0.terms] } ?? [],
            session,
            now: now
        )
    }
}
