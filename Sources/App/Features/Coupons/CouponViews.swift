import Core
import Foundation
import Markup
import Web

/// All coupons with their search.
struct CouponListView: View {
    let page: ListPage<CouponFilter>
    let rights: ConsoleRights

    var body: HTML {
        ListView(
            "Coupons",
            page,
            columns,
            empty: EmptyState(
                page.filter.isActive ? "No coupon fits" : "No coupons yet",
                "A coupon takes a part or an amount off bills, for those who know its code.",
                icon: "ticket"
            ),
            filters: {
                Filter(search: "Search", "q", page.filter.text, hint: "Code or note")
                Filter(
                    "Status",
                    "status",
                    page.filter.status?.rawValue,
                    all: "All",
                    CouponRecord.Status.allCases.map { ($0.rawValue, $0.badge.text) }
                )
            },
            actions: {
                if rights.movesMoney {
                    ButtonLink("New coupon", to: CouponRoutes.new.path(), .primary, icon: "plus")
                }
            }
        ).body
    }

    private var columns: [ListColumn<CouponFilter>] {
        let now = page.filter.now
        return [
            ListColumn("code", "Code", sort: .code) { coupon in
                Stacked {
                    TextLink(coupon.code.text, to: CouponRoutes.show.path(coupon.id))
                    if let note = coupon.note {
                        span(.classes("soft", "small", "block")) { note }
                    }
                }
            },
            ListColumn("what", "Takes off") { $0.terms.words },
            .number("used", "Used", sort: .used) { coupon in
                coupon.terms.totalLimit.map { "\(coupon.used) of \($0)" } ?? String(coupon.used)
            },
            ListColumn("ends", "Until", sort: .ends) { coupon in
                if let to = coupon.terms.validTo { Moment(day: to.date) } else { "–" }
            },
            ListColumn("made", "Made", sort: .made) { Moment(day: $0.createdAt) },
            ListColumn("status", "Status") { $0.status(at: now).badge },
        ]
    }
}

/// One coupon with who has taken it.
struct CouponFileView: View {
    let file: CouponFile
    let uses: ListPage<CouponUseFilter>
    let now: Date
    let rights: ConsoleRights

    private var coupon: CouponRecord { file.coupon }

    var body: HTML {
        PageHeading(
            coupon.code.text,
            lead: coupon.note,
            badge: coupon.status(at: now).badge,
            back: ("Coupons", CouponRoutes.list.path())
        ) {
            if rights.movesMoney, coupon.endedAt == nil {
                ButtonLink("End…", to: CouponRoutes.askEnd.path(coupon.id), .danger)
            }
        }
        div(.classes("split")) {
            div(.classes("stack")) {
                ListSection(
                    "Who has taken it",
                    uses,
                    CouponFileView.useColumns,
                    none: "Nobody has taken it yet."
                )
                AuditCard(entries: file.history, log: rights.log(of: coupon.id.text))
            }
            aside(.classes("aside", "stack", "is-first")) { Card("Terms") { Facts(facts) } }
        }
    }

    private var facts: [Facts.Fact] {
        let terms = coupon.terms
        return [
            Facts.Fact("Takes off") { terms.reduction.words },
            Facts.Fact("For") { terms.duration.words },
            Facts.Fact("Plans") { planNames },
            Facts.Fact("First order only") { terms.isForFirstOrderOnly ? "Yes" : "No" },
            Facts.Fact("From") { CouponFileView.moment(terms.validFrom) },
            Facts.Fact("Until") { CouponFileView.moment(terms.validTo) },
            Facts.Fact("Used") { String(coupon.used) },
            Facts.Fact("Limit") { terms.totalLimit.map { String($0) } ?? "None" },
            Facts.Fact("A customer") { terms.customerLimit.map { String($0) } ?? "No limit" },
            Facts.Fact("Identifier") { ShortID(coupon.id.text) },
        ]
    }

    private static func moment(_ instant: Instant?) -> HTML {
        instant.map { Moment($0.date).body } ?? HTML.text("–")
    }

    private var planNames: String {
        guard let plans = coupon.terms.plans else { return "All, and what comes along" }
        return file.plans.filter { plans.contains($0.id) }.map(\.name).joined(separator: ", ")
    }

    private static let useColumns: [ListColumn<CouponUseFilter>] = [
        ListColumn("customer", "Customer", sort: .customer) { use in
            TextLink(use.customerName, to: ConsoleCustomerRoutes.show.path(use.customer))
        },
        ListColumn("order", "Order") { use in
            TextLink("#\(use.orderNumber)", to: ConsoleOrderRoutes.show.path(use.order))
        },
        .number("discount", "Discount") { Amount($0.discount, showsCode: true) },
        ListColumn("taken", "When", sort: .taken) { Moment($0.takenAt) },
        ListColumn("state", "State") { use in
            use.releasedAt == nil ? Badge("Taken", .success) : Badge("Given back")
        },
    ]
}

/// The form of a new coupon.
struct CouponFormView: View {
    let form: FormErrors
    let plans: [PlanRecord]
    let currency: Currency
    let token: String

    var body: HTML {
        PageHeading(
            "New coupon",
            lead: "What a coupon promises cannot be changed later.",
            back: ("Coupons", CouponRoutes.list.path())
        )
        div(.classes("narrow-left")) {
            Markup.form(to: CouponRoutes.create.path(), token: token, .classes("stack")) {
                if let notice = Notice.formErrors(form) { notice }
                Card("Coupon") { div(.classes("form")) { names } }
                Card("What it takes off") { div(.classes("form")) { reduction } }
                Card("Who may take it") { div(.classes("form")) { limits } }
                div(.classes("row")) {
                    SubmitButton("Make the coupon")
                    ButtonLink("Go back", to: CouponRoutes.list.path(), .quiet)
                }
            }
        }
    }

    @HTMLBuilder private var names: HTML {
        FormField(
            "Code",
            "code",
            form,
            hint: "Letters, digits, - and _. Capitals do not matter.",
            .maxlength(40),
            .autocomplete("off")
        )
        FormField(
            "Note",
            "note",
            form,
            hint: "For staff alone.",
            isOptional: true,
            .maxlength(200)
        )
    }

    @HTMLBuilder private var reduction: HTML {
        div(.classes("form-row")) {
            FormField(
                "Per cent",
                "percent",
                form,
                hint: "Such as 10 or 12.5.",
                isOptional: true,
                .inputmode("decimal")
            )
            FormField(
                "Or an amount in \(currency.code)",
                "amount",
                form,
                hint: "Off each bill.",
                isOptional: true,
                .inputmode("decimal")
            )
        }
        div(.classes("form-row")) {
            FormField(
                "For how long",
                "duration",
                form,
                .select([
                    ("once", "The first period"), ("periods", "Some periods"),
                    ("forever", "For ever"),
                ])
            )
            FormField(
                "How many periods",
                "periods",
                form,
                isOptional: true,
                .inputmode("numeric")
            )
        }
    }

    @HTMLBuilder private var limits: HTML {
        fieldset(.classes("field")) {
            legend(.classes("label")) { "Plans" }
            for plan in plans {
                Markup.label(.classes("check")) {
                    input(
                        .type("checkbox"),
                        .name("plans"),
                        .value(plan.id.text),
                        .when(form.contains("plans", plan.id.text), .checked)
                    )
                    span { plan.name }
                }
            }
            p(.classes("hint")) { "None is all of them, and domain names that come along." }
        }
        CheckBox(
            "For a first order alone",
            "first_order_only",
            isChecked: !form.value("first_order_only").isEmpty
        )
        div(.classes("form-row")) {
            FormField("From", "valid_from", form, .input(type: "date"), isOptional: true)
            FormField(
                "Until",
                "valid_to",
                form,
                .input(type: "date"),
                hint: "The day itself not included.",
                isOptional: true
            )
        }
        div(.classes("form-row")) {
            FormField(
                "How often in all",
                "total_limit",
                form,
                isOptional: true,
                .inputmode("numeric")
            )
            FormField(
                "How often a customer",
                "customer_limit",
                form,
                isOptional: true,
                .inputmode("numeric")
            )
        }
    }
}

extension CouponRecord.Status {
    var badge: Badge {
        switch self {
        case .active: Badge("Active", .success)
        case .upcoming: Badge("Not yet valid", .info)
        case .expired: Badge("Expired")
        case .usedUp: Badge("Used up", .warning)
        case .ended: Badge("Ended")
        }
    }
}
