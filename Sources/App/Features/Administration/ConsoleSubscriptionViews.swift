import Core
import Markup
import Web

/// Subscriptions with their search.
struct ConsoleSubscriptionListView: View {
    let page: ListPage<ConsoleSubscriptionFilter>

    private static let columns: [ListColumn<ConsoleSubscriptionFilter>] = [
        ListColumn("plan", "Plan") { each in
            Stacked {
                a(
                    .href(ConsoleSubscriptionRoutes.show.path(each.subscription.id)),
                    .classes("strong")
                ) { each.planName }
                if each.subscription.quantity > 1 {
                    span(.classes("soft", "small")) { "\(each.subscription.quantity) of it" }
                }
            }
        },
        ListColumn("customer", "Customer", sort: .customer) { each in
            Stacked {
                a(.href(ConsoleCustomerRoutes.show.path(each.subscription.customer))) {
                    each.customerName
                }
                EmailText(each.email)
            }
        },
        ListColumn("status", "Status") { $0.subscription.badge },
        .number("amount", "Amount") { each in
            span {
                Amount(each.amount, showsCode: true)
                " a \(each.subscription.cycle.per)"
            }
        },
        ListColumn("renews", "Renews or ends", sort: .renews) { each in
            Moment(day: each.subscription.endsAt ?? each.subscription.periodEnd)
        },
        ListColumn("bought", "Bought", sort: .bought) { Moment(day: $0.subscription.createdAt) },
    ]

    var body: HTML {
        ListView(
            "Subscriptions",
            page,
            ConsoleSubscriptionListView.columns,
            empty: empty,
            filters: {
                Filter(
                    search: "Search",
                    "q",
                    page.filter.text,
                    hint: "Name, e-mail, plan, domain or identifier"
                )
                Filter(
                    "Status",
                    "status",
                    page.filter.status?.rawValue,
                    all: "All",
                    SubscriptionRecord.Status.allCases.map { ($0.rawValue, $0.badge.text) }
                )
                Filter(
                    "Cycle",
                    "cycle",
                    page.filter.cycle?.rawValue,
                    all: "All",
                    BillingCycle.allCases.map { ($0.rawValue, $0.label) }
                )
            },
            actions: {
                ButtonLink(
                    "What will happen",
                    to: ConsoleSubscriptionRoutes.rehearsal.path(),
                    icon: "calendar"
                )
                ButtonLink("Unpaid services", to: ConsoleDunningRoutes.list.path(), icon: "timer")
            }
        ).body
    }

    private var empty: EmptyState {
        EmptyState(
            page.filter.isActive ? "No subscription fits" : "No subscriptions yet",
            page.filter.isActive
                ? "Search for part of a name, an address or a plan, or for a whole domain."
                : "Each plan that is paid for is one.",
            icon: "refresh-cw"
        )
    }
}

/// One subscription: what it is, what happened, what was billed, and what can be done.
struct SubscriptionFileView: View {
    let file: SubscriptionFile
    let token: String
    let rights: ConsoleRights

    private var record: SubscriptionRecord { file.subscribed.record }

    var body: HTML {
        PageHeading(
            file.subscribed.label,
            badge: record.badge,
            back: ("Subscriptions", ConsoleSubscriptionRoutes.list.path())
        )
        div(.classes("split")) {
            div(.classes("stack")) {
                if let next = file.subscribed.next { nextTerms(next) }
                lines
                events
                AuditCard(entries: file.history, log: rights.log(of: record.id.text))
            }
            aside(.classes("aside", "stack", "is-first")) {
                Card("Subscription") { Facts(facts) }
                if rights.movesMoney { SubscriptionActions(file: file, token: token) }
            }
        }
    }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("Customer") {
                TextLink(
                    file.customer.name,
                    to: ConsoleCustomerRoutes.show.path(record.customer)
                )
            },
            Facts.Fact("Price") {
                Amount(file.subscribed.unitPrice * record.quantity, showsCode: true)
                " a \(record.cycle.per)"
                if record.quantity > 1 { ", for \(record.quantity)" }
            },
            Facts.Fact("Present period") {
                Moment(record.periodStart)
                " to "
                Moment(record.periodEnd)
            },
        ]
        if let next = file.nextBill {
            facts.append(
                Facts.Fact("Next bill") {
                    Moment(next.at)
                    ", "
                    Amount(next.amount, showsCode: true)
                    " without tax"
                }
            )
        }
        if let coupon = file.subscribed.coupon {
            facts.append(Facts.Fact("Coupon") { coupon.words })
        }
        if let end = record.endsAt {
            facts.append(Facts.Fact(record.status == .cancelled ? "Ended" : "Ends") { Moment(end) })
        }
        if let day = file.subscribed.remains?.removal {
            facts.append(Facts.Fact("Account is removed") { Moment(day.at) })
        }
        facts.append(
            Facts.Fact("Order") {
                TextLink("#\(file.order.number)", to: ConsoleOrderRoutes.show.path(file.order.id))
            }
        )
        return facts + belongings
    }

    private var belongings: [Facts.Fact] {
        var facts: [Facts.Fact] = []
        if let account = file.account {
            facts.append(
                Facts.Fact("Account") {
                    TextLink(account.username, to: ConsoleCustomerRoutes.account.path(account.id))
                    " "
                    account.status.badge
                }
            )
        }
        if let license = file.license {
            facts.append(
                Facts.Fact("Licence") {
                    TextLink("Show", to: ConsoleCustomerRoutes.license.path(license))
                }
            )
        }
        if file.isExempt {
            facts.append(Facts.Fact("Unpaid bills") { Badge("Reminders only", .info) })
        }
        facts.append(Facts.Fact("Identifier") { ShortID(record.id.text) })
        return facts
    }

    private func nextTerms(_ next: SubscriptionTerms) -> HTML {
        Notice(.info, "From the next period on") {
            p {
                "\(file.subscribed.nextPlanName ?? file.subscribed.planName), "
                "\(next.cycle.rawValue), for "
                Amount(next.amount, showsCode: true)
                "."
            }
        }.body
    }

    private var lines: HTML {
        ListCard("Billed", file.lines, none: "Nothing has been billed yet.") { each in
            DataTable.Row {
                Stacked {
                    a(.href(ConsoleOrderRoutes.invoice.path(each.invoice))) {
                        each.number ?? "Draft"
                    }
                    span { each.status.badge }
                }
                div {
                    Moment(day: each.line.span.from.date)
                    " to "
                    Moment(day: each.line.span.to.date)
                    div(.classes("soft", "small")) { each.explanation }
                }
                Amount(each.amount, showsCode: true)
            }
        } columns: {
            ["Invoice", "For", .number("Amount")]
        }.body
    }

    private var events: HTML {
        Card("What happened") {
            Timeline(
                file.events.map { event in
                    Timeline.Item(event.kind.words { file.planNames[$0] ?? "" }, at: event.at.date)
                }
            )
        }.body
    }
}

/// What staff can do to a subscription.
struct SubscriptionActions: View {
    let file: SubscriptionFile
    let token: String

    private var record: SubscriptionRecord { file.subscribed.record }

    /// Whether an end can be withdrawn, or what has ended taken up again.
    private var canGoOn: Bool {
        guard let remains = file.subscribed.remains else { return record.endsAt != nil }
        return remains.account == .stopped
    }

    var body: HTML {
        if record.status != .cancelled, record.endsAt == nil {
            Card("Change the plan") {
                ChangeForm(
                    path: ConsoleSubscriptionRoutes.preview.path(record.id),
                    subscribed: file.subscribed,
                    plans: file.plans
                )
            }
        }
        Card("More") {
            div(.classes("stack-s")) {
                if file.subscribed.next.map({ !$0.isSame(as: record) }) == true {
                    ActionForm(
                        "Keep it as it is",
                        to: ConsoleSubscriptionRoutes.withdrawChange.path(record.id),
                        token: token
                    )
                }
                if canGoOn {
                    if let wayBack = file.wayBack {
                        p(.classes("soft")) { "Its customer pays \(wayBack.figures)." }
                    }
                    ActionForm(
                        record.status == .cancelled ? "Take it up again" : "Do not end it",
                        to: ConsoleSubscriptionRoutes.reactivate.path(record.id),
                        token: token,
                        fields: file.wayBack.map { [("terms", $0.terms)] } ?? []
                    )
                }
                if record.status != .cancelled {
                    ButtonLink(
                        "Cancel…",
                        to: ConsoleSubscriptionRoutes.askCancel.path(record.id),
                        .danger
                    )
                }
                exemption
            }
        }
    }

    private var exemption: ActionForm {
        ActionForm(
            file.isExempt ? "Take the usual steps again" : "Exempt the customer from suspension",
            to: ConsoleSubscriptionRoutes.exempt.path(record.customer),
            token: token,
            .quiet,
            fields: [("exempt", file.isExempt ? "no" : "yes")]
        )
    }
}

/// Asks how a subscription shall end.
struct CancellationView: View {
    let subscribed: SubscribedPlan
    let token: String

    var body: HTML {
        ConfirmationView(
            heading: "Cancel \(subscribed.label)?",
            back: ("Subscription", ConsoleSubscriptionRoutes.show.path(subscribed.record.id)),
            consequences: [
                "With its end the licence is void and the account is stopped. It is removed later, "
                    + "when the settings say, and its customer is told the day in advance."
            ],
            path: ConsoleSubscriptionRoutes.cancel.path(subscribed.record.id),
            token: token,
            confirm: "Cancel the subscription",
            fields: FormField(
                "When",
                "end",
                FormErrors(values: ["end": CancellationChoice.periodEnd.rawValue]),
                .select(CancellationChoice.allCases.map { ($0.rawValue, $0.words) })
            ).body
        ).body
    }
}

extension SubscriptionEvent.Kind {
    /// What is subscribed to from this event on; nil when it says nothing of that.
    var terms: SubscriptionTerms? {
        switch self {
        case .started(let terms, _), .changed(let terms, _), .reactivated(let terms, _): terms
        case .changeWithdrawn, .repriced, .cancelled, .cancellationWithdrawn: nil
        }
    }

    /// The event in a few words.
    func words(planName: (ID<Plan>) -> String) -> String {
        func words(of terms: SubscriptionTerms) -> String {
            let many = terms.quantity > 1 ? "\(terms.quantity) × " : ""
            return "\(many)\(planName(terms.plan)), \(terms.amount) \(terms.cycle.rawValue)"
        }
        return switch self {
        case .started(let terms, let zone):
            "Bought: \(words(of: terms)), days of \(zone.identifier)"
        case .changed(let terms, .atOnce): "Changed at once: \(words(of: terms))"
        case .changed(let terms, .atPeriodEnd): "Changed from the next period: \(words(of: terms))"
        case .changeWithdrawn: "The change was withdrawn"
        case .repriced(let price, _, let from):
            "New price \(price) for periods from \(from.date.dayText) on"
        case .cancelled(.atPeriodEnd): "Cancelled to the period's end"
        case .cancelled(.atOnce(.credited)): "Cancelled at once, unused time credited"
        case .cancelled(.atOnce(.forfeited)): "Cancelled at once, nothing given back"
        case .cancellationWithdrawn: "The cancellation was withdrawn"
        case .reactivated(let terms, let zone):
            "Taken up again: \(words(of: terms)), days of \(zone.identifier)"
        }
    }
}
