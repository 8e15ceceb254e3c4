import Core
import Markup
import Web

/// One's own account: details, log-in, sessions.
struct ProfileView: View {
    let email: String
    let isVerified: Bool
    let isCustomer: Bool
    /// How the VAT number stands.
    let vatWords: String?
    let errors: FormErrors
    let sessions: [PortalSessionRecord]
    let current: ID<PortalSession>?
    let token: String

    var body: HTML {
        PageHeading("Your account")
        if !isVerified { UnverifiedNotice(email: email, token: token) }
        Card("Log-in") {
            Facts([
                Facts.Fact("Email") { EmailText(email, classNames: "") },
                Facts.Fact("Password") { "••••••••" },
            ])
        } footer: {
            div(.classes("row")) {
                ButtonLink("Change email", to: AccountRoutes.emailPage.path())
                ButtonLink("Change password", to: AccountRoutes.passwordPage.path())
            }
        }
        DetailsForm(isCustomer: isCustomer, vatWords: vatWords, errors: errors, token: token)
        SessionsCard(sessions: sessions, current: current, token: token)
    }
}

/// Asks to confirm an address, or to have the mail sent again.
private struct UnverifiedNotice: View {
    let email: String
    let token: String

    var body: HTML {
        Notice(.warning, "Please confirm your address") {
            p { "We have sent a mail to \(email). Follow the link in it." }
            ActionForm(
                "Send the mail again",
                to: AccountRoutes.sendVerification.path(),
                token: token,
                size: .small
            )
        }
    }
}

private struct DetailsForm: View {
    let isCustomer: Bool
    let vatWords: String?
    let errors: FormErrors
    let token: String

    var body: HTML {
        Card("Your details") {
            Notice.formErrors(errors)?.body
            form(to: AccountRoutes.saveProfile.path(), token: token, .classes("form")) {
                div(.classes("form-row")) {
                    FormField(
                        "Full name",
                        "full_name",
                        errors,
                        .input(type: "text"),
                        .autocomplete("name")
                    )
                    if isCustomer { optionalField("Company", "company", "organization") }
                }
                if isCustomer {
                    phone
                    address
                    FormField(
                        "VAT number",
                        "vat_number",
                        errors,
                        hint: vatWords
                            ?? "For businesses in the European Union, such as DE136695976.",
                        isOptional: true,
                        .autocomplete("off"),
                        .maxlength(40)
                    )
                    FormField(
                        "Time zone",
                        "time_zone",
                        errors,
                        .select(BillingZone.options),
                        hint: "Days and periods of what you buy from now on are counted in it."
                    )
                }
                div(.classes("row")) { SubmitButton("Save") }
            }
        }
    }

    private var phone: HTML {
        div(.classes("form-row")) {
            optionalField("Phone country code", "phone_country_code", "tel-country-code")
            optionalField("Phone", "phone", "tel-national")
        }
    }

    @HTMLBuilder private var address: HTML {
        div(.classes("form-row")) {
            optionalField("Street and number", "line1", "address-line1")
            optionalField("Address, second line", "line2", "address-line2")
        }
        div(.classes("form-row")) {
            optionalField("Postal code", "postal_code", "postal-code")
            optionalField("Town", "city", "address-level2")
        }
        div(.classes("form-row")) {
            optionalField("State or province", "state", "address-level1")
            FormField(
                "Country",
                "country",
                errors,
                .select(Countries.options),
                isOptional: true,
                .autocomplete("country")
            )
        }
    }

    private func optionalField(_ text: String, _ name: String, _ purpose: String) -> FormField {
        FormField(text, name, errors, isOptional: true, .autocomplete(purpose))
    }
}

/// Where one is logged in.
private struct SessionsCard: View {
    let sessions: [PortalSessionRecord]
    let current: ID<PortalSession>?
    let token: String

    var body: HTML {
        Card("Where you are logged in", isFlush: true) {
            DataTable(
                "Log-ins",
                ["Browser", "Address", "Since", "Last used", .actions],
                sessions.map(row)
            )
        }
    }

    private func row(_ session: PortalSessionRecord) -> DataTable.Row {
        DataTable.Row {
            session.userAgent.map { BrowserName($0).text } ?? "Unknown"
            session.remoteAddress ?? "Unknown"
            Moment(session.createdAt)
            Moment(session.lastSeenAt)
            ending(of: session)
        }
    }

    @HTMLBuilder private func ending(of session: PortalSessionRecord) -> HTML {
        if session.id == current {
            Badge("This browser", .success)
        } else {
            ActionForm(
                "End",
                to: AccountRoutes.endSession.path(session.id),
                token: token,
                size: .small
            )
        }
    }
}

/// The form to change the password.
struct PasswordChangeView: View {
    let errors: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            "Change your password",
            back: (text: "Your account", path: AccountRoutes.account.path())
        )
        Card {
            p { "Everywhere else you will be logged out." }
            Notice.formErrors(errors)?.body
            form(to: AccountRoutes.changePassword.path(), token: token, .classes("form")) {
                CurrentPasswordField(errors: errors)
                NewPasswordField("New password", errors)
                div(.classes("row")) { SubmitButton("Change password") }
            }
        }
    }
}

/// The form to change the address.
struct EmailChangeView: View {
    let errors: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            "Change your e-mail address",
            back: (text: "Your account", path: AccountRoutes.account.path())
        )
        Card {
            p { "We send a link to the new address and tell the old one." }
            Notice.formErrors(errors)?.body
            form(to: AccountRoutes.changeEmail.path(), token: token, .classes("form")) {
                FormField(
                    "New email",
                    "email",
                    errors,
                    .input(type: "email"),
                    .autocomplete("email")
                )
                CurrentPasswordField(errors: errors)
                div(.classes("row")) { SubmitButton("Change email") }
            }
        }
    }
}

private struct CurrentPasswordField: View {
    let errors: FormErrors

    var body: HTML {
        FormField(
            "Current password",
            "current_password",
            errors,
            .input(type: "password"),
            .autocomplete("current-password")
        )
    }
}
