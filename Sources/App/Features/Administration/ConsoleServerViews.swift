import Core
import Markup
import Web

/// The fleet, with how full each server is and whether it answers.
struct ServerListView: View {
    let page: ListPage<ServerFilter>
    let rights: ConsoleRights

    private static let columns: [ListColumn<ServerFilter>] = [
        ListColumn("server", "Server", sort: .name) { server in
            Stacked {
                a(.href(ConsoleServerRoutes.show.path(server.id)), .classes("strong")) {
                    server.name
                }
                span(.classes("soft", "small")) { server.baseURL }
            }
        },
        ListColumn("state", "State") { $0.badge },
        ListColumn("filled", "Filled", sort: .filled) { server in
            div(.classes("fill")) { server.quotaBar }
        },
        ListColumn("place", "Place") { $0.location ?? "–" },
        ListColumn("asked", "Last asked") { server in
            if let at = server.checkedAt { Moment(at) } else { span(.classes("soft")) { "Never" } }
        },
    ]

    var body: HTML {
        ListView(
            "Servers",
            lead: "New accounts go to the healthy server with the most free places.",
            page,
            ServerListView.columns,
            empty: EmptyState(
                "No servers yet",
                "Orders wait until there is one to put accounts on.",
                icon: "server"
            ),
            actions: {
                ButtonLink(
                    "Differences",
                    to: ConsoleServerRoutes.differences.path(),
                    icon: "heart-pulse"
                )
                if rights.administers {
                    ButtonLink(
                        "Add a server",
                        to: ConsoleServerRoutes.new.path(),
                        .primary,
                        icon: "plus"
                    )
                }
            }
        ).body
    }
}

extension ServerRecord {
    /// How many of its places are taken.
    var quotaBar: QuotaBar {
        QuotaBar("Accounts", used: Int64(currentAccounts), of: Int64(capacity))
    }
}

/// One server with the accounts on it.
struct ServerFileView: View {
    let server: ServerRecord
    let accounts: ListPage<ServerAccountFilter>
    let history: [StoredAuditEntry]
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        PageHeading(
            server.name,
            lead: server.description,
            badge: server.badge,
            back: ("Servers", ConsoleServerRoutes.list.path())
        ) { if rights.administers { actions } }
        div(.classes("stack")) {
            if server.isActive && !server.isHealthy {
                Notice(.failure, "This server is not well") {
                    p { server.healthProblem ?? "It does not answer its health check." }
                    p {
                        "It gets no new accounts until it is. Those on it are left alone; look at "
                            + "the server itself, or edit its address and credentials."
                    }
                }
            }
            div(.classes("grid")) {
                Card("Server") { Facts(facts) }
                Card("Room") {
                    div(.classes("stack-s")) {
                        server.quotaBar
                        p(.classes("soft", "small")) {
                            server.isActive
                                ? "\(counted(server.freeSlots, "place")) free."
                                : "Switched off: no new account is put here."
                        }
                    }
                }
            }
            ListSection(
                "Accounts on it",
                accounts,
                ServerFileView.columns,
                none: "There is no account on this server."
            )
            AuditCard(entries: history, log: rights.log(of: server.id.text))
        }
    }

    @HTMLBuilder private var actions: HTML {
        ActionForm(
            "Check now",
            to: ConsoleServerRoutes.check.path(server.id),
            token: token,
            icon: "heart-pulse"
        )
        ButtonLink("Edit", to: ConsoleServerRoutes.edit.path(server.id), icon: "pencil")
        ButtonLink("Remove…", to: ConsoleServerRoutes.askRemove.path(server.id), .danger)
    }

    private var facts: [Facts.Fact] {
        [
            Facts.Fact("Address") { Copyable(server.baseURL, name: "address") },
            Facts.Fact("Place") { server.location ?? "–" },
            Facts.Fact("Tags") {
                if server.tags.isEmpty { "–" }
                span(.classes("row")) {
                    for tag in server.tags { span(.classes("badge", "is-plain")) { tag } }
                }
            },
            Facts.Fact("Last asked") {
                if let at = server.checkedAt { Moment(at) } else { "Never" }
            },
            Facts.Fact("Added") { Moment(day: server.createdAt) },
            Facts.Fact("Identifier") { ShortID(server.id.text) },
        ]
    }

    private static let columns: [ListColumn<ServerAccountFilter>] = [
        ListColumn("username", "User name", sort: .username) { each in
            TextLink(
                each.account.username,
                to: ConsoleCustomerRoutes.account.path(each.account.id)
            )
        },
        ListColumn("customer", "Customer") { each in
            TextLink(
                each.customerName,
                to: ConsoleCustomerRoutes.show.path(each.account.customer)
            )
        },
        ListColumn("status", "Status") { $0.account.status.badge },
        ListColumn("made", "Made", sort: .made) { Moment($0.account.createdAt) },
    ]
}

/// The form of a server, new or old.
struct ServerFormView: View {
    /// Nil for a new server.
    let server: ServerRecord?
    let form: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            server.map { "Edit \($0.name)" } ?? "Add a server",
            lead: "The server is asked at once; it is saved only when it answers.",
            back: back
        )
        div(.classes("narrow-left")) {
            Markup.form(to: path, token: token, .classes("stack"), .autocomplete("off")) {
                if let notice = Notice.formErrors(form) { notice }
                Card("Server") { div(.classes("form")) { names } }
                Card("Access") { div(.classes("form")) { access } }
                div(.classes("row")) {
                    SubmitButton(server == nil ? "Add the server" : "Save the server")
                    ButtonLink("Go back", to: back.path, .quiet)
                }
            }
        }
    }

    private var back: (text: String, path: String) {
        server.map { ($0.name, ConsoleServerRoutes.show.path($0.id)) }
            ?? ("Servers", ConsoleServerRoutes.list.path())
    }

    private var path: String {
        server.map { ConsoleServerRoutes.change.path($0.id) } ?? ConsoleServerRoutes.add.path()
    }

    @HTMLBuilder private var names: HTML {
        div(.classes("form-row")) {
            FormField("Name", "name", form, .input(type: "text"), .maxlength(100))
            FormField(
                "Capacity",
                "capacity",
                form,
                .input(type: "number"),
                hint: "How many accounts it may hold.",
                .min(0),
                .max(1_000_000)
            )
        }
        FormField("Description", "description", form, isOptional: true, .maxlength(500))
        div(.classes("form-row")) {
            FormField(
                "Place",
                "location",
                form,
                hint: "Such as Frankfurt.",
                isOptional: true,
                .maxlength(100)
            )
            FormField(
                "Tags",
                "tags",
                form,
                hint: "Words with commas between them.",
                isOptional: true
            )
        }
        if server != nil {
            CheckBox(
                "Gets new accounts",
                "active",
                isChecked: !form.value("active").isEmpty,
                hint: "Switched off, its accounts stay and go on."
            )
        }
    }

    @HTMLBuilder private var access: HTML {
        FormField(
            "Address",
            "base_url",
            form,
            .input(type: "url"),
            hint: "Such as https://panel.example.com:9000, without a path.",
            .maxlength(300)
        )
        FormField(
            "API key",
            "api_key",
            form,
            hint: server == nil ? nil : "Empty keeps the one it has.",
            isOptional: server != nil,
            .maxlength(500),
            .autocomplete("off")
        )
        FormField(
            "API secret",
            "api_secret",
            form,
            .input(type: "password"),
            hint: server == nil
                ? "Stored sealed and never shown again." : "Empty keeps the one it has.",
            isOptional: server != nil,
            .maxlength(500),
            .autocomplete("new-password")
        )
    }
}
