import Markup

/// The log-in of a panel.
struct PanelLogInView: View {
    let panel: String
    let username: String
    let problem: String?

    var body: HTML {
        SandboxPage(title: "Log in to \(panel)") {
            h1 { "Log in to \(panel)" }
            if let problem { p(.classes("problem"), .role("alert")) { problem } }
            form(to: "/login", token: "") {
                label {
                    "User name"
                    input(
                        .type("text"),
                        .name("username"),
                        .id("username"),
                        .value(username),
                        .autocomplete("username")
                    )
                }
                label {
                    "Password"
                    input(
                        .type("password"),
                        .name("password"),
                        .id("password"),
                        .autocomplete("current-password")
                    )
                }
                button(.type("submit"), .id("login")) { "Log in" }
            }
        }.body
    }
}

/// A customer's account on a panel.
struct PanelAccountView: View {
    let panel: String
    let account: SimulatedPanelAccount
    let problem: String?
    let done: String?

    var body: HTML {
        SandboxPage(title: account.username) {
            h1 { account.username }
            p { "\(account.email) on \(panel)" }
            if let problem { p(.classes("problem"), .role("alert"), .id("problem")) { problem } }
            if let done { p(.classes("done"), .role("status"), .id("done")) { done } }
            licenseForm
            for kind in PanelPages.kinds {
                resources(kind.name, title: kind.title)
            }
            form(to: "/logout", token: "") {
                button(.type("submit"), .classes("quiet")) { "Log out" }
            }
        }.body
    }

    private var licenseForm: HTML {
        form(to: "/license", token: "") {
            label {
                "Licence key"
                input(
                    .type("text"),
                    .name("license_key"),
                    .id("license_key"),
                    .value(account.license ?? ""),
                    .placeholder("NP-XXXX-XXXX-XXXX-XXXX")
                )
            }
            button(.type("submit"), .classes("quiet")) { "Use this licence" }
        }
    }

    private func resources(_ kind: String, title: String) -> HTML {
        section(.id(kind)) {
            h2 { "\(title)s" }
            ul {
                for name in account.resources[kind] ?? [] { li { name } }
            }
            form(to: "/\(kind)", token: "") {
                label {
                    "New \(title.lowercased())"
                    input(.type("text"), .name("name"), .id("new-\(kind)"))
                }
                button(.type("submit"), .id("create-\(kind)")) { "Create \(title.lowercased())" }
            }
        }
    }
}

/// A page that is not there.
struct PanelNotice: View {
    let panel: String

    var body: HTML {
        SandboxPage(title: panel) {
            h1 { panel }
            p { "There is no such page." }
            p { a(.href("/account")) { "Back to the account" } }
        }.body
    }
}
