import Core
import Postgres

/// The coupons that subscriptions keep, for a bill of their lines.
///
/// Subscriptions that were bought together with a coupon share it: what it takes off a bill, it
/// takes off once.
struct KeptCoupons {
    /// Each once, in the order of the bill's terms.
    let terms: [CouponTerms]
    private let coupons: [ID<Subscription>: SubscriptionCoupon]
    private let uses: [ID<CouponTaking>]
    /// When the periods begin that the bill is for, and those before it.
    private let begun: [ID<Subscription>: Set<Instant>]

    /// `earlier` lines are billed before, and not stored yet.
    init(of lines: [BillingLine], after earlier: [BillingLine] = [], _ session: Session) throws {
        coupons = try session.coupons(of: Set(lines.map(\.identity.subscription)))
        var uses: [ID<CouponTaking>] = []
        var terms: [CouponTerms] = []
        for coupon in coupons.values where !uses.contains(coupon.use) {
            uses.append(coupon.use)
            terms.append(coupon.terms)
        }
        self.uses = uses
        self.terms = terms
        var begun = coupons.mapValues { Set($0.periodStarts.map { Instant($0) }) }
        // What is taken back comes before what takes its place.
        for line in earlier + lines where line.identity.kind == .period {
            let (subscription, start) = (line.identity.subscription, line.identity.periodStart)
            if line.isReversal {
                begun[subscription]?.remove(start)
            } else {
                begun[subscription]?.insert(start)
            }
        }
        self.begun = begun
    }

    /// The number of a line's period since the coupon was taken, 0 the first.
    func period(of line: BillingLine) -> Int {
        let start = line.identity.periodStart
        return begun[line.identity.subscription]?.count { $0 < start } ?? 0
    }

    /// Which of the coupons may reduce a line.
    ///
    /// An amount is taken off a period's bill, and not once more for what is changed in its middle.
    func places(for line: BillingLine) -> Set<Int>? {
        guard let coupon = coupons[line.identity.subscription],
            let place = uses.firstIndex(of: coupon.use)
        else { return [] }
        if case .fixed = coupon.terms.reduction, line.identity.kind != .period { return [] }
        return [place]
    }
}
