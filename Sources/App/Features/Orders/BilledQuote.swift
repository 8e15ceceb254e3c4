package import Core
import Foundation
import Postgres
import Web

/// A cart with the server's prices and what they come to, with discount and tax.
package struct BilledQuote: Sendable {
    package let lines: [Quote.Line]
    package let bill: Bill
    /// What reduces it.
    let coupon: CouponRecord?
    /// Whether all is known that the tax depends on; until then no tax is shown.
    package let isTaxKnown: Bool
    /// Whether the tax depends on where the buyer is.
    package let asksForPlace: Bool

    /// - Throws: a ``Web/Problem`` about the coupon when it leaves what nobody could pay by card.
    init(
        _ quote: Quote,
        _ coupon: CouponRecord? = nil,
        for customer: ID<Customer>?,
        _ session: Session,
        now: Date
    ) throws {
        let terms = try BillingTerms(session, now: now)
        let place = try customer.flatMap { try session.customer($0)?.place }
        lines = quote.lines
        self.coupon = coupon
        bill = Bill(
            quote.items,
            quote.currency,
            try terms.terms(
                for: customer,
                coupons: coupon.map { [$0.terms] } ?? [],
                session
            ),
            at: Instant(now)
        )
        if coupon != nil, bill.total.isTooLittleForCards { throw Problem.couponLeavesTooLittle }
        asksForPlace = terms.asksForPlace
        isTaxKnown = !asksForPlace || place != nil
    }
}
