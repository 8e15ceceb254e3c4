import Markup
import Web

/// What a coloured thing means; colour never says it alone.
enum Tone: String, Sendable {
    case neutral = ""
    case info = "is-info"
    case success = "is-success"
    case warning = "is-warning"
    case failure = "is-failure"

    var icon: StaticString {
        switch self {
        case .neutral, .info: "info"
        case .success: "circle-check"
        case .warning: "triangle-alert"
        case .failure: "circle-alert"
        }
    }
}

/// An icon of the sprite beside a word that says the same; see `scripts/icons.txt` for the names.
struct Icon: View {
    private let name: StaticString
    private let classNames: String

    init(_ name: StaticString, _ classNames: String = "") {
        self.name = name
        self.classNames = classNames
    }

    var body: HTML {
        svg(.classes("icon", classNames), .decorative, .attribute("focusable", "false")) {
            use(.href("\(AssetRoutes.file.path("icons.svg"))#\(name)"))
        }
    }
}

/// How a button looks.
enum ButtonStyle: String, Sendable {
    case primary = "is-primary"
    case secondary = "is-secondary"
    /// Without a frame, for what is beside the point.
    case quiet = "is-quiet"
    /// For what takes something away; the wording says what.
    case danger = "is-danger"
}

enum ButtonSize: String, Sendable {
    case small = "is-small"
    case standard = ""
    case large = "is-large"
    /// As wide as its place.
    case block = "is-wide-block"
    case largeBlock = "is-large is-wide-block"
}

/// A link that looks like a button.
struct ButtonLink: View {
    let text: String
    let path: String
    let style: ButtonStyle
    let size: ButtonSize
    let icon: StaticString?

    init(
        _ text: String,
        to path: String,
        _ style: ButtonStyle = .secondary,
        size: ButtonSize = .standard,
        icon: StaticString? = nil
    ) {
        self.text = text
        self.path = path
        self.style = style
        self.size = size
        self.icon = icon
    }

    var body: HTML {
        a(.href(path), .classes("button", style.rawValue, size.rawValue)) {
            if let icon { Icon(icon) }
            text
        }
    }
}

/// The button that sends the form it stands in.
struct SubmitButton: View {
    let text: String
    let style: ButtonStyle
    let size: ButtonSize
    let icon: StaticString?
    /// The name and value that tell which of several buttons was pressed.
    let choice: (name: String, value: String)?
    /// What is asked before it is sent, where scripts run.
    let question: String?

    init(
        _ text: String,
        _ style: ButtonStyle = .primary,
        size: ButtonSize = .standard,
        icon: StaticString? = nil,
        choice: (name: String, value: String)? = nil,
        asking question: String? = nil
    ) {
        self.text = text
        self.style = style
        self.size = size
        self.icon = icon
        self.choice = choice
        self.question = question
    }

    var body: HTML {
        button(
            .type("submit"),
            .classes("button", style.rawValue, size.rawValue),
            .when(choice != nil, .name(choice?.name ?? "")),
            .when(choice != nil, .value(choice?.value ?? "")),
            .when(question != nil, .data("confirm", question ?? ""))
        ) {
            if let icon { Icon(icon) }
            text
        }
    }
}

/// A form that is one button: it does one thing to one object.
struct ActionForm: View {
    let path: String
    let token: String
    let submit: SubmitButton
    /// Hidden fields that go along.
    let fields: [(name: String, value: String)]

    init(
        _ text: String,
        to path: String,
        token: String,
        _ style: ButtonStyle = .secondary,
        size: ButtonSize = .standard,
        icon: StaticString? = nil,
        asking question: String? = nil,
        fields: [(name: String, value: String)] = []
    ) {
        self.path = path
        self.token = token
        self.fields = fields
        submit = SubmitButton(text, style, size: size, icon: icon, asking: question)
    }

    var body: HTML {
        form(to: path, token: token) {
            for each in fields { input(.type("hidden"), .name(each.name), .value(each.value)) }
            submit
        }
    }
}

/// The heading of a page, what may be said below it, and what can be done.
struct PageHeading: View {
    let text: String
    let lead: String?
    let badge: Badge?
    let back: (text: String, path: String)?
    let actions: HTML

    init(
        _ text: String,
        lead: String? = nil,
        badge: Badge? = nil,
        back: (text: String, path: String)? = nil,
        @HTMLBuilder actions: () -> HTML = { .empty }
    ) {
        self.text = text
        self.lead = lead
        self.badge = badge
        self.back = back
        self.actions = actions()
    }

    var body: HTML {
        div(.classes("page-heading")) {
            div {
                if let back {
                    a(.href(back.path), .classes("back")) {
                        Icon("arrow-left")
                        back.text
                    }
                }
                div(.classes("heading-line")) {
                    h1 { text }
                    if let badge { badge }
                }
                if let lead { p(.classes("lead")) { lead } }
            }
            if !actions.isEmpty { div(.classes("row")) { actions } }
        }
    }
}

/// A state in a word.
struct Badge: View {
    let text: String
    let tone: Tone

    init(_ text: String, _ tone: Tone = .neutral) {
        self.text = text
        self.tone = tone
    }

    var body: HTML { span(.classes("badge", tone.rawValue)) { text } }
}

/// Something the reader should know before going on.
struct Notice: View {
    let tone: Tone
    let heading: String?
    let content: HTML
    let classNames: String

    init(
        _ tone: Tone,
        _ heading: String? = nil,
        classNames: String = "",
        @HTMLBuilder content: () -> HTML = { .empty }
    ) {
        self.tone = tone
        self.heading = heading
        self.classNames = classNames
        self.content = content()
    }

    /// The message that another page has sent along.
    init(_ flash: Flash) {
        let tone: Tone =
            switch flash.kind {
            case .success: .success
            case .notice: .info
            case .failure: .failure
            }
        self.init(tone, nil, classNames: "flash") { flash.text }
    }

    /// What is wrong with a whole form; nothing when nothing is.
    static func formErrors(_ errors: FormErrors) -> Notice? {
        guard !errors.isEmpty else { return nil }
        let message = errors.message("")
        let fields = errors.ofFields
        return Notice(.failure, message == nil ? "Please check the fields below." : nil) {
            if let message { message }
            if !fields.isEmpty {
                ul(.classes("stack-s")) {
                    for each in fields {
                        li {
                            TextLink(
                                "\(name(of: each.field)): \(each.message)",
                                to: "#\(FormField.id(of: each.field))"
                            )
                        }
                    }
                }
            }
        }
    }

    private static func name(of field: String) -> String {
        let words = field.split { $0 == "_" || $0 == "." }.joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    var body: HTML {
        div(
            .classes("notice", tone.rawValue, classNames),
            .role(tone == .failure ? "alert" : "status")
        ) {
            Icon(tone.icon)
            div(.classes("notice-body")) {
                if let heading { p(.classes("notice-title")) { heading } }
                content
            }
        }
    }
}
