import Wire

/// The parameters of one call, already checked: names known, values of the right kind.
struct StripeParameters: Codable, Sendable {
    let values: JSON

    static let none = StripeParameters(values: [:])

    /// Whether the caller sent this parameter at all.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// Whether the caller sent it empty, which unsets it.
    func isCleared(_ name: String) -> Bool { values[name]?.isNull == true }

    func text(_ name: String) -> String? { values[name]?.string }
    func integer(_ name: String) -> Int64? { values[name]?.integer }
    func flag(_ name: String) -> Bool? { values[name]?.bool }

    func object(_ name: String) -> StripeParameters? {
        guard let value = values[name], value.members != nil else { return nil }
        return StripeParameters(values: value)
    }

    func list(_ name: String) -> [JSON] { values[name]?.array ?? [] }
    func texts(_ name: String) -> [String] { list(name).compactMap(\.string) }
    func objects(_ name: String) -> [StripeParameters] {
        list(name).map { StripeParameters(values: $0) }
    }

    /// Metadata as it is after this call: empty values remove a name, an empty whole removes all.
    func metadata(changing old: [String: String] = [:]) -> [String: String] {
        guard let change = values["metadata"] else { return old }
        guard let members = change.members else { return [:] }
        var metadata = old
        for member in members {
            metadata[member.name] = member.value.isNull ? nil : member.value.string
        }
        return metadata
    }
}

/// A parameter that a call takes.
struct StripeParameter: Sendable {
    indirect enum Kind: Sendable {
        case text(most: Int)
        case integer
        case flag
        case choice([String])
        case metadata
        case list(Kind)
        case object([StripeParameter])
        /// `created`: a moment, or `gt`, `gte`, `lt`, `lte`.
        case range
        /// Text, or an object of these.
        case either([StripeParameter])
    }

    let name: String
    let kind: Kind
    var isRequired = false

    /// The same parameter, refused when it is missing.
    var required: StripeParameter {
        StripeParameter(name: name, kind: kind, isRequired: true)
    }

    static func text(_ name: String, most: Int = 5_000) -> StripeParameter {
        StripeParameter(name: name, kind: .text(most: most))
    }

    static func integer(_ name: String) -> StripeParameter {
        StripeParameter(name: name, kind: .integer)
    }

    static func flag(_ name: String) -> StripeParameter {
        StripeParameter(name: name, kind: .flag)
    }

    static func choice(_ name: String, _ values: String...) -> StripeParameter {
        StripeParameter(name: name, kind: .choice(values))
    }

    static func list(_ name: String, _ kind: Kind = .text(most: 5_000)) -> StripeParameter {
        StripeParameter(name: name, kind: .list(kind))
    }

    static func object(_ name: String, _ parameters: [StripeParameter]) -> StripeParameter {
        StripeParameter(name: name, kind: .object(parameters))
    }

    static let metadata = StripeParameter(name: "metadata", kind: .metadata)
    static let expand = StripeParameter.list("expand")
    static let created = StripeParameter(name: "created", kind: .range)

    /// What every list call takes.
    static let paging: [StripeParameter] = [
        .integer("limit"), .text("starting_after"), .text("ending_before"), .expand, .created,
    ]
}

extension StripeParameters {
    /// Reads a form's fields, brackets and all, and checks them against what the call takes.
    init(_ fields: FormFields, taking parameters: [StripeParameter]) throws(StripeError) {
        var tree: JSON = [:]
        for field in fields.fields {
            guard let path = Self.path(of: field.name) else {
                throw .parameter("Invalid parameter name: \(field.name)", param: field.name)
            }
            tree = Self.place(field.value, at: path[...], in: tree)
        }
        values = try StripeParameterCheck.object(tree, parameters, in: "")
    }

    /// `a[b][0]` as `a`, `b`, `0`; nil when the brackets do not match.
    private static func path(of name: String) -> [String]? {
        guard let start = name.firstIndex(of: "[") else { return name.isEmpty ? nil : [name] }
        guard name.hasSuffix("]"), start != name.startIndex else { return nil }
        let inner = name[name.index(after: start)...].dropLast()
        let rest = inner.split(separator: "][", omittingEmptySubsequences: false).map(String.init)
        guard rest.allSatisfy({ !$0.contains("[") && !$0.contains("]") }) else { return nil }
        return [String(name[..<start])] + rest
    }

    private static func place(_ value: String, at path: ArraySlice<String>, in tree: JSON) -> JSON {
        guard let first = path.first else { return .string(value) }
        let name = first.isEmpty ? String(tree.members?.count ?? 0) : first
        return tree.setting(name, place(value, at: path.dropFirst(), in: tree[name] ?? [:]))
    }
}
