import Core
import InternetNames
import Markup
import Web

/// A customer's first page.
struct DashboardView: View {
    let dashboard: Dashboard
    let name: String

    var body: HTML {
        PageHeading("Hello, \(name)") {
            ButtonLink("Order a plan", to: MarketingRoutes.pricing.path(), icon: "plus")
        }
        div(.classes("stack")) {
            for order in dashboard.unpaid {
                Notice(.warning, "Order \(order.label) awaits its payment of \(order.total.label)")
                {
                    p {
                        a(.href(OrderRoutes.show.path(order.id))) { "Pay or cancel it" }
                    }
                }
            }
            tiles
            services
            div(.classes("grid")) {
                invoices
                domains
            }
        }
    }

    private var tiles: HTML {
        div(.classes("tiles")) {
            tile("You owe", dashboard.owed.map { $0.label } ?? "Nothing")
            tile(
                "Active services",
                String(dashboard.services.filter { $0.status == .active }.count)
            )
            if !dashboard.credit.isEmpty {
                a(.href(CreditRoutes.show.path()), .classes("card", "tile")) {
                    span(.classes("soft", "small")) { "Your credit" }
                    span(.classes("figure")) {
                        dashboard.credit.map(\.label).joined(separator: ", ")
                    }
                }
            }
            tile("Next renewal", dashboard.next.map { $0.renewsAt.dayText } ?? "None")
        }
    }

    private func tile(_ name: String, _ figure: String) -> HTML {
        div(.classes("card", "tile")) {
            span(.classes("soft", "small")) { name }
            span(.classes("figure")) { figure }
        }
    }

    private var services: HTML {
        Card("Services", isFlush: dashboard.services.isEmpty) {
            if dashboard.services.isEmpty {
                EmptyState(
                    "Nothing is hosted yet",
                    "Choose a plan; your panel is ready minutes after you pay.",
                    icon: "server"
                ) { ButtonLink("See the plans", to: MarketingRoutes.pricing.path(), .primary) }
            } else {
                div(.classes("stack")) {
                    for (place, service) in dashboard.services.enumerated() {
                        if place > 0 { hr() }
                        ServiceView(service: service)
                    }
                }
            }
        }
        .body
    }

    private var invoices: HTML {
        Card("Invoices", isFlush: true) {
            if dashboard.invoices.isEmpty, dashboard.openInvoices.isEmpty {
                EmptyState("No invoices yet", "Each payment has one.", icon: "receipt")
            } else {
                ul(.classes("listing"), .role("list")) {
                    for invoice in dashboard.openInvoices + dashboard.invoices {
                        li {
                            div(.classes("main")) {
                                a(.href(InvoiceRoutes.show.path(invoice.id))) { invoice.label }
                            }
                            div(.classes("end")) {
                                Amount(invoice.total)
                                invoice.status.badge
                            }
                        }
                    }
                }
            }
        } actions: {
            ButtonLink("All", to: InvoiceRoutes.list.path(), .quiet, size: .small)
        }
        .body
    }

    private var domains: HTML {
        Card("Domains", isFlush: true) {
            if dashboard.domains.isEmpty {
                EmptyState("No domains yet", "They come along with a plan.", icon: "globe")
            } else {
                ul(.classes("listing"), .role("list")) {
                    for domain in dashboard.domains {
                        li {
                            div(.classes("main")) { InternetName.unicode(domain.name.text) }
                            div(.classes("end")) {
                                if let expires = domain.expiresAt {
                                    span(.classes("soft", "small")) {
                                        "until "
                                        Moment(day: expires)
                                    }
                                }
                                domain.status.badge
                            }
                        }
                    }
                }
            }
        } actions: {
            ButtonLink("All", to: DomainRoutes.list.path(), .quiet, size: .small)
        }
        .body
    }
}

/// One service with the way to its panel.
private struct ServiceView: View {
    let service: HostedService

    var body: HTML {
        div(.classes("stack-s")) {
            div(.classes("spread")) {
                div(.classes("row")) {
                    h3 { service.label }
                    service.badge
                }
                if let panel = service.panelURL, service.accountStatus == .active {
                    ButtonLink("Open panel", to: panel, size: .small, icon: "external-link")
                }
            }
            if let reason = service.suspendedReason {
                Notice(.warning, "This service is suspended") { p { reason } }
            }
            HostingFacts(service: service)
        }
    }
}

/// What a customer needs to know of a service.
struct HostingFacts: View {
    let service: HostedService

    var body: HTML { Facts(facts) }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("Plan") {
                a(.href(SubscriptionRoutes.show.path(service.subscription))) {
                    "\(service.planName), paid \(service.cycle.rawValue)"
                }
            },
            Facts.Fact(service.endsAt == nil ? "Renews" : "Ends") {
                Moment(day: service.endsAt ?? service.renewsAt)
            },
        ]
        if let username = service.username {
            facts.append(
                Facts.Fact("User name") { Copyable(username, name: "user name") }
            )
        }
        if let panel = service.panelURL {
            facts.append(Facts.Fact("Panel") { a(.href(panel)) { panel } })
        }
        if let hint = service.licenseHint {
            facts.append(
                Facts.Fact("Licence") {
                    code { LicenseKey.masked(hint: hint) }
                    " "
                    a(.href(Navigation.licenses.path()), .classes("small")) { "Show" }
                }
            )
        }
        return facts
    }
}

extension HostedService {
    /// How the service stands: its account's state tells most.
    var badge: Badge {
        if let accountStatus, accountStatus != .active { return accountStatus.badge }
        switch status {
        case .trialing, .active: return Badge("Active", .success)
        case .pastDue: return Badge("Payment overdue", .warning)
        case .suspended: return Badge("Suspended", .warning)
        case .cancelled: return Badge("Cancelled")
        }
    }
}
