import Core
import Web

/// Staff's pages of coupons.
enum CouponRoutes {
    static let list = Route(.get, "/console/coupons")
    static let export = Route(.get, "/console/coupons.csv")
    static let new = Route(.get, "/console/coupons/new")
    static let create = Route(.post, "/console/coupons")
    static let show = Route(.get, "/console/coupons/:id", ID<Coupon>.self)
    static let exportUses = Route(.get, "/console/coupons/:id/uses.csv", ID<Coupon>.self)
    static let askEnd = Route(.get, "/console/coupons/:id/end", ID<Coupon>.self)
    static let end = Route(.post, "/console/coupons/:id/end", ID<Coupon>.self)
}
