import Core
import Markup
import Web

/// Customers with their search.
struct CustomerListView: View {
    let page: ListPage<CustomerFilter>

    private static let columns: [ListColumn<CustomerFilter>] = [
        ListColumn("customer", "Customer", sort: .name) { each in
            Stacked {
                a(
                    .href(ConsoleCustomerRoutes.show.path(each.customer.id)),
                    .classes("strong")
                ) {
                    each.customer.name
                    if let company = each.customer.company { " · \(company)" }
                }
                EmailText(each.customer.email)
            }
        },
        ListColumn("country", "Country") { each in
            each.customer.address.map { Countries.name(of: $0.country) } ?? "–"
        },
        .number("orders", "Orders") { String($0.orders) },
        .number("services", "Services") { String($0.services) },
        ListColumn("since", "Since", sort: .since) { Moment(day: $0.customer.createdAt) },
    ]

    var body: HTML {
        ListView("Customers", page, CustomerListView.columns, empty: empty) {
            Filter(
                search: "Search",
                "q",
                page.filter.text,
                hint: "Name, company, e-mail, domain, user name or identifier"
            )
        }.body
    }

    private var empty: EmptyState {
        EmptyState(
            page.filter.isActive ? "Nobody fits" : "No customers yet",
            page.filter.isActive
                ? "Search for part of a name, a company or an address, or for a whole "
                    + "domain or user name."
                : "Whoever registers appears here.",
            icon: "users"
        )
    }
}

/// One customer with everything that is the customer's.
struct CustomerFileView: View {
    let file: CustomerFile
    let token: String
    let rights: ConsoleRights

    private var customer: CustomerRecord { file.customer }

    var body: HTML {
        PageHeading(
            customer.name,
            lead: customer.company,
            back: ("Customers", ConsoleCustomerRoutes.list.path())
        )
        div(.classes("split")) {
            div(.classes("stack")) {
                services
                accounts
                licenses
                domains
                orders
                invoices
                PaymentCard(
                    payments: file.payments,
                    refunds: file.refunds,
                    token: token,
                    rights: rights
                )
                CustomerCreditCard(customer: customer.id, account: file.credit, rights: rights)
                AuditCard(entries: file.history, log: nil, showsObject: true)
            }
            aside(.classes("aside", "stack", "is-first")) {
                Card("Profile") { Facts(facts) }
                cards
                CustomerTaxCard(file: file.tax, now: file.now, token: token, rights: rights)
                users
            }
        }
    }

    private var facts: [Facts.Fact] {
        var facts = [Facts.Fact("E-mail") { EmailText(customer.email, classNames: "") }]
        if let phone = customer.phone {
            facts.append(Facts.Fact("Phone") { "+\(phone.countryCode) \(phone.number)" })
        }
        facts.append(
            Facts.Fact("Address") {
                if let address = customer.address {
                    for text in address.lines { span(.classes("block")) { text } }
                } else {
                    span(.classes("soft")) { "Not told yet" }
                }
            }
        )
        facts.append(Facts.Fact("Since") { Moment(day: customer.createdAt) })
        facts.append(
            Facts.Fact("Books") {
                TextLink("Entries", to: BooksRoutes.entries(of: customer.id.text))
            }
        )
        facts.append(Facts.Fact("Identifier") { ShortID(customer.id.text) })
        return facts
    }

    private var cards: HTML {
        Card("Cards", isFlush: true) {
            if file.cards.isEmpty {
                p(.classes("card-body", "soft")) { "No card is saved." }
            } else {
                ul(.classes("listing"), .role("list")) {
                    for card in file.cards { row(of: card) }
                }
            }
        }.body
    }

    private func row(of card: PaymentMethodRecord) -> HTML {
        li {
            div(.classes("main")) {
                p(.classes("strong")) { card.label }
                p(.classes("soft", "small")) {
                    card.refusal.map { "Refused for good: \($0.code)" }
                        ?? "Good until \(card.expiryText)"
                }
            }
            div(.classes("end")) { card.badge }
        }
    }

    private var users: HTML {
        Card("Log-ins", isFlush: true) {
            ul(.classes("listing"), .role("list")) {
                for user in file.users {
                    li {
                        div(.classes("main")) {
                            p(.classes("strong")) { user.fullName }
                            p { EmailText(user.email) }
                        }
                        div(.classes("end")) {
                            user.role.badge
                            if !user.isActive { Badge("Switched off", .failure) }
                            if user.emailVerifiedAt == nil { Badge("Not verified", .warning) }
                            if rights.administers { switchForm(of: user) }
                        }
                    }
                }
            }
        }.body
    }

    private func switchForm(of user: UserRecord) -> ActionForm {
        ActionForm(
            user.isActive ? "Switch off" : "Switch on",
            to: ConsoleCustomerRoutes.switchUser.path(user.id),
            token: token,
            user.isActive ? .danger : .secondary,
            size: .small,
            asking: user.isActive
                ? "\(user.email) is logged out everywhere and cannot log in until switched on again. "
                    + "Hosting goes on."
                : nil,
            fields: [("active", user.isActive ? "no" : "yes")]
        )
    }

    private var services: HTML {
        ListCard("Services", file.subscriptions, none: "Nothing has been bought yet.") { each in
            DataTable.Row {
                Stacked {
                    a(
                        .href(ConsoleSubscriptionRoutes.show.path(each.subscription.id)),
                        .classes("strong")
                    ) { each.planName }
                    span(.classes("soft", "small", "block")) { each.subscription.cycle.label }
                }
                each.subscription.status.badge
                TextLink("#\(each.orderNumber)", to: ConsoleOrderRoutes.show.path(each.order))
                Moment(day: each.subscription.periodEnd)
            }
        } columns: {
            ["Plan", "Status", "Order", "Paid until"]
        }.body
    }

    private var accounts: HTML {
        ListCard("Hosting accounts", file.accounts, none: "There is no hosting account.") { each in
            DataTable.Row {
                TextLink(
                    each.account.username,
                    to: ConsoleCustomerRoutes.account.path(each.account.id)
                )
                each.account.status.badge
                TextLink(each.serverName, to: ConsoleServerRoutes.show.path(each.account.server))
                HTML { accountActions(each.account) }
            }
        } columns: {
            ["User name", "Status", "Server", .actions]
        }.body
    }

    @HTMLBuilder private func accountActions(_ account: HostingAccountRecord) -> HTML {
        if rights.movesMoney && account.canBeChanged {
            if account.status == .active {
                ButtonLink(
                    "Suspend…",
                    to: ConsoleCustomerRoutes.askSuspend.path(account.id),
                    size: .small
                )
            } else {
                ButtonLink(
                    "Resume…",
                    to: ConsoleCustomerRoutes.account.path(account.id),
                    size: .small
                )
            }
            if rights.administers {
                ButtonLink(
                    "Remove…",
                    to: ConsoleCustomerRoutes.askRemove.path(account.id),
                    .danger,
                    size: .small
                )
            }
        }
    }

    private var licenses: HTML {
        ListCard("Licences", file.licenses, none: "There is no licence.") { license in
            DataTable.Row {
                HTML {
                    a(.href(ConsoleCustomerRoutes.license.path(license.id)), .classes("mono")) {
                        "…\(license.keyHint)"
                    }
                }
                license.planName
                license.status.badge
                license.expiresAt.map { Moment(day: $0).body }
            }
        } columns: {
            ["Key", "Plan", "Status", "Expires"]
        }.body
    }

    private var domains: HTML {
        ListCard("Domain names", file.domains, none: "There is no domain name.") { domain in
            DataTable.Row {
                domain.name.text
                domain.kind.words
                domain.status.badge
                domain.expiresAt.map { Moment(day: $0).body }
            }
        } columns: {
            ["Name", "Kind", "Status", "Expires"]
        }.body
    }

    private var orders: HTML {
        Card("Orders", isFlush: true) {
            if file.orders.isEmpty {
                p(.classes("card-body", "soft")) { "There is no order." }
            } else {
                OrderTable(name: "Orders", orders: file.orders, showsCustomer: false)
            }
        }.body
    }

    private var invoices: HTML {
        ListCard("Invoices", file.invoices, none: "There is no invoice.") { invoice in
            DataTable.Row {
                TextLink(
                    invoice.number ?? "Draft",
                    to: ConsoleOrderRoutes.invoice.path(invoice.id)
                )
                invoice.status.badge
                Amount(invoice.total, showsCode: true)
                Moment(day: invoice.issuedAt ?? invoice.createdAt)
            }
        } columns: {
            ["Number", "Status", .number("Total"), "Date"]
        }.body
    }
}

/// A card with a table, or with a line that says why there is none.
struct ListCard: View {
    private let heading: String
    private let none: String
    private let columns: [DataTable.Column]
    private let rows: [DataTable.Row]

    init<Element>(
        _ heading: String,
        _ elements: [Element],
        none: String,
        row: (Element) -> DataTable.Row,
        columns: () -> [DataTable.Column]
    ) {
        self.heading = heading
        self.none = none
        self.columns = columns()
        rows = elements.map(row)
    }

    var body: HTML {
        Card(heading, isFlush: true) {
            if rows.isEmpty {
                p(.classes("card-body", "soft")) { none }
            } else {
                DataTable(heading, columns, rows)
            }
        }
    }
}

extension DomainNameRecord.Kind {
    /// How the name came to us.
    var words: String {
        switch self {
        case .registered: "Registered with us"
        case .transferred: "Transferred to us"
        case .own: "Kept elsewhere"
        }
    }
}
