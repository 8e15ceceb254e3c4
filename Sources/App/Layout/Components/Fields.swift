import Markup
import Web

/// A label, an input, a hint, and what is wrong with what was typed.
///
/// It takes what was typed and the message from the form's ``Web/FormErrors`` by its name.
struct FormField: View {
    /// What is typed in.
    enum Control: Sendable {
        case input(type: String)
        case textarea(rows: Int)
        case select([(value: String, text: String)])
    }

    let text: String
    let name: String
    let errors: FormErrors
    let control: Control
    let hint: String?
    let isOptional: Bool
    let attributes: [Attribute]
    /// Whether a browser asks for it before the form is sent.
    private var isRequired: Bool

    /// What a field is called within the page, so that what is wrong with it can lead to it.
    static func id(of name: String) -> String { "field-\(name.replacing(".", with: "-"))" }

    /// A field with its label; the attributes are the input's, such as `.autocomplete("email")`.
    init(
        _ text: String,
        _ name: String,
        _ errors: FormErrors,
        _ control: Control = .input(type: "text"),
        hint: String? = nil,
        isOptional: Bool = false,
        _ attributes: Attribute...
    ) {
        self.text = text
        self.name = name
        self.errors = errors
        self.control = control
        self.hint = hint
        self.isOptional = isOptional
        self.attributes = attributes
        isRequired = !isOptional
    }

    /// A line of text with attributes of its input.
    init(
        _ text: String,
        _ name: String,
        _ errors: FormErrors,
        _ first: Attribute,
        _ more: Attribute...
    ) {
        self.init(text, name, errors, isOptional: false, attributes: [first] + more)
    }

    private init(
        _ text: String,
        _ name: String,
        _ errors: FormErrors,
        isOptional: Bool,
        attributes: [Attribute]
    ) {
        self.text = text
        self.name = name
        self.errors = errors
        control = .input(type: "text")
        hint = nil
        self.isOptional = isOptional
        self.attributes = attributes
        isRequired = !isOptional
    }

    /// The same for a form that needs the field only with some of its choices: the server decides.
    var unrequired: FormField {
        var field = self
        field.isRequired = false
        return field
    }

    private var id: String { FormField.id(of: name) }
    private var message: String? { errors.message(name) }

    private var shared: [Attribute] {
        let described = [message.map { _ in "\(id)-error" }, hint.map { _ in "\(id)-hint" }]
            .compactMap { $0 }
        return [
            .id(id), .name(name), .when(isRequired, .required),
            .when(message != nil, .aria("invalid", "true")),
            .when(!described.isEmpty, .aria("describedby", described.joined(separator: " "))),
        ] + attributes
    }

    var body: HTML {
        div(.classes("field")) {
            Markup.label(.for(id)) {
                text
                if isOptional { span(.classes("optional")) { " (optional)" } }
            }
            entry
            if let message { FieldMessage(message, id: "\(id)-error") }
            if let hint { p(.classes("hint"), .id("\(id)-hint")) { hint } }
        }
    }

    @HTMLBuilder private var entry: HTML {
        let typed = errors.value(name)
        switch control {
        case .input(let type):
            let value: [Attribute] = type == "password" ? [] : [.value(typed)]
            input([.classes("input"), .type(type)] + value + shared)
        case .textarea(let rows):
            textarea([.classes("textarea"), .rows(rows)] + shared) { typed }
        case .select(let options):
            select([.classes("select")] + shared) {
                for each in options {
                    option(.value(each.value), .when(each.value == typed, .selected)) { each.text }
                }
            }
        }
    }
}

/// What is wrong, beside the field it concerns.
struct FieldMessage: View {
    let text: String
    let id: String

    init(_ text: String, id: String) {
        self.text = text
        self.id = id
    }

    var body: HTML {
        p(.classes("error"), .id(id)) {
            Icon("circle-alert")
            text
        }
    }
}

/// A box to tick.
struct CheckBox: View {
    let text: String
    let name: String
    let isChecked: Bool
    let hint: String?

    init(_ text: String, _ name: String, isChecked: Bool, hint: String? = nil) {
        self.text = text
        self.name = name
        self.isChecked = isChecked
        self.hint = hint
    }

    var body: HTML {
        Markup.label(.classes("check")) {
            input(.type("checkbox"), .name(name), .value("yes"), .when(isChecked, .checked))
            span {
                text
                if let hint { span(.classes("hint", "block")) { hint } }
            }
        }
    }
}
