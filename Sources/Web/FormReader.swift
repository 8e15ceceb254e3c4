import Foundation
package import Wire

/// Reads the fields of a form and gathers all that is wrong with them.
///
///     var form = FormReader(try request.form())
///     let email = form.parse("email", "Enter an e-mail address.") { EmailAddress($0) }
///     let years = form.integer("years", 1...10)
///     let (address, count) = try form.values(email, years)
package struct FormReader: Sendable {
    private let fields: FormFields
    private var messages: [String: String] = [:]
    private var secrets: Set<String> = ["csrf"]

    package init(_ fields: FormFields) { self.fields = fields }

    /// One line of text without spaces at its ends, of a length; by default it must not be empty.
    package mutating func text(_ name: String, length: ClosedRange<Int> = 1...200) -> String? {
        measured(name, typed(name), length, forbidden: \.isControl)
    }

    /// Text of several lines, which end in a single line feed each.
    package mutating func lines(_ name: String, length: ClosedRange<Int> = 1...10_000) -> String? {
        let text = typed(name).replacing("\r\n", with: "\n")
        return measured(name, text, length) { $0.isControl && !$0.isTabOrLineBreak }
    }

    /// Text that may be left empty, which is nil then.
    package mutating func optional(_ name: String, length: ClosedRange<Int> = 1...200) -> String? {
        typed(name).isEmpty ? nil : text(name, length: length)
    }

    /// A password: kept as it was typed, never shown again.
    package mutating func password(_ name: String, length: ClosedRange<Int> = 1...256) -> String? {
        secrets.insert(name)
        let text = fields[name] ?? ""
        if text.isEmpty { return refuse(name, "Please fill this in.") }
        guard length.contains(text.unicodeScalars.count) else {
            return refuse(name, FormReader.lengthMessage(length, text))
        }
        return text
    }

    /// A whole number in a range.
    package mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = Int(typed(name)), range.contains(value) else {
            return refuse(
                name,
                "Enter a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return value
    }

    /// A whole number in a range that may be left empty, which is nil then.
    package mutating func optionalInteger(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        typed(name).isEmpty ? nil : integer(name, range)
    }

    /// One of a few words.
    package mutating func choice<Value: CaseIterable & RawRepresentable<String>>(
        _ name: String,
        _ type: Value.Type
    ) -> Value? {
        Value(rawValue: typed(name)) ?? refuse(name, "Choose one of the options.")
    }

    /// Whether a box was ticked.
    package func flag(_ name: String) -> Bool { fields[name] != nil }

    /// A value that a type makes of the text, such as an id or an address.
    package mutating func parse<Value>(
        _ name: String,
        _ message: String,
        _ read: (String) -> Value?
    ) -> Value? {
        let text = typed(name)
        if text.isEmpty { return refuse(name, "Please fill this in.") }
        return read(text) ?? refuse(name, message)
    }

    /// The same for a field that may be left empty.
    package mutating func parseOptional<Value>(
        _ name: String,
        _ message: String,
        _ read: (String) -> Value?
    ) -> Value? {
        typed(name).isEmpty ? nil : parse(name, message, read)
    }

    /// All values of a name, such as of several boxes.
    package func all(_ name: String) -> [String] { fields.all(name) }

    /// Notes what is wrong with a field, or with the whole form under an empty name.
    package mutating func fail(_ name: String, _ message: String) {
        if messages[name] == nil { messages[name] = message }
    }

    /// The values, when nothing was wrong.
    ///
    /// It changes nothing, and is `mutating` so that the form is looked at after its arguments are
    /// read: otherwise `form.values(form.text("name"))` asks a copy from before.
    ///
    /// - Throws: ``FormErrors`` with what was typed and all messages.
    package mutating func values<each Value>(
        _ value: repeat (each Value)?
    ) throws(FormErrors) -> (repeat each Value) {
        try check()
        return (repeat try present(each value))
    }

    /// Goes on only when nothing was wrong, for forms whose fields are all optional.
    ///
    /// - Throws: ``FormErrors`` with what was typed and all messages.
    package func check() throws(FormErrors) {
        guard messages.isEmpty else { throw errors }
    }

    /// What was typed, without secrets, and what is wrong so far.
    package var errors: FormErrors {
        FormErrors(
            typed: FormFields(fields.fields.filter { !secrets.contains($0.name) }),
            messages: messages
        )
    }

    /// What was typed, without secrets, beside what an operation refused.
    package func errors(_ problem: Problem) -> FormErrors {
        FormErrors(problem, typed: FormFields(fields.fields.filter { !secrets.contains($0.name) }))
    }

    private func present<Value>(_ value: Value?) throws(FormErrors) -> Value {
        guard let value else { throw errors }
        return value
    }

    private mutating func measured(
        _ name: String,
        _ text: String,
        _ length: ClosedRange<Int>,
        forbidden: (Unicode.Scalar) -> Bool
    ) -> String? {
        if text.isEmpty, length.lowerBound > 0 { return refuse(name, "Please fill this in.") }
        guard length.contains(text.unicodeScalars.count) else {
            return refuse(name, FormReader.lengthMessage(length, text))
        }
        guard !text.unicodeScalars.contains(where: forbidden) else {
            return refuse(name, "This has characters that cannot be used.")
        }
        return text
    }

    private func typed(_ name: String) -> String {
        (fields[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private mutating func refuse<Value>(_ name: String, _ message: String) -> Value? {
        fail(name, message)
        return nil
    }

    private static func lengthMessage(_ length: ClosedRange<Int>, _ text: String) -> String {
        text.unicodeScalars.count < length.lowerBound
            ? "Enter at least \(length.lowerBound) characters."
            : "Enter at most \(length.upperBound) characters."
    }
}

/// What a form shows again: what was typed and what is wrong with it.
package struct FormErrors: Error, Sendable, Equatable {
    private let typed: FormFields
    /// Messages by field; under the empty name what concerns the whole form.
    package private(set) var messages: [String: String]

    /// What is wrong with single fields, in the order in which they were sent.
    package var ofFields: [(field: String, message: String)] {
        let order = typed.fields.map(\.name)
        return messages.filter { !$0.key.isEmpty }
            .map { (field: $0.key, message: $0.value) }
            .sorted { one, other in
                let places = [one, other].map { order.firstIndex(of: $0.field) ?? order.count }
                return places[0] == places[1] ? one.field < other.field : places[0] < places[1]
            }
    }

    /// A form that nobody has sent yet.
    package static let none = FormErrors(typed: FormFields(), messages: [:])

    package init(typed: FormFields, messages: [String: String]) {
        self.typed = typed
        self.messages = messages
    }

    /// A form that is shown with values to begin with.
    package init(values: [String: String]) {
        let fields = values.sorted { $0.key < $1.key }.map { FormFields.Field($0.key, $0.value) }
        self.init(typed: FormFields(fields), messages: [:])
    }

    /// What an operation refused, beside what was typed.
    package init(_ problem: Problem, typed: FormFields) {
        var messages: [String: String] = [:]
        for error in problem.errors where messages[error.field] == nil {
            messages[error.field] = error.message
        }
        if problem.errors.isEmpty { messages[""] = problem.detail }
        let secret: Set<String> = ["csrf", "password", "current_password", "new_password"]
        self.init(
            typed: FormFields(typed.fields.filter { !secret.contains($0.name) }),
            messages: messages
        )
    }

    package var isEmpty: Bool { messages.isEmpty }

    /// What stood in a field.
    package func value(_ name: String) -> String { typed[name] ?? "" }

    /// Whether a word was among the values of a field.
    package func contains(_ name: String, _ value: String) -> Bool {
        typed.all(name).contains(value)
    }

    /// What is wrong with a field.
    package func message(_ name: String) -> String? { messages[name] }

    /// The same as a problem, for a caller that wants JSON.
    package var problem: Problem {
        .invalid(
            messages.sorted { $0.key < $1.key }.map { FieldError($0.key, "invalid", $0.value) }
        )
    }
}
