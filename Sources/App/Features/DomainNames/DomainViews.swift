import Core
import InternetNames
import Markup
import Web

/// The box that a name is typed into.
struct DomainSearchForm: View {
    let typed: String
    /// What prices are asked for in, where that has to be said.
    let currency: Currency?

    var body: HTML {
        form(get: SearchRoutes.search.path(), .role("search")) {
            if let currency {
                input(.type("hidden"), .name("currency"), .value(currency.code))
            }
            div(.classes("search")) {
                Markup.label(.for("domain-query"), .classes("visually-hidden")) { "Domain name" }
                input(
                    .classes("input"),
                    .id("domain-query"),
                    .type("text"),
                    .name("q"),
                    .value(typed),
                    .placeholder("your-name.com"),
                    .autocomplete("off"),
                    .attribute("autocapitalize", "none"),
                    .attribute("spellcheck", "false"),
                    .inputmode("url"),
                    .maxlength(253),
                    .required
                )
                SubmitButton("Search", size: .large, icon: "search")
            }
        }
    }
}

/// What a search has found.
struct DomainSearchView: View {
    let typed: String
    let results: DomainSearch.Results?
    /// What prices are in, where that has to be said.
    let currency: Currency?

    var body: HTML {
        PageHeading("Find a domain", lead: "Prices are for one year, the first and those after it.")
        div(.classes("stack")) {
            DomainSearchForm(typed: typed, currency: currency)
            if let results {
                if results.isUnanswered {
                    Notice(.warning, "We cannot tell right now which names are free") {
                        p {
                            "The registrar does not answer. You can try again in a moment, or "
                            "order the name anyway: we check before we register."
                        }
                    }
                }
                if let ending = results.unsoldEnding {
                    Notice(.info) {
                        "Names that end in .\(ending) are not sold here; these are near to it."
                    }
                }
                if results.found.isEmpty {
                    Notice(.info, "No names are sold in this currency") {
                        p { "You can use a name that you have, or choose another currency." }
                    }
                } else {
                    Card(isFlush: true) {
                        ul(.classes("listing"), .role("list")) { rows(results) }
                    }
                }
            } else if !typed.isEmpty {
                Notice(.failure, "“\(typed.prefix(60))” cannot be a domain name") {
                    p { "A name has letters, digits and hyphens, such as my-shop.com." }
                }
            }
        }
    }

    private func rows(_ results: DomainSearch.Results) -> [HTML] {
        results.found.map { found in
            li {
                div(.classes("main")) {
                    span(.classes("strong")) { InternetName.unicode(found.name.text) }
                }
                div(.classes("end")) {
                    FoundState(found: found, currency: currency)
                }
            }
        }
    }
}

/// Whether a name is free, and what can be done with it.
private struct FoundState: View {
    let found: DomainSearch.Results.Found
    let currency: Currency?

    var body: HTML {
        switch found.availability {
        case .available:
            price
            Badge("Available", .success)
            ButtonLink(
                "Add",
                to: CartRoutes.adding(found.name, .register, in: currency),
                .primary,
                size: .small,
                icon: "plus"
            )
        case .taken:
            if let transfer = found.offer.transfer {
                span {
                    Amount(transfer)
                    span(.classes("soft", "small")) { " to move it here, with a year" }
                }
            }
            Badge("Taken")
            ButtonLink(
                "Move it here",
                to: CartRoutes.adding(found.name, .transfer, in: currency),
                size: .small
            )
        case .unknown:
            price
            Badge("Unknown", .warning)
            ButtonLink(
                "Add",
                to: CartRoutes.adding(found.name, .register, in: currency),
                size: .small
            )
        }
    }

    private var price: HTML {
        span {
            Amount(found.offer.price)
            span(.classes("soft", "small")) {
                " a year"
                if let renewal = found.offer.renewal { ", then \(renewal.label)" }
            }
        }
    }
}

/// A customer's own names.
struct DomainListView: View {
    let page: ListPage<DomainFilter>
    /// What names that we register point at.
    let nameservers: [String]

    private static let columns: [ListColumn<DomainFilter>] = [
        ListColumn("domain", "Domain", sort: .name) { domain in
            span(.classes("strong")) { InternetName.unicode(domain.name.text) }
        },
        ListColumn("how", "How") { $0.kind.label },
        ListColumn("expires", "Renews or expires", sort: .expires) { domain in
            if let end = domain.expiresAt { Moment(day: end) } else { "–" }
        },
        ListColumn("added", "Added", sort: .added) { Moment(day: $0.createdAt) },
        ListColumn("status", "Status") { $0.status.badge },
    ]

    var body: HTML {
        ListView(
            "Domains",
            page,
            DomainListView.columns,
            empty: EmptyState(
                "No domains yet",
                "A domain comes along with a plan: register a new one, or bring yours.",
                icon: "globe"
            ) { ButtonLink("Find a domain", to: SearchRoutes.search.path(), .primary) },
            actions: {
                ButtonLink("Find a domain", to: SearchRoutes.search.path(), icon: "search")
            }
        )
        if !page.rows.isEmpty, !nameservers.isEmpty {
            Card("Nameservers") {
                p(.classes("soft")) {
                    "Names that are registered here point at these. Let a name that you keep "
                    "elsewhere point at them too, where you keep it."
                }
                div(.classes("stack-s")) {
                    for each in nameservers { div { Copyable(each, name: "nameserver") } }
                }
            }
        }
    }
}

extension DomainNameRecord.Kind {
    var label: String {
        switch self {
        case .registered: "Registered here"
        case .transferred: "Moved here"
        case .own: "Kept elsewhere"
        }
    }
}
