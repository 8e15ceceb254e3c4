import Markup
import Web

/// The form to ask for a link to choose a new password.
struct ForgotView: View {
    let errors: FormErrors
    let token: String

    var body: HTML {
        Card {
            h1 { "Forgotten password" }
            p { "We send you a link to choose a new one. It works for 15 minutes." }
            Notice.formErrors(errors)?.body
            form(to: AccountRoutes.forgot.path(), token: token, .classes("stack")) {
                FormField(
                    "Email",
                    "email",
                    errors,
                    .input(type: "email"),
                    .autocomplete("username")
                )
                SubmitButton("Send the link", size: .block)
            }
            p { a(.href(AccountRoutes.loginPage.path())) { "Back to log-in" } }
        }
    }
}

/// The form to choose a new password.
struct ResetView: View {
    let path: String
    let errors: FormErrors
    let token: String

    var body: HTML {
        Card {
            h1 { "Choose a new password" }
            p { "Wherever you are logged in now, you will be logged out." }
            Notice.formErrors(errors)?.body
            form(to: path, token: token, .classes("stack")) {
                NewPasswordField("New password", errors)
                SubmitButton("Set the password", size: .block)
            }
        }
    }
}

/// The button that confirms an address.
struct VerifyView: View {
    let path: String
    let token: String

    var body: HTML {
        Card {
            h1 { "Confirm your address" }
            p { "One click, and we know that the mail has reached you." }
            form(to: path, token: token) { SubmitButton("Confirm", size: .block) }
        }
    }
}

/// The form that makes the first administrator.
struct SetupView: View {
    let path: String
    let errors: FormErrors
    let token: String

    var body: HTML {
        Card {
            h1 { "Set up your billing system" }
            p { "This account may do everything. You can add further staff later." }
            Notice.formErrors(errors)?.body
            form(to: path, token: token, .classes("stack")) {
                FormField(
                    "Full name",
                    "full_name",
                    errors,
                    .input(type: "text"),
                    .autocomplete("name")
                )
                FormField(
                    "Email",
                    "email",
                    errors,
                    .input(type: "email"),
                    .autocomplete("username")
                )
                NewPasswordField("Password", errors)
                SubmitButton("Create the account", size: .block)
            }
        }
    }
}

/// Tells that a link was used or is too old.
struct DeadLinkView: View {
    var body: HTML {
        Card {
            h1 { "This link does not work any more" }
            p { "It has been used, or it is too old, or a newer one was sent." }
            p { a(.href(AccountRoutes.forgotPage.path())) { "Ask for a new password link" } }
            p { a(.href(AccountRoutes.account.path())) { "Go to your account" } }
        }
    }
}
