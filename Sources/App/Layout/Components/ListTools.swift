import Markup
import Web
import Wire

/// What somebody makes of a list: its columns, and views of it that are kept.
struct ListTools<Filter: ListFilter>: View {
    private let page: ListPage<Filter>
    private let columns: [ListColumn<Filter>]

    init(_ page: ListPage<Filter>, _ columns: [ListColumn<Filter>]) {
        self.page = page
        self.columns = columns
    }

    var body: HTML {
        ColumnChoice(address: page.address, columns: columns)
        if Filter.name.path != nil {
            SavedViewTools(
                list: Filter.name,
                query: page.address.query,
                views: page.views,
                token: page.token
            )
        }
    }
}

/// Asks which columns a list shows. The choice stands in the address, as all of the list does.
private struct ColumnChoice<Filter: ListFilter>: View {
    let address: ListAddress
    let columns: [ListColumn<Filter>]

    private var shown: [String] { address.shown(columns).map(\.name) }
    private var kept: [FormFields.Field] { address.query.fields.filter { $0.name != "columns" } }

    var body: HTML {
        details {
            summary(.classes("button", "is-secondary", "is-small")) { "Columns" }
            form(get: address.path, .classes("form", "start-m")) {
                for each in kept { input(.type("hidden"), .name(each.name), .value(each.value)) }
                // The first column leads to each row, so it stays.
                for first in columns.prefix(1) {
                    input(.type("hidden"), .name("columns"), .value(first.name))
                }
                fieldset(.classes("field")) {
                    legend(.classes("label")) { "Columns that are shown" }
                    for column in columns.dropFirst() where !column.name.isEmpty {
                        choice(of: column)
                    }
                }
                p(.classes("hint")) { "A file has every column of the rows that are found." }
                div(.classes("row")) { SubmitButton("Show these", .secondary, size: .small) }
            }
        }
    }

    private func choice(of column: ListColumn<Filter>) -> HTML {
        Markup.label(.classes("check")) {
            input(
                .type("checkbox"),
                .name("columns"),
                .value(column.name),
                .when(shown.contains(column.name), .checked)
            )
            span { column.heading }
        }
    }
}

/// The ways to the views of a list that are kept; nothing when there are none.
struct SavedViewTabs<Filter: ListFilter>: View {
    private let page: ListPage<Filter>

    init(_ page: ListPage<Filter>) { self.page = page }

    var body: HTML {
        if !page.views.isEmpty { Tabs(name: "Saved views", tabs: page.views.compactMap(tab)) }
    }

    private func tab(_ view: SavedViewRecord) -> Tabs.Tab? {
        view.path.map { path in
            Tabs.Tab(
                text: view.name,
                path: path,
                count: nil,
                isCurrent: view.query == page.address.query
            )
        }
    }
}

/// Keeps what a list shows under a name, and forgets what was kept.
struct SavedViewTools: View {
    let list: ListName
    let query: FormFields
    let views: [SavedViewRecord]
    let token: String

    var body: HTML {
        details {
            summary(.classes("button", "is-secondary", "is-small")) { "Views" }
            div(.classes("stack-s", "start-m")) {
                form(to: SavedViewRoutes.save.path(), token: token, .classes("form")) {
                    input(.type("hidden"), .name("list"), .value(list.rawValue))
                    input(.type("hidden"), .name("query"), .value(query.encoded))
                    div(.classes("field")) {
                        Markup.label(.for("view-name")) { "Name of this view" }
                        input(
                            .classes("input"),
                            .id("view-name"),
                            .name("name"),
                            .type("text"),
                            .maxlength(60),
                            .autocomplete("off"),
                            .required
                        )
                    }
                    div(.classes("row")) {
                        SubmitButton("Save this view", .secondary, size: .small, icon: "save")
                    }
                }
                p(.classes("hint")) {
                    "It keeps what is looked for, the order and the columns, for you alone."
                }
                for view in views {
                    ActionForm(
                        "Remove “\(view.name)”",
                        to: SavedViewRoutes.remove.path(view.id),
                        token: token,
                        .danger,
                        size: .small
                    )
                }
            }
        }
    }
}

extension ListAddress {
    /// Those of a list's columns that are shown: the first, what was chosen, and buttons.
    func shown<Filter>(_ columns: [ListColumn<Filter>]) -> [ListColumn<Filter>] {
        let chosen = Set(query.all("columns"))
        guard columns.contains(where: { chosen.contains($0.name) }) else { return columns }
        return columns.prefix(1)
            + columns.dropFirst().filter { $0.name.isEmpty || chosen.contains($0.name) }
    }
}
