import Core
import Markup
import Web

/// The keys of panels.
struct KeyListView: View {
    let page: ListPage<KeyFilter>

    private static let columns: [ListColumn<KeyFilter>] = [
        ListColumn("name", "Name", sort: .name) { key in span(.classes("strong")) { key.name } },
        ListColumn("key", "Key") { Copyable($0.key, name: "key") },
        ListColumn("may", "May") { key in
            Stacked {
                for scope in key.scopes {
                    span(.classes("small", "block")) { PanelScope(rawValue: scope)?.label ?? scope }
                }
            }
        },
        ListColumn("from", "From") { key in
            span(.classes("small")) {
                key.allowedAddresses.isEmpty
                    ? "Anywhere" : key.allowedAddresses.joined(separator: ", ")
            }
        },
        ListColumn("made", "Made", sort: .made) { Moment(day: $0.createdAt) },
        ListColumn("used", "Last used", sort: .used) { key in
            if let at = key.lastUsedAt { Moment(at) } else { span(.classes("soft")) { "Never" } }
        },
        .actions { key in
            if let at = key.revokedAt {
                span(.title(at.exactText)) { Badge("Revoked") }
            } else {
                ButtonLink(
                    "Revoke…",
                    to: ConsoleKeyRoutes.askRevoke.path(key.id),
                    .danger,
                    size: .small
                )
            }
        },
    ]

    var body: HTML {
        ListView(
            "API keys",
            lead: "What panels prove with who they are.",
            page,
            KeyListView.columns,
            empty: EmptyState(
                "No keys yet",
                "Each panel needs one to check licences and to report usage.",
                icon: "key-round"
            ) { ButtonLink("Make a key", to: ConsoleKeyRoutes.new.path(), .primary) },
            actions: {
                ButtonLink("New key", to: ConsoleKeyRoutes.new.path(), .primary, icon: "plus")
            }
        ).body
    }
}

/// Asks what a new key is for.
struct KeyFormView: View {
    let form: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            "New API key",
            lead: "The secret is shown once, on the next page.",
            back: ("API keys", ConsoleKeyRoutes.list.path())
        )
        div(.classes("narrow-left")) {
            Card {
                Markup.form(to: ConsoleKeyRoutes.create.path(), token: token, .classes("form")) {
                    if let notice = Notice.formErrors(form) { notice }
                    FormField(
                        "Name",
                        "name",
                        form,
                        hint: "Such as the panel that gets it.",
                        .maxlength(100),
                        .autocomplete("off")
                    )
                    scopes
                    FormField(
                        "Allowed addresses",
                        "addresses",
                        form,
                        .textarea(rows: 3),
                        hint: "One address or network a line, such as 203.0.113.7 or 10.0.0.0/8. "
                            + "Empty allows all.",
                        isOptional: true
                    )
                    div(.classes("row")) {
                        SubmitButton("Make the key")
                        ButtonLink("Go back", to: ConsoleKeyRoutes.list.path(), .quiet)
                    }
                }
            }
        }
    }

    private var scopes: HTML {
        fieldset(.classes("field")) {
            legend(.classes("label")) { "What it may do" }
            for scope in PanelScope.allCases {
                Markup.label(.classes("check")) {
                    input(
                        .type("checkbox"),
                        .name("scopes"),
                        .value(scope.rawValue),
                        .when(form.contains("scopes", scope.rawValue), .checked)
                    )
                    span { scope.label }
                }
            }
            if let message = form.message("scopes") {
                FieldMessage(message, id: "field-scopes-error")
            }
        }
    }
}

/// A key that was just made, with its secret.
struct NewKeyView: View {
    let key: APIKeyRecord
    let secret: String

    var body: HTML {
        PageHeading(key.name, back: ("API keys", ConsoleKeyRoutes.list.path()))
        div(.classes("narrow-left", "stack")) {
            Notice(.warning, "Copy the secret now") {
                p { "It is shown this once and cannot be found out later. Keep it as a password." }
            }
            Card("New API key") {
                Facts([
                    Facts.Fact("X-API-Key") { Copyable(key.key, name: "key") },
                    Facts.Fact("X-API-Secret") { Copyable(secret, name: "secret") },
                ])
            } footer: {
                ButtonLink("I have copied it", to: ConsoleKeyRoutes.list.path(), .primary)
            }
        }
    }
}

extension PanelScope {
    /// What the scope lets a panel do.
    var label: String {
        switch self {
        case .validateLicenses: "Check licences"
        case .writeUsage: "Report usage"
        }
    }
}
