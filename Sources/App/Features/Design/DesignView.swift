import Core
import Foundation
import Markup
import Support
import Web
import Wire

/// The design system: what pages are made of, in all of its states.
struct DesignView: View {
    let now: Date
    let token: String
    let list: DesignList

    var body: HTML {
        PageHeading(
            "Design system",
            lead: "Every component in every state. Change the theme above to see the other one."
        )
        div(.classes("stack")) {
            type
            colours
            spacing
            buttons
            DesignForms(token: token)
            badges
            notices
            tables
            list
            timeline
            quotas
            DesignParts(token: token, list: list)
            DesignMoments(now: now, token: token)
        }
    }

    private var type: HTML {
        Card("Type") {
            h2 { "Heading of a part" }
            h3 { "Heading of a detail" }
            p { "Text as most of it is: Inter, 14 px, with figures that stand under one another." }
            p(.classes("soft")) { "Text that stands back." }
            p(.classes("small")) { "Small text." }
            p {
                TextLink("A link", to: "#content")
                " · "
                code { "NP-7KQ2-M4XW-9TRB-EQK7" }
                " · "
                kbd { "Ctrl K" }
            }
        }.body
    }

    private var colours: HTML {
        Card("Colour") {
            p(.classes("soft")) {
                "Three tiers: the palette, what its colours mean, and what components make of them. "
                "Only the meanings differ between light and dark."
            }
            div(.classes("tiles")) {
                for name in [
                    "canvas", "surface", "sunken", "line", "accent", "accent-soft", "success",
                    "warning", "danger", "info",
                ] {
                    div(.classes("swatch")) {
                        i(.classes("is-\(name)"))
                        name
                    }
                }
            }
        }.body
    }

    private var spacing: HTML {
        Card("Spacing") {
            p { "All distances are on a grid of 4 px; cards hold 20 px, parts stand 24 px apart." }
            div(.classes("row")) { for _ in 1...4 { Badge("8 px apart") } }
            div(.classes("stack-s")) { for _ in 1...2 { Badge("12 px apart") } }
        }.body
    }

    private var buttons: HTML {
        Card("Buttons") {
            for size in [ButtonSize.large, .standard, .small] {
                div(.classes("row")) {
                    ButtonLink("Primary", to: "#content", .primary, size: size)
                    ButtonLink("Secondary", to: "#content", .secondary, size: size)
                    ButtonLink("Quiet", to: "#content", .quiet, size: size)
                    ButtonLink("Remove…", to: "#content", .danger, size: size)
                    ButtonLink("With icon", to: "#content", size: size, icon: "download")
                    button(
                        .type("button"),
                        .classes("button", "is-primary", size.rawValue),
                        .disabled
                    ) { "Cannot be used" }
                }
            }
        }.body
    }

    private var badges: HTML {
        Card("Badges") {
            div(.classes("row")) {
                Badge("Neutral")
                Badge("Under way", .info)
                Badge("Active", .success)
                Badge("Awaiting payment", .warning)
                Badge("Failed", .failure)
            }
        }.body
    }

    private var notices: HTML {
        Card("Banners") {
            for tone in [Tone.neutral, .info, .success, .warning, .failure] {
                Notice(tone, "What it is about") { p { "What the reader should know." } }
            }
        }.body
    }

    private var tables: HTML {
        Card("Tables", isFlush: true) {
            DataTable(
                "Orders as an example",
                [
                    DataTable.Column("Order", sort: sort(.ascending)),
                    DataTable.Column("Customer", sort: sort(nil)), "Status",
                    .number("Total"), "Placed", .actions,
                ],
                [Badge("Completed", .success), Badge("Needs attention", .failure)].map { badge in
                    DataTable.Row {
                        TextLink("#10001", to: "#content")
                        Stacked {
                            span { "Ada Example" }
                            EmailText("ada@example.com")
                        }
                        badge
                        Amount(Money(minorUnits: 11_199, .usd), showsCode: true)
                        Moment(now)
                        ButtonLink("Open", to: "#content", size: .small)
                    }
                }
            )
            Pager(first: "#content", previous: "#content", next: "#content", rows: 51...100)
        }.body
    }

    private func sort(_ direction: DataTable.Sort.Direction?) -> DataTable.Sort {
        DataTable.Sort(path: "#content", direction: direction)
    }

    private var timeline: HTML {
        Card("Timelines") {
            Timeline([
                Timeline.Item("Payment received", .done, at: now),
                Timeline.Item("Licence issued", .done, detail: "NP-••••-EQK7", at: now),
                Timeline.Item("Domain registered", .running, detail: "The registrar works on it."),
                Timeline.Item("Account set up", .failed, detail: "The server refused it."),
                Timeline.Item("Licence installed", .undone),
                Timeline.Item("Not ordered", .skipped),
                Timeline.Item("Welcome mail", .waiting),
            ])
        }.body
    }

    private var quotas: HTML {
        Card("Quotas and charts") {
            QuotaBar("Domains", used: 3, of: 25)
            QuotaBar("Databases", used: 42, of: 50)
            QuotaBar("Mailboxes", used: 100, of: 100)
            QuotaBar("Accounts", used: 7, of: nil)
            BarChart(
                caption: "Received by day",
                columns: ("Day", "Received"),
                bars: (1...14).map { day in
                    let amount = Money(minorUnits: Int64(day * day % 11) * 2_900, .usd)
                    return BarChart.Bar(
                        name: "\(day) Nov",
                        value: amount.minorUnits,
                        text: amount.label
                    )
                }
            )
        }.body
    }
}

/// Fields as they stand empty, filled and refused.
private struct DesignForms: View {
    let token: String

    private var refused: FormErrors {
        FormErrors(
            typed: FormFields([
                FormFields.Field("name", "Ada"), FormFields.Field("email", "ada@"),
            ]),
            messages: ["email": "Enter an e-mail address.", "plan": "Choose one."]
        )
    }

    var body: HTML {
        Card("Forms") {
            form(get: DesignRoutes.show.path(), .classes("form")) {
                if let notice = Notice.formErrors(refused) { notice }
                div(.classes("form-row")) {
                    FormField("Name", "name", refused, .autocomplete("off"))
                    FormField("E-mail", "email", refused, .input(type: "email"))
                }
                div(.classes("form-row")) {
                    FormField(
                        "Plan",
                        "plan",
                        refused,
                        .select([("", "Choose"), ("starter", "Starter")])
                    )
                    FormField(
                        "Company",
                        "company",
                        refused,
                        hint: "As on invoices.",
                        isOptional: true
                    )
                }
                FormField("Note", "note", refused, .textarea(rows: 3), isOptional: true)
                div(.classes("choices")) {
                    for (value, text) in [("monthly", "Monthly"), ("yearly", "Yearly")] {
                        Markup.label(.classes("choice")) {
                            input(
                                .type("radio"),
                                .name("cycle"),
                                .value(value),
                                .when(value == "yearly", .checked)
                            )
                            span {
                                b { text }
                                span(.classes("soft", "small")) { "What it means." }
                            }
                        }
                    }
                }
                div(.classes("row")) {
                    SubmitButton("Save")
                    ButtonLink("Go back", to: "#content", .quiet)
                }
            }
        }
    }
}

/// What comes and goes: dialogs, toasts, what is empty, and what is on its way.
private struct DesignMoments: View {
    let now: Date
    let token: String

    var body: HTML {
        Card("Dialogs and toasts") {
            div(.classes("row")) {
                form(get: DesignRoutes.show.path()) {
                    SubmitButton("Ask before doing", .danger, asking: "This cannot be taken back.")
                }
                Copyable("ord_01m7wjh8j3eaxbdagaqz1gmxwc", name: "identifier")
                FinderLink()
            }
        }
        Card("Empty and loading", isFlush: true) {
            EmptyState("No orders yet", "What you order appears here.", icon: "package") {
                ButtonLink("See the plans", to: "#content", .primary)
            }
            div(.classes("card-body", "stack-s"), .aria("busy", "true")) {
                for _ in 1...3 { div(.classes("skeleton")) }
            }
        }
        Card("Facts") {
            Facts([
                Facts.Fact("Customer") { "Ada Example" },
                Facts.Fact("Placed") { Moment(now) },
            ])
            Facts(sums: [
                Facts.Fact("Subtotal") { Amount(Money(minorUnits: 11_199, .usd)) },
                Facts.Fact("Total", isTotal: true) {
                    Amount(Money(minorUnits: 11_199, .usd), showsCode: true)
                },
            ])
        }
    }
}
