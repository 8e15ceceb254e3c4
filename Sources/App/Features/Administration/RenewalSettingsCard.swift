import Core
import Markup
import Web

/// When renewals are billed, and what becomes of time that nobody uses.
struct RenewalSettingsCard: View {
    let form: FormErrors
    let token: String

    static func values(of settings: Settings.Values) -> FormErrors {
        var values = [
            "monthly_lead_days": String(settings.renewalLead.days(of: .monthly)),
            "yearly_lead_days": String(settings.renewalLead.days(of: .yearly)),
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
                div(.classes("row")) { SubmitButton("Save the renewals") }
            }
        }.body
    }
}
