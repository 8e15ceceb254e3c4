package import Wire

/// The shape of a JSON value, as the API reference shows it (JSON Schema, OpenAPI 3.1).
package struct Schema: Sendable {
    package var json: JSON
    /// The models that the shape refers to; asked for late, because models may contain themselves.
    var models: [@Sendable () -> NamedSchema]

    package init(_ json: JSON) { self.init(json, models: []) }

    init(_ json: JSON, models: [@Sendable () -> NamedSchema]) {
        self.json = json
        self.models = models
    }

    /// Anything.
    package static var any: Schema { Schema(.object([])) }
    package static var boolean: Schema { Schema(["type": "boolean"]) }
    package static var integer: Schema { Schema(["type": "integer", "format": "int64"]) }
    package static var number: Schema { Schema(["type": "number"]) }

    /// Text, of a format when it is named.
    package static func string(format: String? = nil) -> Schema {
        let json: JSON = ["type": "string"]
        return Schema(format.map { json.setting("format", .string($0)) } ?? json)
    }

    /// One of some words.
    package static func words(_ words: [String]) -> Schema {
        Schema(["type": "string", "enum": .array(words.map(JSON.string))])
    }

    package static func array(of element: Schema) -> Schema {
        Schema(["type": "array", "items": element.json], models: element.models)
    }

    /// An object with any names and values of one kind.
    package static func map(of value: Schema) -> Schema {
        Schema(["type": "object", "additionalProperties": value.json], models: value.models)
    }

    /// The same, or null.
    package var nullable: Schema {
        if let type = json["type"], case .string = type, json["enum"] == nil {
            return Schema(json.setting("type", [type, "null"]), models: models)
        }
        return Schema(["anyOf": [json, ["type": "null"]]], models: models)
    }

    /// The same with more of JSON Schema's keywords, such as `maxLength`.
    func adding(_ members: [JSON.Member]) -> Schema {
        guard !members.isEmpty else { return self }
        // Beside a reference, keywords of our own still count in OpenAPI 3.1.
        let json = members.reduce(json) { $0.setting($1.name, $1.value) }
        return Schema(json, models: models)
    }

    static func reference(
        _ name: String,
        _ definition: @escaping @Sendable () -> Schema
    ) -> Schema {
        Schema(
            ["$ref": .string("#/components/schemas/\(name)")],
            models: [{ NamedSchema(name: name, schema: definition()) }]
        )
    }
}

/// A shape that has a name and is shown once.
struct NamedSchema: Sendable {
    let name: String
    let schema: Schema
}
