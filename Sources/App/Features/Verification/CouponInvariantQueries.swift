import Core
import Postgres

extension Invariant {
    /// Coupons: nobody takes more than was promised.
    static let coupons: [Invariant] = [
        couponsAreCounted, couponsWithinCustomerLimit, couponsWithinDates, couponsAreReleased,
    ]

    private static let couponsAreCounted = Invariant(
        "coupon.within_total_limit",
        "A coupon is taken as often as it is counted, and no more often than it may be.",
        of: .of(Coupon.self),
        """
        SELECT c.id::text AS id FROM coupons c LEFT JOIN (
            SELECT coupon_id, count(*) AS taken FROM coupon_uses
            WHERE released_at IS NULL GROUP BY 1
        ) uses ON coupon_id = c.id
        WHERE used <> coalesce(taken, 0) OR used > total_limit
        """
    )

    private static let couponsWithinCustomerLimit = Invariant(
        "coupon.within_customer_limit",
        "No customer has taken a coupon more often than a customer may.",
        of: .of(Coupon.self),
        """
        SELECT DISTINCT c.id::text AS id FROM coupons c JOIN coupon_uses ON coupon_id = c.id
        WHERE released_at IS NULL GROUP BY c.id, customer_id HAVING count(*) > customer_limit
        """
    )

    private static let couponsWithinDates = Invariant(
        "coupon.within_dates",
        "A coupon was taken when it was valid, before it was ended.",
        of: .of(CouponTaking.self),
        """
        SELECT u.id::text AS id FROM coupon_uses u JOIN coupons c ON c.id = coupon_id
        WHERE taken_at < coalesce(valid_from, '-infinity')
            OR taken_at >= coalesce(valid_to, 'infinity')
            OR taken_at > coalesce(ended_at, 'infinity') + interval '1 minute'
        """
    )

    private static let couponsAreReleased = Invariant(
        "coupon.released_with_its_order",
        "What was taken for an order counts exactly until the order is given up, and is the "
            + "order's customer's.",
        of: .of(CouponTaking.self),
        """
        SELECT u.id::text AS id FROM coupon_uses u LEFT JOIN orders o ON o.id = order_id
        WHERE o.id IS NULL OR u.customer_id <> o.customer_id
            OR (released_at IS NOT NULL) <> (status IN ('cancelled', 'refunded'))
        """
    )
}
