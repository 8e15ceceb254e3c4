import Markup
import Support
import Web

/// Offers to show the password.
struct RevealOfferView: View {
    let path: String
    let token: String

    var body: HTML {
        Card {
            div(.classes("stack")) {
                h1 { "Your password" }
                p(.classes("soft")) {
                    "It is shown once. Have a password manager at hand, or change it in your "
                    "panel right after."
                }
                ActionForm(
                    "Show the password",
                    to: path,
                    token: token,
                    .primary,
                    size: .largeBlock,
                    icon: "eye"
                )
            }
        }
    }
}

/// Shows the password, this once.
struct RevealedView: View {
    let account: RevealedAccount

    var body: HTML {
        Card {
            div(.classes("stack")) {
                h1 { "Your password" }
                Notice(.warning) { "This is the only time we show it. We do not keep it." }
                div(.classes("secret")) { Copyable(account.password.exposed, name: "password") }
                Facts([
                    Facts.Fact("User name") { Copyable(account.username, name: "user name") },
                    Facts.Fact("Panel") { a(.href(account.panel)) { account.panel } },
                ])
                ButtonLink(
                    "Open your panel",
                    to: account.panel,
                    .primary,
                    size: .largeBlock,
                    icon: "external-link"
                )
            }
        }
    }
}

/// Says that the password was shown before.
struct RevealSpentView: View {
    var body: HTML {
        Card(isFlush: true) {
            div(.classes("empty")) {
                Icon("eye-off")
                h1 { "This link is used up" }
                p(.classes("soft")) {
                    "The password was shown before, or the link is older than a week. Ask for a "
                    "new password on the log-in page of your panel, or write to us."
                }
                div(.classes("row")) {
                    ButtonLink("Go to your dashboard", to: DashboardRoutes.show.path(), .primary)
                }
            }
        }
    }
}
