import Markup
import Web
import Wire

/// The form to log in.
struct LogInView: View {
    let errors: FormErrors
    /// Where to go afterwards.
    let next: String?
    let token: String

    var body: HTML {
        Card {
            h1 { "Log in" }
            Notice.formErrors(errors)?.body
            form(to: AccountRoutes.login.path(), token: token, .classes("stack")) {
                NextField(next: next)
                FormField(
                    "Email",
                    "email",
                    errors,
                    .input(type: "email"),
                    .autocomplete("username")
                )
                FormField(
                    "Password",
                    "password",
                    errors,
                    .input(type: "password"),
                    .autocomplete("current-password")
                )
                SubmitButton("Log in", size: .block)
            }
            p { a(.href(AccountRoutes.forgotPage.path())) { "Forgot your password?" } }
            p {
                "No account yet? "
                a(.href(NextField.path(AccountRoutes.registerPage.path(), next))) { "Register" }
            }
        }
    }
}

/// The form to register.
struct RegisterView: View {
    let errors: FormErrors
    /// Where to go afterwards.
    let next: String?
    let token: String

    var body: HTML {
        Card {
            h1 { "Create your account" }
            Notice.formErrors(errors)?.body
            form(to: AccountRoutes.register.path(), token: token, .classes("stack")) {
                NextField(next: next)
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
                    .autocomplete("email")
                )
                FormField(
                    "Company",
                    "company",
                    errors,
                    isOptional: true,
                    .autocomplete("organization")
                )
                NewPasswordField("Password", errors)
                SubmitButton("Create account", size: .block)
            }
            p {
                "Have an account? "
                a(.href(NextField.path(AccountRoutes.loginPage.path(), next))) { "Log in" }
            }
        }
    }
}

/// A new password, with what is asked of it.
struct NewPasswordField: View {
    let text: String
    let errors: FormErrors

    init(_ text: String, _ errors: FormErrors) {
        self.text = text
        self.errors = errors
    }

    var body: HTML {
        FormField(
            text,
            "password",
            errors,
            .input(type: "password"),
            hint: "At least 8 characters. A few words that do not belong together work well.",
            .autocomplete("new-password")
        )
    }
}

/// Remembers in a form where its reader wanted to go.
struct NextField: View {
    let next: String?

    var body: HTML {
        if let next { input(.type("hidden"), .name("next"), .value(next)) }
    }

    /// A path that remembers the same.
    static func path(_ path: String, _ next: String?) -> String {
        guard let next else { return path }
        return "\(path)?\(FormFields([FormFields.Field("next", next)]).encoded)"
    }
}
