import Core
import Markup
import Web

/// What lists, files of objects and settings are made of beside tables and forms.
struct DesignParts: View {
    let token: String
    let list: DesignList

    private static let icons: [StaticString] = [
        "package", "receipt", "credit-card", "users", "globe", "server", "key-round", "ticket",
        "search", "download", "lock", "timer", "triangle-alert", "circle-check",
    ]

    var body: HTML {
        Card("Icons") {
            div(.classes("row")) {
                for name in DesignParts.icons { Icon(name) }
                Icon("loader-circle", "spin")
                Icon("globe", "icon-l")
            }
        }
        figures
        boxes
        search
        Card("Pages of one kind") {
            div(.classes("row")) {
                for page in DesignPage.allCases {
                    TextLink(page.text, to: DesignRoutes.page.path(page.rawValue))
                }
                for status in DesignPages.statuses {
                    TextLink("Error \(status)", to: DesignRoutes.error.path(status))
                }
            }
        }
    }

    private var figures: HTML {
        div(.classes("tiles")) {
            FigureTile(text: "Received", figure: "$1,249", detail: "this month", path: "#content")
            FigureTile(text: "Plans", figure: "4", detail: "on sale", path: nil)
            FigureTile(
                text: "Need attention",
                figure: "2",
                detail: "orders",
                path: "#content",
                tone: .failure
            )
        }
    }

    private var boxes: HTML {
        Card("Boxes, buttons that do one thing, and identifiers") {
            CheckBox("Keep the card", "keep", isChecked: true, hint: "It is charged for renewals.")
            CheckBox("Only the first order", "first", isChecked: false)
            FieldMessage("Choose at least one.", id: "design-message")
            div(.classes("row")) {
                ActionForm("Try again", to: DesignRoutes.show.path(), token: token)
                ActionForm(
                    "Remove",
                    to: DesignRoutes.show.path(),
                    token: token,
                    .danger,
                    icon: "trash-2",
                    asking: "This cannot be taken back."
                )
                Stacked {
                    span { "Ada Example" }
                    EmailText("ada.example@mail.example.com")
                }
                ShortID("ord_01m7wjh8j3eaxbdagaqz1gmxwc")
                CopyButton("NP-7KQ2-M4XW-9TRB-EQK7", name: "licence key")
                ExportLink(list.page.address)
            }
        }
        .body
    }

    private var search: HTML {
        Card("Search and filters", isFlush: true) {
            FilterBar(DesignRoutes.show.path(), isActive: true) {
                Filter(search: "Search", "q", "ada@example.com", hint: "Number or e-mail")
                Filter("Status", "status", "paid", all: "All", [("paid", "Paid")])
                Filter(date: "From", "from", "2026-11-20")
            }
            Tabs(
                name: "Parts as an example",
                tabs: [
                    Tabs.Tab(text: "Open", path: "#content", count: 3, isCurrent: true),
                    Tabs.Tab(text: "Paid", path: "#content", count: 12, isCurrent: false),
                ]
            )
            SavedViewTabs(list.page)
        }
        .body
    }
}

/// A component that is a whole page.
enum DesignPage: String, CaseIterable {
    case confirmation, list, empty, nothingFound = "nothing-found", outcomes

    var text: String {
        switch self {
        case .confirmation: "A question"
        case .list: "A list"
        case .empty: "An empty list"
        case .nothingFound: "A search that finds nothing"
        case .outcomes: "What came of several"
        }
    }

    @HTMLBuilder func content(_ list: DesignList) -> HTML {
        let back = (text: "Design system", path: DesignRoutes.show.path())
        switch self {
        case .confirmation:
            ConfirmationView(
                heading: "End the coupon SUMMER?",
                back: back,
                consequences: ["Nobody can use it any more. What it reduces now stays reduced."],
                path: DesignRoutes.show.path(),
                token: list.token,
                confirm: "End the coupon"
            )
        case .list: list.whole([10_001, 10_002])
        case .empty: list.whole([])
        case .nothingFound: list.whole([], isActive: true)
        case .outcomes: BulkResultView(outcomes: DesignList.outcomes, back: back)
        }
    }
}
