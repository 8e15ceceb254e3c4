import Core
import Markup
import Web

/// The settings, a form for each part.
struct SettingsView: View {
    let file: SettingFile
    let form: FormErrors
    let documents: FormErrors
    let renewals: FormErrors
    let token: String

    var body: HTML {
        PageHeading("Settings")
        div(.classes("narrow-left", "stack")) {
            company
            DocumentSettingsCard(look: file.look, form: documents, token: token)
            Card("Taxes") {
                p(.classes("soft", "small")) {
                    "Which taxes are levied where, and how they are computed."
                }
                div(.classes("row", "start-m")) {
                    ButtonLink("Set the taxes", to: TaxRoutes.show.path())
                }
            }
            RenewalSettingsCard(form: renewals, token: token)
            mail
            AuditCard(entries: file.history, log: nil)
        }
    }

    private var company: HTML {
        Card("Company") {
            Markup.form(to: ConsoleRoutes.saveCompany.path(), token: token, .classes("form")) {
                if let notice = Notice.formErrors(form) { notice }
                p(.classes("soft", "small")) {
                    "Stands on invoices as the seller, and registrars are told it. Invoices that "
                        + "are issued already never change."
                }
                div(.classes("form-row")) {
                    FormField(
                        "Name",
                        "name",
                        form,
                        .input(type: "text"),
                        .autocomplete("organization")
                    )
                    FormField(
                        "E-mail",
                        "email",
                        form,
                        .input(type: "email"),
                        .autocomplete("email")
                    )
                }
                FormField(
                    "Street and number",
                    "line1",
                    form,
                    .input(type: "text"),
                    .autocomplete("address-line1")
                )
                div(.classes("form-row")) {
                    FormField(
                        "Postal code",
                        "postal_code",
                        form,
                        .input(type: "text"),
                        .autocomplete("postal-code")
                    )
                    FormField(
                        "City",
                        "city",
                        form,
                        .input(type: "text"),
                        .autocomplete("address-level2")
                    )
                    FormField(
                        "Country",
                        "country",
                        form,
                        .select(Countries.options),
                        .autocomplete("country")
                    )
                }
                div(.classes("form-row")) {
                    FormField(
                        "Phone country code",
                        "phone_country_code",
                        form,
                        hint: "Such as 44 for the United Kingdom.",
                        .inputmode("tel"),
                        .autocomplete("tel-country-code")
                    )
                    FormField(
                        "Phone",
                        "phone",
                        form,
                        .input(type: "tel"),
                        .autocomplete("tel-national")
                    )
                }
                div(.classes("row")) { SubmitButton("Save the company") }
            }
        }.body
    }

    private var mail: HTML {
        Card("Mails") {
            Markup.form(to: ConsoleRoutes.saveMail.path(), token: token, .classes("form")) {
                CheckBox(
                    "The welcome mail shows the first password",
                    "welcome_mail_shows_password",
                    isChecked: file.values.welcomeMailShowsPassword,
                    hint: "Otherwise it has a link that shows the password once, which is safer: a "
                        + "mail may be read by others and is kept for years."
                )
                div(.classes("row")) { SubmitButton("Save the mail settings") }
            }
        }.body
    }
}
