import Core
import Foundation

/// A coupon as it is stored.
struct CouponRecord: Sendable {
    let id: ID<Coupon>
    let code: CouponCode
    /// What staff say of it.
    let note: String?
    let terms: CouponTerms
    /// What a fixed one takes off, by currency; empty for one that is a part.
    let amounts: [Money]
    /// How often it is taken now.
    let used: Int
    let createdAt: Date
    /// When staff ended it.
    let endedAt: Date?

    /// Where it stands at a moment.
    enum Status: String, Sendable, CaseIterable {
        case active, upcoming, expired, ended
        case usedUp = "used_up"
    }

    func status(at now: Date) -> Status {
        if endedAt != nil { return .ended }
        if let to = terms.validTo, to.date <= now { return .expired }
        if let most = terms.totalLimit, used >= most { return .usedUp }
        if let from = terms.validFrom, from.date > now { return .upcoming }
        return .active
    }
}

/// What a coupon is to be, before it is stored.
struct NewCoupon: Sendable {
    let code: CouponCode
    let note: String?
    let terms: CouponTerms
    let amounts: [Money]
}

/// Somebody who has taken a coupon.
struct CouponUseRecord: Sendable {
    let id: ID<CouponTaking>
    let customer: ID<Customer>
    let customerName: String
    let order: ID<Order>
    let orderNumber: Int64
    let discount: Money
    let takenAt: Date
    /// When the order was given up; nil while it counts.
    let releasedAt: Date?
}

/// The coupon that a subscription keeps.
struct SubscriptionCoupon: Sendable {
    let use: ID<CouponTaking>
    let code: CouponCode
    let terms: CouponTerms
    /// When the periods begin that were billed and not taken back.
    let periodStarts: [Date]
}
