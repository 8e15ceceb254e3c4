import Wire

/// Compares what was sent with what a call takes, and gives every value its type.
enum StripeParameterCheck {
    static func object(
        _ tree: JSON,
        _ parameters: [StripeParameter],
        in outer: String
    ) throws(StripeError) -> JSON {
        var result: JSON = [:]
        for member in tree.members ?? [] {
            let path = outer.isEmpty ? member.name : "\(outer)[\(member.name)]"
            guard let parameter = parameters.first(where: { $0.name == member.name }) else {
                throw unknown(path)
            }
            result = result.setting(member.name, try value(member.value, parameter.kind, path))
        }
        for parameter in parameters where parameter.isRequired {
            let path = outer.isEmpty ? parameter.name : "\(outer)[\(parameter.name)]"
            guard let value = result[parameter.name] else { throw .missing(path) }
            if value.isNull { throw emptied(path) }
        }
        return result
    }

    private static func unknown(_ path: String) -> StripeError {
        if path == "payment_method_types" {
            return .parameter(
                "The `payment_method_types` parameter is no longer supported. Manage payment "
                    + "methods from the Dashboard or use `allowed_payment_method_types`.",
                code: "payment_method_types_no_longer_supported",
                param: path
            )
        }
        return .parameter(
            "Received unknown parameter: \(path)",
            code: "parameter_unknown",
            param: path
        )
    }

    private static func emptied(_ path: String) -> StripeError {
        .parameter(
            "You passed an empty string for '\(path)'. We assume empty values are an attempt to "
                + "unset a parameter; however '\(path)' cannot be unset. You should remove "
                + "'\(path)' from your request or supply a non-empty value.",
            code: "parameter_invalid_empty",
            param: path
        )
    }

    private static func value(
        _ sent: JSON,
        _ kind: StripeParameter.Kind,
        _ path: String
    ) throws(StripeError) -> JSON {
        if sent.string == "" { return .null }
        switch kind {
        case .text(let most): return .string(try text(sent, path, most: most))
        case .integer: return .integer(try integer(sent, path))
        case .flag: return .bool(try flag(sent, path))
        case .choice(let values): return .string(try choice(sent, values, path))
        case .metadata: return try metadata(sent, path)
        case .list(let element): return try list(sent, element, path)
        case .object(let parameters):
            guard sent.members != nil else { throw invalid("object", path) }
            return try object(sent, parameters, in: path)
        case .range:
            guard sent.members != nil else { return .integer(try integer(sent, path)) }
            return try object(
                sent,
                ["gt", "gte", "lt", "lte"].map { .integer($0) },
                in: path
            )
        case .either(let parameters):
            return sent.string != nil ? sent : try object(sent, parameters, in: path)
        }
    }

    private static func text(
        _ sent: JSON,
        _ path: String,
        most: Int
    ) throws(StripeError) -> String {
        guard let text = sent.string else { throw invalid("string", path) }
        guard text.unicodeScalars.count <= most else {
            throw .parameter(
                "Invalid string: value must be at most \(most) characters",
                code: "parameter_invalid_string",
                param: path
            )
        }
        return text
    }

    private static func integer(_ sent: JSON, _ path: String) throws(StripeError) -> Int64 {
        guard let text = sent.string, let number = Int64(text), !text.hasPrefix("+") else {
            throw .parameter(
                "Invalid integer: \(sent.string ?? sent.text)",
                code: "parameter_invalid_integer",
                param: path
            )
        }
        return number
    }

    private static func flag(_ sent: JSON, _ path: String) throws(StripeError) -> Bool {
        switch sent.string {
        case "true": return true
        case "false": return false
        default: throw .parameter("Invalid boolean: \(sent.string ?? sent.text)", param: path)
        }
    }

    private static func choice(
        _ sent: JSON,
        _ values: [String],
        _ path: String
    ) throws(StripeError) -> String {
        guard let text = sent.string, values.contains(text) else {
            let last = values.last ?? ""
            let list = values.dropLast().joined(separator: ", ")
            throw .parameter(
                "Invalid \(path): must be one of \(list), or \(last)",
                param: path
            )
        }
        return text
    }

    private static func list(
        _ sent: JSON,
        _ element: StripeParameter.Kind,
        _ path: String
    ) throws(StripeError) -> JSON {
        guard let members = sent.members else { throw invalid("array", path) }
        let indices = members.compactMap { Int($0.name) }
        guard indices.count == members.count else { throw invalid("array", path) }
        var elements: [JSON] = []
        for (_, member) in zip(indices, members).sorted(by: { $0.0 < $1.0 }) {
            elements.append(try value(member.value, element, "\(path)[\(member.name)]"))
        }
        return .array(elements)
    }

    private static func metadata(_ sent: JSON, _ path: String) throws(StripeError) -> JSON {
        guard let members = sent.members else { throw invalid("hash", path) }
        guard members.count <= 50 else {
            throw .parameter("Metadata can have at most 50 keys", param: path)
        }
        for member in members {
            guard let text = member.value.string else {
                throw invalid("string", "\(path)[\(member.name)]")
            }
            guard member.name.unicodeScalars.count <= 40 else {
                throw .parameter(
                    "Metadata keys can have up to 40 characters, but you passed in a value that "
                        + "is \(member.name.unicodeScalars.count) characters. Invalid value: "
                        + member.name,
                    param: path
                )
            }
            guard text.unicodeScalars.count <= 500 else {
                throw .parameter(
                    "Metadata values can have up to 500 characters, but you passed in a value "
                        + "that is \(text.unicodeScalars.count) characters.",
                    param: "\(path)[\(member.name)]"
                )
            }
        }
        return .object(members.map { .init($0.name, $0.value.string == "" ? .null : $0.value) })
    }

    private static func invalid(_ what: String, _ path: String) -> StripeError {
        .parameter("Invalid \(what) in '\(path)'", param: path)
    }
}
