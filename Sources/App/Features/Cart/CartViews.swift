import Core
import InternetNames
import Markup
import Web

/// The cart with the server's prices.
struct CartView: View {
    let cart: Carts.Priced
    let form: FormErrors
    let token: String

    var body: HTML {
        PageHeading("Your cart")
        if cart.lines.isEmpty {
            Card(isFlush: true) {
                EmptyState(
                    "Your cart is empty",
                    "Choose a plan, with a domain if you like.",
                    icon: "shopping-cart"
                ) {
                    ButtonLink("See the plans", to: MarketingRoutes.pricing.path(), .primary)
                    ButtonLink("Find a domain", to: SearchRoutes.search.path())
                }
            }
        } else {
            div(.classes("split")) {
                Card(isFlush: true) {
                    ul(.classes("listing"), .role("list")) {
                        for line in cart.lines { CartLineView(line: line, token: token) }
                    }
                }
                summary
            }
        }
    }

    private var summary: HTML {
        div(.classes("aside", "stack-s")) {
            Card("Summary") {
                div(.classes("stack")) {
                    if let quote = cart.quote { QuoteSums(quote: quote) }
                    if cart.isOrderable {
                        ButtonLink(
                            "Check out",
                            to: CartRoutes.checkout.path(),
                            .primary,
                            size: .largeBlock
                        )
                    } else {
                        Notice(.warning) { "Remove what cannot be ordered to go on." }
                    }
                }
            }
            CouponCard(cart: cart, form: form, token: token)
            ButtonLink("Add another plan", to: CartRoutes.new.path(), .quiet, icon: "plus")
        }
    }
}

/// One thing in the cart, with what can be done with it.
private struct CartLineView: View {
    let line: Carts.PricedLine
    let token: String

    private var otherCycle: BillingCycle { line.line.cycle == .monthly ? .yearly : .monthly }

    var body: HTML {
        li {
            div(.classes("main", "stack-s")) {
                div(.classes("spread")) {
                    h2 { planName }
                    if let price = line.price { strong { Amount(price.amount) } }
                }
                if let price = line.price { PriceParts(line: price) } else { domainName }
                if let problem = line.problem { Notice(.failure) { problem } }
                div(.classes("row")) {
                    ActionForm(
                        "Pay \(otherCycle.rawValue)",
                        to: CartRoutes.change.path(line.number),
                        token: token,
                        size: .small,
                        fields: [("billing_cycle", otherCycle.rawValue)]
                    )
                    ActionForm(
                        "Remove",
                        to: CartRoutes.remove.path(line.number),
                        token: token,
                        .quiet,
                        size: .small,
                        icon: "trash-2"
                    )
                }
            }
        }
    }

    private var planName: String { line.price.map { "\($0.plan.name) hosting" } ?? "Hosting" }

    private var domainName: HTML {
        p(.classes("soft")) { line.line.domain.map { InternetName.unicode($0.name.text) } ?? "" }
    }
}

/// What a line's price is made of.
struct PriceParts: View {
    let line: Quote.Line

    var body: HTML {
        Facts(
            sums: [
                Facts.Fact("\(line.plan.name) hosting, \(line.cycle.rawValue)") {
                    Amount(line.plan.amount)
                }
            ] + domain
        )
    }

    private var domain: [Facts.Fact] {
        guard let domain = line.domain else { return [] }
        return [
            Facts.Fact(domain.label) {
                if domain.action == .own { "Free" } else { Amount(line.domainAmount) }
            }
        ]
    }
}

/// What a cart or an order comes to.
struct QuoteSums: View {
    let quote: BilledQuote

    var body: HTML {
        Sums(
            subtotal: quote.bill.subtotal,
            discount: quote.bill.discount,
            tax: quote.bill.tax,
            total: quote.bill.total,
            name: "Due today",
            discountName: quote.coupon.map { "Discount, \($0.code)" } ?? "Discount"
        )
    }
}

/// Subtotal, discount, tax and total; what is nothing is left out.
struct Sums: View {
    let subtotal: Money
    let discount: Money
    let tax: Money
    let total: Money
    var name = "Total"
    var discountName = "Discount"

    var body: HTML {
        Facts(sums: facts)
    }

    private var facts: [Facts.Fact] {
        var facts = [Facts.Fact("Subtotal") { Amount(subtotal) }]
        if !discount.isZero { facts.append(Facts.Fact(discountName) { Amount(-discount) }) }
        if !tax.isZero { facts.append(Facts.Fact("Tax") { Amount(tax) }) }
        facts.append(Facts.Fact(name, isTotal: true) { Amount(total, showsCode: true) })
        return facts
    }
}

extension CartDomain {
    /// What is done with the name.
    var label: String {
        let name = InternetName.unicode(name.text)
        switch action {
        case .register: return "\(name), \(counted(years, "year"))"
        case .transfer: return "Move \(name) here, one more year"
        case .own: return "\(name), kept where it is"
        }
    }
}
