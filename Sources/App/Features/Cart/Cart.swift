import Core
import Cryptography
import Foundation
import Web
import Wire

/// What a browser has chosen to buy, kept in a sealed cookie until it is ordered.
///
/// It holds wishes and no prices: those are looked up each time it is shown. A cookie that cannot
/// be read, whatever the reason, is an empty cart.
struct Cart: Sendable {
    /// One thing in the cart.
    struct Line: Sendable, Equatable {
        let plan: ID<Plan>
        let cycle: BillingCycle
        let domain: CartDomain?

        var item: CartItem { CartItem(plan: plan, cycle: cycle, domain: domain) }
    }

    var lines: [Line]
    /// Typed by the customer; whether it is good is looked up each time.
    var coupon: CouponCode?
    /// What its prices were chosen to be in; nil as long as nobody has chosen.
    var currency: Currency?

    init(lines: [Line], coupon: CouponCode? = nil, currency: Currency? = nil) {
        self.lines = lines
        self.coupon = coupon
        self.currency = currency
    }

    /// The cart that a request carries.
    init(_ request: Request, _ services: Services) {
        let isSecure = services.configuration.isPortalSecure
        guard let sealed = request.cookies.value(Cart.name, isSecure: isSecure),
            let text = try? services.keyring.openText(sealed, context: Cart.context),
            let json = try? JSON(reading: Array(text.utf8)),
            let lines = (json["lines"] ?? json).array
        else {
            self.init(lines: [])
            return
        }
        self.init(
            lines: lines.prefix(Quote.mostItems).compactMap { Line($0) },
            coupon: json["coupon"]?.string.flatMap { CouponCode($0) },
            currency: json["currency"]?.string.flatMap { Currency($0) }
        )
    }

    /// What is asked to be priced and ordered.
    var items: [CartItem] { lines.map(\.item) }

    /// The cart as text, which two carts share when they hold the same.
    var text: String {
        let all = JSON.array(lines.map(\.json))
        guard coupon != nil || currency != nil else { return all.text }
        var fields: JSON = ["lines": all]
        if let coupon { fields = fields.setting("coupon", .string(coupon.text)) }
        if let currency { fields = fields.setting("currency", .string(currency.code)) }
        return fields.text
    }

    /// The cookie that keeps the cart for a month; nil when it has become larger than browsers
    /// keep.
    func cookie(_ services: Services) throws -> Cookie? {
        let isSecure = services.configuration.isPortalSecure
        if lines.isEmpty { return .removing(Cart.name, isSecure: isSecure) }
        let sealed = try services.keyring.seal(text, context: Cart.context)
        guard sealed.utf8.count <= Cart.mostBytes else { return nil }
        return Cookie(Cart.name, sealed, maxAgeSeconds: 30 * 86_400, isSecure: isSecure)
    }

    private static let name = "cart"
    private static let context = "portal.cart"
    /// Browsers keep 4,096 bytes with name and attributes.
    private static let mostBytes = 3_800
}

extension Cart.Line {
    fileprivate init?(_ json: JSON) {
        guard let plan = json["plan"]?.string.flatMap({ ID<Plan>($0) }),
            let cycle = json["cycle"]?.string.flatMap({ BillingCycle(rawValue: $0) })
        else { return nil }
        self.init(plan: plan, cycle: cycle, domain: json["domain"].flatMap { CartDomain($0) })
    }

    fileprivate var json: JSON {
        var fields: JSON = ["plan": .string(plan.text), "cycle": .string(cycle.rawValue)]
        if let domain { fields = fields.setting("domain", domain.json) }
        return fields
    }
}

extension CartDomain {
    fileprivate init?(_ json: JSON) {
        guard let name = json["name"]?.string.flatMap({ DomainName(ascii: $0) }),
            let action = json["action"]?.string.flatMap({ DomainAction(rawValue: $0) }),
            let years = json["years"]?.integer.flatMap({ Int(exactly: $0) })
        else { return nil }
        self.init(name: name, action: action, years: years, authCode: json["code"]?.string)
    }

    fileprivate var json: JSON {
        var fields: JSON = [
            "name": .string(name.text), "action": .string(action.rawValue),
            "years": .integer(Int64(years)),
        ]
        if let authCode { fields = fields.setting("code", .string(authCode)) }
        return fields
    }
}
