import Core
import Markup
import Web

/// The first page.
struct HomeView: View {
    let plans: [PlanRecord]
    let choice: PriceChoice
    let endings: [EndingOffer]

    var body: HTML {
        section(.classes("hero")) {
            div(.classes("container")) {
                h1 { "Hosting that is ready when you are" }
                p(.classes("lead")) {
                    "Pick a plan and a domain. Minutes after you pay, your licence, your domain "
                    "and your hosting account are set up, and you watch it happen."
                }
                div(.classes("start-l")) {
                    DomainSearchForm(typed: "", currency: choice.inCurrency.spoken)
                }
                if !endings.isEmpty { p(.classes("soft", "small", "start-m")) { endingPrices } }
            }
        }
        section(.classes("section", "is-tinted"), .id("plans")) {
            div(.classes("container")) {
                PlanChoice(
                    heading: "Plans that grow with you",
                    isMainHeading: false,
                    plans: plans,
                    choice: choice,
                    page: MarketingRoutes.home.path()
                )
            }
        }
        Delivery()
        section(.classes("section", "is-tinted")) {
            div(.classes("container")) {
                div(.classes("section-head")) { h2 { "What you get with every plan" } }
                div(.classes("grid")) { for each in HomeView.features { feature(each) } }
            }
        }
        Questions()
        NextStep()
    }

    private var endingPrices: String {
        endings.prefix(5).map { ".\($0.ending) \($0.price.label)" }.joined(separator: "  ·  ")
    }

    private func feature(_ feature: (icon: StaticString, heading: String, text: String)) -> HTML {
        div(.classes("feature")) {
            Icon(feature.icon)
            h3 { feature.heading }
            p { feature.text }
        }
    }

    private static let features: [(icon: StaticString, heading: String, text: String)] = [
        (
            "zap", "Ready in minutes",
            "Payment, licence, domain and account are one order. Its page shows each step live."
        ),
        (
            "server", "The server with most room",
            "New accounts go to the healthy server with the most free room, never to a full one."
        ),
        (
            "globe", "Your domain, your way",
            "Register a new name, move one here, or keep yours where it is."
        ),
        (
            "receipt", "Exact invoices",
            "Every payment has a numbered invoice, and no price changes without notice."
        ),
        (
            "shield-check", "Card data stays with Stripe",
            "You pay on Stripe's own page; your card number never reaches us."
        ),
        (
            "key-round", "One licence for all of it",
            "Accounts, domains, databases and mailboxes, with limits you can see."
        ),
    ]
}

/// The plans side by side, as a page of their own.
struct PricingView: View {
    let plans: [PlanRecord]
    let choice: PriceChoice

    var body: HTML {
        section(.classes("section")) {
            div(.classes("container")) {
                PlanChoice(
                    heading: "Plans and prices",
                    isMainHeading: true,
                    plans: plans,
                    choice: choice,
                    page: MarketingRoutes.pricing.path()
                )
            }
        }
        Questions()
        NextStep()
    }
}

/// What an order's page looks like while it is delivered.
private struct Delivery: View {
    var body: HTML {
        section(.classes("section")) {
            div(.classes("container", "split")) {
                div(.classes("stack")) {
                    h2(.classes("display")) { "From payment to panel while you watch" }
                    p(.classes("soft")) {
                        "Your order has a page that shows each step as it happens. When one takes "
                        "longer, it says why; when one needs us, we know before you ask."
                    }
                    ul(.classes("features"), .role("list")) {
                        for line in [
                            "Nothing is lost when a connection breaks or a server restarts",
                            "Nothing is done twice, and nothing is charged twice",
                            "Your log-in is shown to you once, by a link of your own",
                        ] {
                            li {
                                Icon("check")
                                span { line }
                            }
                        }
                    }
                }
                Card("Your order") {
                    Timeline([
                        Timeline.Item("Payment", .done, detail: "$111.99 received"),
                        Timeline.Item("Licence", .done, detail: "NP-••••-••••-••••-EQK7"),
                        Timeline.Item("Domain name", .done, detail: "your-name.com"),
                        Timeline.Item("Hosting account", .running),
                        Timeline.Item("Licence in your panel", .waiting),
                        Timeline.Item("Welcome e-mail", .waiting),
                    ])
                }
            }
        }
    }
}

/// What people ask before they buy.
private struct Questions: View {
    var body: HTML {
        section(.classes("section")) {
            div(.classes("container")) {
                div(.classes("section-head")) { h2 { "Questions and answers" } }
                div(.classes("questions", "narrow")) {
                    for each in Questions.all {
                        details {
                            summary {
                                each.question
                                Icon("chevron-down")
                            }
                            p { each.answer }
                        }
                    }
                }
            }
        }
    }

    private static let all: [(question: String, answer: String)] = [
        (
            "What is NextPanel?",
            "The control panel in which you run your hosting: sites, domains, databases, mailboxes "
                + "and backups in one place. Every plan has a licence for it."
        ),
        (
            "How soon can I start?",
            "As soon as your payment arrives we set up licence, domain and account. The page of "
                + "your order shows each step while it happens, and a mail with your log-in follows."
        ),
        (
            "Can I bring a domain I already have?",
            "Yes. Keep it where it is and point it at us, or move it here with its transfer code."
        ),
        (
            "What does a domain cost after the first year?",
            "What the search shows: the first price and the yearly one stand side by side before "
                + "you put a name into the cart."
        ),
        (
            "How do I pay?",
            "By card on Stripe's own page. Your card number never reaches us, and every payment "
                + "has a numbered invoice."
        ),
        (
            "What if something cannot be delivered?",
            "You see it on the order's page and so do we. It is put right, or you get your money "
                + "back."
        ),
    ]
}

/// Where to go from the end of a page.
private struct NextStep: View {
    var body: HTML {
        section(.classes("section", "is-tinted")) {
            div(.classes("container", "section-head")) {
                h2 { "Start with a name, or with a plan" }
                p(.classes("lead")) { "Both go into one cart, and you pay once." }
                div(.classes("row", "is-centred", "start-l")) {
                    ButtonLink(
                        "Search a name",
                        to: SearchRoutes.search.path(),
                        .primary,
                        size: .large,
                        icon: "search"
                    )
                    ButtonLink("Compare plans", to: MarketingRoutes.pricing.path(), size: .large)
                }
            }
        }
    }
}

/// The plans for sale, by the month or by the year.
struct PlanChoice: View {
    let heading: String
    let isMainHeading: Bool
    let plans: [PlanRecord]
    let choice: PriceChoice
    /// The page that the switch of cycles loads without scripts.
    let page: String

    var body: HTML {
        div(.data("cycle", choice.cycle.rawValue)) {
            div(.classes("section-head")) {
                if isMainHeading { h1 { heading } } else { h2 { heading } }
                p(.classes("lead")) { lead }
                div(.classes("start-l")) { cycleSwitch }
                if choice.currencies.count > 1 { currencyLinks }
            }
            if plans.isEmpty {
                EmptyState(
                    "No plans are for sale right now",
                    "Please come back a little later.",
                    icon: "tag"
                )
            } else {
                div(.classes("plans")) {
                    for (place, plan) in plans.enumerated() {
                        PlanCard(
                            plan: plan,
                            currency: choice.inCurrency.spoken,
                            isFeatured: place == 1 && plans.count > 2,
                            isBelowMainHeading: isMainHeading
                        )
                    }
                }
            }
        }
    }

    private var lead: String {
        let isTenMonths = plans.allSatisfy { plan in
            guard let month = plan.price(.monthly), let year = plan.price(.yearly) else {
                return false
            }
            return year.amount == month.amount * 10
        }
        return isTenMonths
            ? "Pay by the month, or by the year: a year costs as much as ten months."
            : "Pay by the month or by the year."
    }

    private var cycleSwitch: HTML {
        div(
            .classes("toggle"),
            .data("cycle-toggle", ""),
            .role("group"),
            .aria("label", "Billing cycle")
        ) {
            for each in BillingCycle.allCases {
                a(
                    .href(choice.path(page, cycle: each)),
                    .data("cycle-choice", each.rawValue),
                    .when(each == choice.cycle, .aria("current", "true"))
                ) { each.label }
            }
        }
    }

    /// The same plans at their prices in other currencies.
    @HTMLBuilder private var currencyLinks: HTML {
        if choice.inCurrency.isFixed {
            p(.classes("soft", "small", "start-m")) {
                "Prices in \(choice.currency.code), as in all that you have bought before."
            }
        } else {
            p(.classes("soft", "small", "start-m")) {
                "Prices in \(choice.currency.code). You may also pay in "
                for currency in choice.currencies where currency != choice.currency {
                    a(.href(choice.path(page, currency: currency))) { currency.code }
                    " "
                }
                "– choose before your first order."
            }
        }
    }
}

/// One plan with its price for both cycles; the page's cycle decides which is seen.
struct PlanCard: View {
    let plan: PlanRecord
    /// What the prices are in, where that has to be said when the plan is chosen.
    let currency: Currency?
    let isFeatured: Bool
    /// Whether the heading above the plans is the page's own.
    let isBelowMainHeading: Bool

    var body: HTML {
        article(.classes("plan", isFeatured ? "is-featured" : "")) {
            div(.classes("stack-s")) {
                if isBelowMainHeading { h2 { name } } else { h3 { name } }
                p(.classes("soft")) { plan.description }
            }
            for cycle in BillingCycle.allCases { price(cycle) }
            ul(.classes("features"), .role("list")) {
                for line in lines {
                    li {
                        Icon("check")
                        span { line }
                    }
                }
            }
        }
    }

    @HTMLBuilder private var name: HTML {
        plan.name
        if isFeatured { span(.classes("badge", "is-info", "is-plain")) { "Popular" } }
    }

    /// What the plan allows, and what staff have written besides.
    private var lines: [String] {
        let limits = plan.quotas.lines
        return limits + plan.features.filter { !limits.contains($0) }
    }

    private func isSoldElsewhere(_ cycle: BillingCycle) -> Bool {
        plan.foreignPrices.contains { $0.cycle == cycle }
    }

    private func price(_ cycle: BillingCycle) -> HTML {
        div(.classes("stack-s", "for-\(cycle.rawValue)")) {
            if let price = plan.price(cycle) {
                p {
                    span(.classes("price")) { price.amount.priceTag }
                    span(.classes("per")) { " \(price.amount.currency.code) a \(cycle.per)" }
                }
                ButtonLink(
                    "Choose \(plan.name)",
                    to: CartRoutes.adding(plan.id, cycle, in: currency),
                    isFeatured ? .primary : .secondary,
                    size: .block
                )
            } else {
                p(.classes("soft")) {
                    isSoldElsewhere(cycle)
                        ? "Not sold by the \(cycle.per) in this currency."
                        : "Not sold by the \(cycle.per)."
                }
            }
        }
    }
}

extension Quotas {
    /// What the plan allows, a line each.
    var lines: [String] {
        [
            Quotas.line(accounts, "hosting account"), Quotas.line(domains, "domain"),
            Quotas.line(databases, "database"), Quotas.line(emails, "mailbox", "mailboxes"),
        ]
    }

    private static func line(_ limit: Int64?, _ one: String, _ many: String? = nil) -> String {
        limit.map { counted($0, one, many) } ?? "Unlimited \(many ?? one + "s")"
    }
}
