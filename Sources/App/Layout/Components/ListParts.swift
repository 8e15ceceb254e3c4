import Markup
import Wire

/// The search and the filters above a list.
struct FilterBar: View {
    let path: String
    /// Whether anything is searched for, so that there is something to clear.
    let isActive: Bool
    let controls: HTML
    /// What the address says besides: the order and the columns outlast another search.
    private let kept: [FormFields.Field]

    init(_ path: String, isActive: Bool, @HTMLBuilder controls: () -> HTML) {
        self.path = path
        self.isActive = isActive
        self.controls = controls()
        kept = []
    }

    /// Above a list.
    init(_ address: ListAddress, isActive: Bool, @HTMLBuilder controls: () -> HTML) {
        path = address.path
        self.isActive = isActive
        self.controls = controls()
        kept = address.query.fields.filter { ["sort", "columns"].contains($0.name) }
    }

    var body: HTML {
        form(get: path, .classes("filters"), .role("search")) {
            for each in kept { input(.type("hidden"), .name(each.name), .value(each.value)) }
            controls
            div(.classes("row")) {
                SubmitButton("Show", .secondary, icon: "search")
                if isActive { ButtonLink("Clear", to: path, .quiet) }
            }
        }
    }
}

/// One field of a ``FilterBar``.
struct Filter: View {
    private let text: String
    private let name: String
    private let typed: String
    private let hint: String
    private let type: String
    private let options: [(value: String, text: String)]
    /// What a browser offers while something is typed.
    private let suggestions: [String]

    /// A field to type into.
    init(
        search text: String,
        _ name: String,
        _ typed: String?,
        hint: String,
        suggestions: [String] = []
    ) {
        self.suggestions = suggestions
        self.text = text
        self.name = name
        self.typed = typed ?? ""
        self.hint = hint
        type = "search"
        options = []
    }

    /// A day, such as `2026-11-20`.
    init(date text: String, _ name: String, _ chosen: String?) {
        self.text = text
        self.name = name
        typed = chosen ?? ""
        hint = ""
        type = "date"
        options = []
        suggestions = []
    }

    /// One of several, or all.
    init(
        _ text: String,
        _ name: String,
        _ chosen: String?,
        all: String,
        _ options: [(value: String, text: String)]
    ) {
        self.text = text
        self.name = name
        typed = chosen ?? ""
        hint = ""
        type = "search"
        self.options = [("", all)] + options
        suggestions = []
    }

    var body: HTML {
        div(.classes("field", options.isEmpty && type == "search" ? "is-search" : "")) {
            Markup.label(.for("filter-\(name)")) { text }
            if options.isEmpty {
                input(
                    .classes("input"),
                    .type(type),
                    .id("filter-\(name)"),
                    .name(name),
                    .value(typed),
                    .when(!hint.isEmpty, .placeholder(hint)),
                    .maxlength(200),
                    .when(!suggestions.isEmpty, .list("filter-\(name)-list"))
                )
                if !suggestions.isEmpty {
                    datalist(.id("filter-\(name)-list")) {
                        for each in suggestions { option(.value(each)) }
                    }
                }
            } else {
                select(.classes("select"), .id("filter-\(name)"), .name(name)) {
                    for each in options {
                        option(.value(each.value), .when(each.value == typed, .selected)) {
                            each.text
                        }
                    }
                }
            }
        }
    }
}

/// Parts of a list, each with how much is in it.
struct Tabs: View {
    struct Tab: Sendable {
        let text: String
        let path: String
        let count: Int64?
        let isCurrent: Bool
    }

    let name: String
    let tabs: [Tab]

    var body: HTML {
        nav(.classes("tabs"), .aria("label", name)) {
            for tab in tabs {
                a(.href(tab.path), .when(tab.isCurrent, .aria("current", "page"))) {
                    tab.text
                    if let count = tab.count { span(.classes("tally")) { String(count) } }
                }
            }
        }
    }
}

/// A figure that leads to what is behind it.
struct FigureTile: View {
    let text: String
    let figure: String
    let detail: String
    let path: String?
    var tone = Tone.neutral

    var body: HTML {
        if let path {
            a(.href(path), .classes("card", "tile", "is-link", tone.rawValue)) { content }
        } else {
            div(.classes("card", "tile", tone.rawValue)) { content }
        }
    }

    private var content: HTML {
        HTML {
            span(.classes("soft", "small")) { text }
            span(.classes("figure")) { figure }
            span(.classes("soft", "small")) { detail }
        }
    }
}

/// The page that asks before something is taken away: what will happen, and two ways on.
struct ConfirmationView: View {
    let heading: String
    let back: (text: String, path: String)
    /// What will happen, a paragraph each.
    let consequences: [String]
    /// Where the answer is sent.
    let path: String
    let token: String
    let confirm: String
    var style = ButtonStyle.danger
    /// What is asked along.
    var fields = HTML.empty

    var body: HTML {
        PageHeading(heading, back: back)
        div(.classes("narrow-left")) {
            Card {
                form(to: path, token: token, .classes("form")) {
                    for consequence in consequences { p { consequence } }
                    fields
                    div(.classes("row")) {
                        SubmitButton(confirm, style)
                        ButtonLink("Go back", to: back.path, .quiet)
                    }
                }
            }
        }
    }
}

/// Parts of one cell, one below the other.
struct Stacked: View {
    private let parts: HTML

    init(@HTMLBuilder parts: () -> HTML) { self.parts = parts() }

    var body: HTML { span(.classes("stacked")) { parts } }
}

/// An address that is broken between its parts only, and never within a word.
struct EmailText: View {
    private let text: String
    private let classNames: String

    init(_ text: String, classNames: String = "soft small") {
        self.text = text
        self.classNames = classNames
    }

    var body: HTML {
        span(.classes(classNames)) {
            for part in text.split(separator: "@", maxSplits: 1).enumerated() {
                if part.offset > 0 {
                    wbr()
                    "@"
                }
                String(part.element)
            }
        }
    }
}

/// A link to a page of ours, said in words that may be long.
struct TextLink: View {
    private let text: String
    private let path: String

    init(_ text: String, to path: String) {
        self.text = text
        self.path = path
    }

    var body: HTML { a(.href(path)) { text } }
}

/// An identifier, short enough for a table; the whole of it is copied.
struct ShortID: View {
    let text: String

    init(_ text: String) { self.text = text }

    var body: HTML {
        span(.classes("copyable"), .title(text)) {
            code(.classes("whole")) { text.count > 14 ? "…\(text.suffix(8))" : text }
            CopyButton(text, name: "identifier")
        }
    }
}
