import Markup

/// A framed part of a page with a heading of its own.
struct Card: View {
    let heading: String?
    let actions: HTML
    let footer: HTML
    let content: HTML
    /// Whether the content reaches the frame, as tables and lists do.
    let isFlush: Bool

    init(
        _ heading: String? = nil,
        isFlush: Bool = false,
        @HTMLBuilder content: () -> HTML,
        @HTMLBuilder actions: () -> HTML = { .empty },
        @HTMLBuilder footer: () -> HTML = { .empty }
    ) {
        self.heading = heading
        self.isFlush = isFlush
        self.content = content()
        self.actions = actions()
        self.footer = footer()
    }

    var body: HTML {
        section(.classes("card")) {
            if heading != nil || !actions.isEmpty {
                div(.classes("card-head")) {
                    if let heading { h2 { heading } }
                    if !actions.isEmpty { div(.classes("row")) { actions } }
                }
            }
            div(.classes("card-body", isFlush ? "is-flush" : "")) { content }
            if !footer.isEmpty { div(.classes("card-foot")) { Markup.HTML { footer } } }
        }
    }
}

/// What stands where a list would be, when there is nothing to list.
struct EmptyState: View {
    let icon: StaticString
    let heading: String
    let text: String
    let actions: HTML

    init(
        _ heading: String,
        _ text: String,
        icon: StaticString = "inbox",
        @HTMLBuilder actions: () -> HTML = { .empty }
    ) {
        self.icon = icon
        self.heading = heading
        self.text = text
        self.actions = actions()
    }

    var body: HTML {
        div(.classes("empty")) {
            Icon(icon)
            p(.classes("strong")) { heading }
            p(.classes("soft")) { text }
            if !actions.isEmpty { div(.classes("row")) { actions } }
        }
    }
}

/// Names with their values.
struct Facts: View {
    /// One name with its value.
    struct Fact: Sendable {
        let name: String
        let value: HTML
        let isTotal: Bool

        init(_ name: String, isTotal: Bool = false, @HTMLBuilder value: () -> HTML) {
            self.name = name
            self.isTotal = isTotal
            self.value = value()
        }
    }

    private let facts: [Fact]
    private let isSums: Bool

    init(_ facts: [Fact]) {
        self.facts = facts
        isSums = false
    }

    /// Amounts that are added up.
    init(sums facts: [Fact]) {
        self.facts = facts
        isSums = true
    }

    var body: HTML {
        dl(.classes("facts", isSums ? "is-sums" : "")) {
            for fact in facts {
                dt(.classes(fact.isTotal ? "total" : "")) { fact.name }
                dd(.classes(fact.isTotal ? "total" : "")) { fact.value }
            }
        }
    }
}

/// How much of an allowance is used.
struct QuotaBar: View {
    let text: String
    let used: Int64
    /// Nil is unlimited.
    let limit: Int64?

    init(_ text: String, used: Int64, of limit: Int64?) {
        self.text = text
        self.used = used
        self.limit = limit
    }

    private var tone: Tone {
        guard let limit else { return .neutral }
        if used >= limit { return .failure }
        return used * 5 >= limit * 4 ? .warning : .neutral
    }

    var body: HTML {
        div(.classes("quota", tone.rawValue)) {
            div(.classes("spread", "small")) {
                span { text }
                span(.classes("soft", "tabular")) {
                    limit.map { "\(used) of \($0)" } ?? "\(used), unlimited"
                }
            }
            if let limit {
                progress(
                    .value(String(min(used, limit))),
                    .max(String(max(1, limit))),
                    .aria("label", "\(text): \(used) of \(limit) used")
                )
            }
        }
    }
}

/// A text that is copied by a button, such as an id or an address.
struct Copyable: View {
    let text: String
    /// What the button copies, for those who cannot see it.
    let name: String

    init(_ text: String, name: String) {
        self.text = text
        self.name = name
    }

    var body: HTML {
        span(.classes("copyable")) {
            code { text }
            CopyButton(text, name: name)
        }
    }
}

/// The button that copies a text; there where scripts run.
struct CopyButton: View {
    let text: String
    let name: String

    init(_ text: String, name: String) {
        self.text = text
        self.name = name
    }

    var body: HTML {
        button(
            .type("button"),
            .classes("copy"),
            .data("copy", text),
            .aria("label", "Copy \(name)"),
            .title("Copy \(name)")
        ) { Icon("clipboard-list") }
    }
}
