import Core
import Markup
import Web

/// When renewals are billed, and what becomes of time that nobody uses and of accounts.
struct RenewalSettingsCard: View {
    let form: FormErrors
    let token: String

    static func values(of settings: Settings.Values) -> FormErrors {
        var values = [
            "monthly_lead_days": String(settings.renewalLead.days(of: .monthly)),
            "yearly_lead_days": String(settings.renewalLead.days(of: .yearly)),
            "account_retention_days": settings.accountRetention.days.map { String($0) } ?? "",
        ]
        if settings.creditsUnusedTime { values["credits_unused_time"] = "on" }
        return FormErrors(values: values)
    }

    var body: HTML {
        Card("Renewals") {
            Markup.form(to: ConsoleRoutes.saveRenewals.path(), token: token, .classes("form")) {
                if let notice = Notice.formErrors(form) { notice }
                p(.classes("soft", "small")) {
                    "So many days before a period begins its invoice is made and mailed. It is "
                        + "due, and a card is charged, when the period begins. From 0 to 30."
                }
                div(.classes("form-row")) {
                    FormField(
                        "Days ahead for a month",
                        "monthly_lead_days",
                        form,
                        .input(type: "number")
                    )
                    FormField(
                        "Days ahead for a year",
                        "yearly_lead_days",
                        form,
                        .input(type: "number")
                    )
                }
                CheckBox(
                    "Who cancels at once gets credit for the time that is not used",
                    "credits_unused_time",
                    isChecked: !form.value("credits_unused_time").isEmpty,
                    hint: "Otherwise it is forfeited, unless staff decide otherwise."
                )
                FormField(
                    "Days that the account of an ended subscription is kept",
                    "account_retention_days",
                    form,
                    .input(type: "number"),
                    hint: "Then it is removed from its server with everything in it. Its customer "
                        + "is told the day at least a week before. From 0 to 365; empty: only "
                        + "staff remove accounts."
                ).unrequired
                div(.classes("row")) { SubmitButton("Save the renewals") }
            }
        }.body
    }
}
