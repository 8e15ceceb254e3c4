import Core
import Markup
import Web

/// What a customer has subscribed to.
struct SubscriptionListView: View {
    let page: ListPage<OwnSubscriptionFilter>

    private static let columns: [ListColumn<OwnSubscriptionFilter>] = [
        ListColumn("plan", "Plan") { each in
            a(.href(SubscriptionRoutes.show.path(each.subscription.id)), .classes("strong")) {
                each.subscription.label(of: each.planName)
            }
        },
        ListColumn("status", "Status") { $0.subscription.badge },
        ListColumn("renews", "Renews or ends", sort: .renews) { each in
            Moment(day: each.subscription.endsAt ?? each.subscription.periodEnd)
        },
        ListColumn("bought", "Bought", sort: .bought) { Moment(day: $0.subscription.createdAt) },
        .number("price", "Price") { each in
            span {
                Amount(each.amount, showsCode: true)
                " a \(each.subscription.cycle.per)"
            }
        },
    ]

    var body: HTML {
        ListView(
            "Subscriptions",
            lead: "What renews by itself, when, and for how much.",
            page,
            SubscriptionListView.columns,
            empty: empty
        ) {
            Filter(
                "Status",
                "status",
                page.filter.subscriptions.status?.rawValue,
                all: "All",
                SubscriptionRecord.Status.allCases.map { ($0.rawValue, $0.badge.text) }
            )
        } actions: {
            ButtonLink("Cards", to: CardRoutes.list.path(), icon: "credit-card")
        }.body
    }

    private var empty: EmptyState {
        guard !page.filter.isActive else {
            return EmptyState(
                "No subscription fits",
                "Those of another status are shown when you choose it above, or “All”.",
                icon: "refresh-cw"
            )
        }
        return EmptyState(
            "No subscriptions yet",
            "Each plan that you buy is one.",
            icon: "refresh-cw"
        ) { ButtonLink("See the plans", to: MarketingRoutes.pricing.path(), .primary) }
    }
}

/// One subscription: what it is, when it renews, and what can be changed.
struct SubscriptionView: View {
    let subscribed: SubscribedPlan
    let plans: [PlanRecord]
    /// What taking it up again costs; nil when it cannot be, or has not ended.
    let wayBack: ChangePreview?
    let token: String

    private var record: SubscriptionRecord { subscribed.record }

    var body: HTML {
        PageHeading(
            "\(subscribed.planName) hosting",
            badge: record.badge,
            back: ("Subscriptions", SubscriptionRoutes.list.path())
        )
        if record.status == .pastDue {
            Notice(.warning, "An invoice is open") {
                p {
                    "Please pay it, so that your hosting goes on. "
                    a(.href(InvoiceRoutes.list.path())) { "See your invoices" }
                }
            }
        }
        Card("At a glance") { Facts(facts) }
        if let next = subscribed.next { nextTerms(next) }
        if record.status != .cancelled, record.endsAt == nil { changes }
        ending
    }

    private var facts: [Facts.Fact] {
        [
            Facts.Fact("Price") {
                Amount(subscribed.unitPrice * record.quantity)
                " \(record.cycle.rawValue)"
                if record.quantity > 1 { ", for \(record.quantity)" }
            },
            Facts.Fact("Present period") {
                Moment(day: record.periodStart)
                " to "
                Moment(day: record.periodEnd)
            },
            Facts.Fact(record.endsAt == nil ? "Renews" : "Ends") {
                Moment(day: record.endsAt ?? record.periodEnd)
            },
        ] + (subscribed.coupon.map { coupon in [Facts.Fact("Coupon") { coupon.words }] } ?? [])
    }

    private func nextTerms(_ next: SubscriptionTerms) -> HTML {
        Notice(.info, "From the next period on") {
            p {
                "\(subscribed.nextPlanName ?? subscribed.planName), \(next.cycle.rawValue), for "
                Amount(next.amount)
                "."
            }
            if !next.isSame(as: record) {
                ActionForm(
                    "Keep it as it is",
                    to: SubscriptionRoutes.withdrawChange.path(record.id),
                    token: token,
                    size: .small
                )
            }
        }.body
    }

    private var changes: HTML {
        Card("Change the plan") {
            ChangeForm(
                path: SubscriptionRoutes.preview.path(record.id),
                subscribed: subscribed,
                plans: plans
            )
        }.body
    }

    @HTMLBuilder private var ending: HTML {
        if record.status == .cancelled {
            comeBack
        } else if record.endsAt != nil {
            Card("Stay") {
                p { "Withdraw the cancellation, and everything goes on as before." }
                div(.classes("row")) {
                    reactivation("Do not cancel")
                    endAtOnce
                }
            }
        } else {
            Card("Cancel") {
                p {
                    "Everything stays on until "
                    Moment(day: record.periodEnd)
                    ", and you can change your mind until then. Nothing is charged any more."
                }
                div(.classes("row")) {
                    ActionForm(
                        "Cancel at the period's end",
                        to: SubscriptionRoutes.cancel.path(record.id),
                        token: token,
                        .danger
                    )
                    endAtOnce
                }
            }
        }
    }

    @HTMLBuilder private var comeBack: HTML {
        if let account = subscribed.remains?.account, account != .stopped {
            Card(account == .removed ? "Its account is removed" : "Its account is being removed") {
                p {
                    account == .removed
                        ? "Everything in it is deleted, so this one cannot be taken up again."
                        : "This one cannot be taken up again."
                }
                div(.classes("row")) {
                    ButtonLink("See the plans", to: MarketingRoutes.pricing.path(), .primary)
                }
            }
        } else {
            Card("Come back") {
                p {
                    "It begins anew today, at today's price or, where its plan is not sold any "
                    "more, at the one it was sold for."
                }
                if let day = subscribed.remains?.removal {
                    p { AccountRemovalMails.keptUntil(day) }
                }
                if let wayBack { p { "To pay: \(wayBack.figures)." } }
                reactivation("Subscribe again")
            }
        }
    }

    private func reactivation(_ text: String) -> ActionForm {
        ActionForm(
            text,
            to: SubscriptionRoutes.reactivate.path(record.id),
            token: token,
            .primary,
            fields: wayBack.map { [("terms", $0.terms)] } ?? []
        )
    }

    private var endAtOnce: ButtonLink {
        ButtonLink("End it now…", to: SubscriptionRoutes.askEnd.path(record.id), .quiet)
    }
}

/// Asks for another plan, cycle or quantity; leads to what it costs.
struct ChangeForm: View {
    let path: String
    let subscribed: SubscribedPlan
    let plans: [PlanRecord]

    private var record: SubscriptionRecord { subscribed.record }

    var body: HTML {
        form(get: path) {
            div(.classes("stack")) {
                FormField(
                    "Plan",
                    "offer",
                    FormErrors(values: ["offer": present]),
                    .select(offers)
                )
                FormField(
                    "How many",
                    "quantity",
                    FormErrors(values: ["quantity": String(record.quantity)]),
                    .input(type: "number"),
                    .min(1),
                    .max(Int(SubscriptionTerms.mostQuantity))
                )
                FormField(
                    "When",
                    "when",
                    FormErrors(values: ["when": ""]),
                    .select([
                        ("", "Dearer now, cheaper at the period's end"), ("now", "Now"),
                        ("period_end", "At the period's end"),
                    ])
                ).unrequired
                div { SubmitButton("See what it costs", .secondary) }
            }
        }
    }

    private var present: String { "\(record.plan.text):\(record.cycle.rawValue)" }

    /// What is sold now, and first what is subscribed to, at the price that it was sold for.
    private var offers: [(value: String, text: String)] {
        let sold = (
            value: present,
            text: "\(subscribed.planName), \(subscribed.unitPrice) \(record.cycle.rawValue)"
        )
        let others = plans.flatMap { plan in
            plan.prices.map {
                (
                    value: "\(plan.id.text):\($0.cycle.rawValue)",
                    text: "\(plan.name), \($0.amount) \($0.cycle.rawValue)"
                )
            }
        }
        return [sold] + others.filter { $0.value != present }
    }
}

extension SubscribedPlan {
    /// What it is in a few words.
    var label: String { record.label(of: planName) }
}

extension SubscriptionRecord {
    fileprivate func label(of plan: String) -> String {
        quantity > 1 ? "\(quantity) × \(plan)" : "\(plan) hosting"
    }
}

extension SubscriptionTerms {
    /// Whether nothing but the price differs, which its customer cannot take back.
    func isSame(as record: SubscriptionRecord) -> Bool {
        plan == record.plan && cycle == record.cycle && quantity == record.quantity
    }
}

extension SubscriptionRecord {
    /// How it stands; one whose end is set says so.
    var badge: Badge {
        status != .cancelled && endsAt != nil ? Badge("Ends soon", .warning) : status.badge
    }
}
