package import Wire

/// One field of a model: its name, where it is kept, what it is for and what it may be.
package struct Field<Root, Value: APIValue>: Sendable {
    let name: String
    let path: any KeyPath<Root, Value> & Sendable
    private let prose: String
    private let constraints: [Constraint]

    package init(
        _ name: String,
        _ path: any KeyPath<Root, Value> & Sendable,
        _ prose: String,
        _ constraints: Constraint...
    ) {
        self.name = name
        self.path = path
        self.prose = prose
        self.constraints = constraints
    }

    func decode(_ object: JSON, _ decoding: inout Decoding) -> Value? {
        decoding.at(name) { decoding in
            guard let json = object[name] else {
                if let value = Value.absent { return value }
                decoding.report("required", "is required")
                return nil
            }
            guard let value = Value.decode(json, &decoding) else { return nil }
            for constraint in constraints where !json.isNull {
                guard let fault = constraint.fault(json) else { continue }
                decoding.report(fault.code, fault.message)
                return nil
            }
            return value
        }
    }

    var property: ModelProperty {
        let members = [JSON.Member("description", .string(prose))]
        return ModelProperty(
            name: name,
            schema: Value.schema.adding(members + constraints.flatMap(\.keywords)),
            isRequired: Value.absent == nil
        )
    }
}

/// A field as the API reference shows it.
struct ModelProperty: Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool
}

/// A limit on a field; null is never limited.
package struct Constraint: Sendable {
    /// How JSON Schema says it.
    let keywords: [JSON.Member]
    let fault: @Sendable (JSON) -> (code: String, message: String)?

    /// How many characters a text has.
    package static func length(_ range: ClosedRange<Int>) -> Constraint {
        Constraint(
            keywords: [
                JSON.Member("minLength", .integer(Int64(range.lowerBound))),
                JSON.Member("maxLength", .integer(Int64(range.upperBound))),
            ],
            fault: { json in
                guard let count = json.string?.unicodeScalars.count else { return nil }
                if count < range.lowerBound {
                    return ("too_short", "must have at least \(range.lowerBound) characters")
                }
                if count > range.upperBound {
                    return ("too_long", "must have at most \(range.upperBound) characters")
                }
                return nil
            }
        )
    }

    /// How many elements an array has.
    package static func count(_ range: ClosedRange<Int>) -> Constraint {
        Constraint(
            keywords: [
                JSON.Member("minItems", .integer(Int64(range.lowerBound))),
                JSON.Member("maxItems", .integer(Int64(range.upperBound))),
            ],
            fault: { json in
                guard let count = json.array?.count else { return nil }
                if count < range.lowerBound {
                    return ("too_few", "must have at least \(range.lowerBound) elements")
                }
                if count > range.upperBound {
                    return ("too_many", "must have at most \(range.upperBound) elements")
                }
                return nil
            }
        )
    }

    /// Which integers are allowed.
    package static func range(_ range: ClosedRange<Int64>) -> Constraint {
        Constraint(
            keywords: [
                JSON.Member("minimum", .integer(range.lowerBound)),
                JSON.Member("maximum", .integer(range.upperBound)),
            ],
            fault: { json in
                guard let value = json.integer, !range.contains(value) else { return nil }
                return (
                    "out_of_range",
                    "must be from \(range.lowerBound) to \(range.upperBound)"
                )
            }
        )
    }

    /// The least integer that is allowed.
    package static func atLeast(_ least: Int64) -> Constraint {
        Constraint(
            keywords: [JSON.Member("minimum", .integer(least))],
            fault: { json in
                guard let value = json.integer, value < least else { return nil }
                return ("out_of_range", "must be at least \(least)")
            }
        )
    }

    /// A regular expression that the whole text matches, and what it means: `must be …`.
    package static func pattern(_ pattern: String, _ meaning: String) -> Constraint {
        Constraint(
            keywords: [JSON.Member("pattern", .string("^(?:\(pattern))$"))],
            fault: { json in
                guard let text = json.string else { return nil }
                let match = try? Regex(pattern).wholeMatch(in: text)
                if match != nil { return nil }
                return ("bad_format", "must be \(meaning)")
            }
        )
    }

    /// Text in one line, for names and whatever may stand in the head of a mail.
    package static let singleLine = Constraint(
        keywords: [],
        fault: { json in
            guard json.string?.unicodeScalars.contains(where: \.isControl) == true else {
                return nil
            }
            return ("bad_characters", "must be a single line")
        }
    )

    /// Only a word for the reference, such as `password` or `uri`.
    package static func format(_ format: String) -> Constraint {
        Constraint(keywords: [JSON.Member("format", .string(format))], fault: { _ in nil })
    }

    /// Only an example for the reference.
    package static func example(_ example: JSON) -> Constraint {
        Constraint(keywords: [JSON.Member("examples", [example])], fault: { _ in nil })
    }
}
