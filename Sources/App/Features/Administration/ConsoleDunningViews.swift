import Core
import Markup
import Web

/// All policies about unpaid bills with the plans that have them.
struct DunningPolicyListView: View {
    let policies: [DunningPolicyRecord]
    let plans: [PlanRecord]
    let rights: ConsoleRights

    var body: HTML {
        PageHeading(
            "Unpaid services",
            lead: "What happens while a bill is not paid, by plan.",
            back: ("Subscriptions", ConsoleSubscriptionRoutes.list.path())
        ) {
            if rights.administers {
                ButtonLink(
                    "New policy",
                    to: ConsoleDunningRoutes.new.path(),
                    .primary,
                    icon: "plus"
                )
            }
        }
        Card(isFlush: true) {
            DataTable("Policies", ["Policy", "What happens", "Plans"], policies.map(row))
        }
    }

    private func row(_ policy: DunningPolicyRecord) -> DataTable.Row {
        DataTable.Row {
            Stacked {
                if rights.administers {
                    a(.href(ConsoleDunningRoutes.edit.path(policy.id)), .classes("strong")) {
                        policy.name
                    }
                } else {
                    span(.classes("strong")) { policy.name }
                }
                if policy.isDefault { span { Badge("Default", .info) } }
            }
            sentence(policy.policy.words)
            names(of: policy)
        }
    }

    private func sentence(_ words: String) -> String {
        words.prefix(1).uppercased() + words.dropFirst()
    }

    private func names(of policy: DunningPolicyRecord) -> String {
        let names = plans.filter { policy.plans.contains($0.id) }.map(\.name)
        let own = names.joined(separator: ", ")
        guard policy.isDefault else { return own.isEmpty ? "None" : own }
        return own.isEmpty ? "All others" : "\(own), and all others"
    }
}

/// The form of a policy, new or old.
struct DunningPolicyFormView: View {
    /// Nil for a new one.
    let policy: DunningPolicyRecord?
    let plans: [PlanRecord]
    let form: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            policy.map { "Edit \($0.name)" } ?? "New policy",
            badge: policy.flatMap { $0.isDefault ? Badge("Default", .info) : nil },
            back: ("Unpaid services", ConsoleDunningRoutes.list.path())
        ) {
            if let policy, !policy.isDefault {
                ButtonLink("Remove…", to: ConsoleDunningRoutes.askRemove.path(policy.id), .danger)
            }
        }
        div(.classes("narrow-left")) {
            Markup.form(to: path, token: token, .classes("stack")) {
                if let notice = Notice.formErrors(form) { notice }
                Card("Policy") { div(.classes("form")) { names } }
                Card("Days since the bill was due") { div(.classes("form")) { days } }
                Card("Plans") { div(.classes("stack-s")) { choices } }
                div(.classes("row")) {
                    SubmitButton("Save the policy")
                    ButtonLink("Go back", to: ConsoleDunningRoutes.list.path(), .quiet)
                }
            }
        }
    }

    private var path: String {
        policy.map { ConsoleDunningRoutes.change.path($0.id) }
            ?? ConsoleDunningRoutes.create.path()
    }

    @HTMLBuilder private var names: HTML {
        FormField("Name", "name", form, .input(type: "text"), .maxlength(100))
        CheckBox(
            "Default",
            "default",
            isChecked: !form.value("default").isEmpty,
            hint: "Plans without a policy have this one."
        )
    }

    @HTMLBuilder private var days: HTML {
        FormField(
            "Charge the card again",
            "retry_days",
            form,
            hint: "At most \(DunningPolicy.mostRetries) days, such as 1, 3, 5, 7.",
            isOptional: true
        )
        FormField(
            "Remind",
            "reminder_days",
            form,
            hint: "Days such as 3, 7, 13.",
            isOptional: true
        )
        FormField(
            "Suspend",
            "suspension_day",
            form,
            hint: "Empty is never.",
            isOptional: true,
            .inputmode("numeric")
        )
        div(.classes("form-row")) {
            FormField(
                "Give notice",
                "notice_day",
                form,
                isOptional: true,
                .inputmode("numeric")
            )
            FormField(
                "End",
                "termination_day",
                form,
                hint: "Empty is never.",
                isOptional: true,
                .inputmode("numeric")
            )
        }
    }

    @HTMLBuilder private var choices: HTML {
        for plan in plans {
            Markup.label(.classes("check")) {
                input(
                    .type("checkbox"),
                    .name("plan"),
                    .value(plan.id.text),
                    .when(isChosen(plan), .checked)
                )
                span { plan.name }
            }
        }
    }

    private func isChosen(_ plan: PlanRecord) -> Bool {
        form.contains("plan", plan.id.text)
            || form.value("plan").isEmpty && policy?.plans.contains(plan.id) == true
    }
}
