import Core
import Markup
import Web

/// All plans, those off sale too.
struct PlanListView: View {
    let page: ListPage<PlanFilter>
    let rights: ConsoleRights

    var body: HTML {
        ListView(
            "Plans",
            lead: "What is for sale, in the order customers see it.",
            page,
            columns,
            empty: EmptyState(
                "No plans yet",
                "Customers can buy nothing until there is one.",
                icon: "tag"
            ),
            actions: {
                if rights.administers {
                    ButtonLink("New plan", to: ConsolePlanRoutes.new.path(), .primary, icon: "plus")
                }
            }
        ).body
    }

    private var columns: [ListColumn<PlanFilter>] {
        [
            ListColumn("plan", "Plan", sort: .name) { plan in
                Stacked {
                    span(.classes("strong")) { plan.name }
                    span(.classes("soft", "small", "block")) { plan.slug }
                }
            },
            ListColumn("position", "Place", sort: .position) { String($0.position) },
            ListColumn("allows", "Allows") { plan in
                span(.classes("soft", "small")) { plan.quotas.words }
            },
            .number("monthly", "Monthly", sort: .monthly) { PlanListView.price($0, .monthly) },
            .number("yearly", "Yearly", sort: .yearly) { PlanListView.price($0, .yearly) },
            ListColumn("state", "State") { plan in
                plan.isActive ? Badge("For sale", .success) : Badge("Off sale")
            },
            .actions { [rights] plan in
                if rights.administers {
                    ButtonLink("Edit", to: ConsolePlanRoutes.edit.path(plan.id), size: .small)
                }
            },
        ]
    }

    @HTMLBuilder private static func price(_ plan: PlanRecord, _ cycle: BillingCycle) -> HTML {
        if let price = plan.price(cycle) { Amount(price.amount, showsCode: true) } else { "–" }
    }
}

/// The form of a plan, new or old.
struct PlanFormView: View {
    /// Nil for a new plan.
    let file: PlanFile?
    let form: FormErrors
    /// What prices may be in, the usual one first.
    let currencies: [Currency]
    let token: String

    var body: HTML {
        PageHeading(
            file.map { "Edit \($0.plan.name)" } ?? "New plan",
            badge: file.map { $0.plan.isActive ? Badge("For sale", .success) : Badge("Off sale") },
            back: ("Plans", ConsolePlanRoutes.list.path())
        ) {
            if let plan = file?.plan {
                ButtonLink("Sold prices", to: ConsolePlanRoutes.prices.path(plan.id))
            }
            if let plan = file?.plan, plan.isActive {
                ButtonLink(
                    "Take off sale…",
                    to: ConsolePlanRoutes.askRetire.path(plan.id),
                    .danger
                )
            }
        }
        div(.classes("narrow-left", "stack")) {
            Markup.form(to: path, token: token, .classes("stack")) {
                if let notice = Notice.formErrors(form) { notice }
                Card("Plan") { div(.classes("form")) { names } }
                Card("Prices") { div(.classes("form")) { prices } }
                Card("What it allows") { div(.classes("form")) { quotas } }
                div(.classes("row")) {
                    SubmitButton(file == nil ? "Put it up for sale" : "Save the plan")
                    ButtonLink("Go back", to: ConsolePlanRoutes.list.path(), .quiet)
                }
            }
            if let file {
                AuditCard(entries: file.history, log: ConsoleRoutes.log(of: file.plan.id.text))
            }
        }
    }

    private var path: String {
        file.map { ConsolePlanRoutes.change.path($0.plan.id) } ?? ConsolePlanRoutes.create.path()
    }

    @HTMLBuilder private var names: HTML {
        div(.classes("form-row")) {
            FormField(
                "Name",
                "name",
                form,
                .input(type: "text"),
                .maxlength(100),
                .autocomplete("off")
            )
            FormField(
                "Name in addresses",
                "slug",
                form,
                hint: "Small letters, digits and hyphens.",
                .maxlength(60),
                .autocomplete("off")
            )
        }
        FormField(
            "Description",
            "description",
            form,
            .textarea(rows: 2),
            hint: "Whom the plan is for, in a sentence.",
            isOptional: true
        )
        FormField(
            "Features",
            "features",
            form,
            .textarea(rows: 5),
            hint: "What the page of plans says of it, one line each.",
            isOptional: true
        )
        div(.classes("form-row")) {
            FormField(
                "Place in the list",
                "position",
                form,
                hint: "Lower comes first; empty is last.",
                isOptional: true,
                .inputmode("numeric")
            )
            FormField(
                "Package on the panels",
                "package_id",
                form,
                hint: "Its number there, when the panels have one.",
                isOptional: true,
                .inputmode("numeric")
            )
        }
        CheckBox(
            "For sale",
            "active",
            isChecked: !form.value("active").isEmpty,
            hint: "Customers see the plan and can order it."
        )
    }

    @HTMLBuilder private var prices: HTML {
        if file != nil {
            p(.classes("soft", "small")) {
                "A new price is for new orders. What was sold keeps the price it was sold for."
            }
        }
        for (index, currency) in currencies.enumerated() {
            div(.classes("form-row")) {
                for cycle in BillingCycle.allCases {
                    FormField(
                        "A \(cycle.per), \(currency.code)",
                        index == 0
                            ? PlanForm.field(of: cycle) : PlanForm.field(of: cycle, currency),
                        form,
                        hint: "Such as 29 or 29.50. Empty is not sold this way.",
                        isOptional: true,
                        .inputmode("decimal")
                    )
                }
            }
        }
    }

    @HTMLBuilder private var quotas: HTML {
        p(.classes("soft", "small")) { "Leave a field empty for no limit." }
        div(.classes("form-row")) {
            for (name, text) in PlanForm.quotas {
                FormField(text, name, form, isOptional: true, .inputmode("numeric"))
            }
        }
    }
}
