import Core
import Web
import Wire

/// The pages from a plan to its payment.
enum CartRoutes {
    static let show = Route(.get, "/cart")
    /// Where a plan gets its billing cycle and its domain name.
    static let new = Route(.get, "/cart/new")
    static let add = Route(.post, "/cart/items")
    static let change = Route(.post, "/cart/items/:number", Int.self)
    static let remove = Route(.post, "/cart/items/:number/removal", Int.self)
    static let applyCoupon = Route(.post, "/cart/coupon")
    static let removeCoupon = Route(.post, "/cart/coupon/removal")
    static let checkout = Route(.get, "/checkout")
    static let place = Route(.post, "/checkout")
    /// Where the buyer says where they are, which the tax depends on.
    static let tellPlace = Route(.post, "/checkout/place-of-supply")
}

extension CartRoutes {
    /// Where a plan is added to the cart.
    static func adding(
        _ plan: ID<Plan>,
        _ cycle: BillingCycle,
        in currency: Currency? = nil
    ) -> String {
        address([("plan", plan.text), ("cycle", cycle.rawValue)], in: currency)
    }

    /// Where a name is added to the cart, with a plan to go along.
    static func adding(
        _ name: DomainName,
        _ action: DomainAction,
        in currency: Currency? = nil
    ) -> String {
        address([("domain", name.text), ("action", action.rawValue)], in: currency)
    }

    /// Where the cart is paid for.
    static func checkout(in currency: Currency) -> String {
        "\(checkout.path())?currency=\(currency.code)"
    }

    private static func address(
        _ fields: [(String, String)],
        in currency: Currency?
    ) -> String {
        let fields = fields + (currency.map { [("currency", $0.code)] } ?? [])
        return "\(new.path())?\(FormFields(fields.map { FormFields.Field($0.0, $0.1) }).encoded)"
    }
}
