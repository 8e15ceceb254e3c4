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
            if let notice = cart.currency.notice { notice }
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
                if let price = line.price, price.domain != nil {
                    PriceParts(line: price)
                } else if line.price != nil {
                    p(.classes("soft")) { "Paid \(line.line.cycle.rawValue), without a domain" }
                } else {
                    domainName
                }
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
                    Amount(line.planAmount)
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
        let bill = quote.bill
        let discountName = quote.coupon.map { "Discount, \($0.code)" } ?? "Discount"
        if quote.isTaxKnown {
            Sums(
                subtotal: bill.subtotal,
                discount: bill.discount,
                taxes: bill.lines.flatMap(\.taxes).summed,
                isTaxInclusive: bill.isTaxInclusive,
                total: bill.total,
                name: "Due today",
                discountName: discountName
            )
        } else {
            Sums(
                subtotal: bill.subtotal,
                discount: bill.discount,
                taxes: [],
                isTaxInclusive: bill.isTaxInclusive,
                total: bill.subtotal - bill.discount,
                name: bill.isTaxInclusive ? "Due today" : "Before tax",
                discountName: discountName
            )
            p(.classes("hint")) {
                bill.isTaxInclusive
                    ? "Prices contain the tax, which depends on where you are."
                    : "Tax depends on where you are; you see it before you pay."
            }
        }
    }
}

/// Subtotal, discount, each tax and the total; what is nothing is left out.
struct Sums: View {
    let subtotal: Money
    let discount: Money
    /// Each tax once.
    let taxes: [TaxComponent]
    let isTaxInclusive: Bool
    let total: Money
    var name = "Total"
    var discountName = "Discount"

    var body: HTML {
        Facts(sums: facts)
    }

    private var facts: [Facts.Fact] {
        var facts = [Facts.Fact("Subtotal") { Amount(subtotal) }]
        if !discount.isZero { facts.append(Facts.Fact(discountName) { Amount(-discount) }) }
        let levied = taxes.map { tax in
            Facts.Fact(isTaxInclusive ? "Includes \(tax.words)" : tax.words) { Amount(tax.amount) }
        }
        let sum = Facts.Fact(name, isTotal: true) { Amount(total, showsCode: true) }
        return facts + (isTaxInclusive ? [sum] + levied : levied + [sum])
    }
}

extension TaxComponent {
    /// The tax with its rate and what it is levied on: `VAT 19 % of €100.00`.
    var words: String { "\(label) of \(base.label)" }
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
