package import Wire

/// The parameters of a call to Stripe: names with values that may be lists or have names of their
/// own.
///
/// Encoded as Stripe's own libraries do: `a[b]=v` for names within names, `a[0]=v` for lists. What
/// is absent is left out; an empty text is sent, and tells Stripe to clear what it has.
package struct StripeParameters: Sendable {
    /// What stands behind one name.
    package indirect enum Value: Sendable {
        case absent
        case text(String)
        case integer(Int64)
        case flag(Bool)
        case list([Value])
        case fields(StripeParameters)
    }

    private var members: [(name: String, value: Value)] = []

    package init() {}

    /// Texts by name, in the order of their names so that a repeated call sends the same bytes.
    package init(_ texts: [String: String]) {
        members = texts.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) }
    }

    /// Adds a name behind those that are there.
    package mutating func add(_ name: String, _ value: Value) {
        members.append((name, value))
    }

    /// The parameters as a flat form.
    package var form: FormFields {
        var form = FormFields()
        for (name, value) in members { value.append(to: &form, as: name) }
        return form
    }
}

extension StripeParameters.Value {
    fileprivate func append(to form: inout FormFields, as name: String) {
        switch self {
        case .absent: break
        case .text(let text): form.append(name, text)
        case .integer(let integer): form.append(name, String(integer))
        case .flag(let flag): form.append(name, flag ? "true" : "false")
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                element.append(to: &form, as: "\(name)[\(index)]")
            }
        case .fields(let parameters):
            for (inner, value) in parameters.members {
                value.append(to: &form, as: "\(name)[\(inner)]")
            }
        }
    }
}

extension StripeParameters: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) {
        for (name, value) in elements { add(name, value) }
    }
}

extension StripeParameters.Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
    package init(arrayLiteral elements: Self...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, Self)...) {
        var parameters = StripeParameters()
        for (name, value) in elements { parameters.add(name, value) }
        self = .fields(parameters)
    }

    /// A list of texts by name, such as metadata.
    static func texts(_ texts: [String: String]) -> Self { .fields(StripeParameters(texts)) }
}
