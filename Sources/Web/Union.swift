package import Wire

/// One of several models, told apart by the member `type`.
package protocol APIUnion: APIValue {
    static var union: Union<Self> { get }
}

/// The models that a value may be.
package struct Union<Root: Sendable>: Sendable {
    let name: String
    let cases: [Case]

    package init(_ name: String, _ cases: Case...) {
        self.name = name
        self.cases = cases
    }

    /// One of them, with the word that `type` has then.
    package struct Case: Sendable {
        let word: String
        let schema: @Sendable () -> Schema
        let decode: @Sendable (JSON, inout Decoding) -> Root?
        let encode: @Sendable (Root) -> JSON?

        package init<Value: APIModel>(
            _ word: String,
            _ make: @escaping @Sendable (Value) -> Root,
            _ get: @escaping @Sendable (Root) -> Value?
        ) {
            self.word = word
            schema = { Value.schema }
            decode = { Value.decode($0, &$1).map(make) }
            encode = { get($0)?.json }
        }
    }

    func decode(_ json: JSON, _ decoding: inout Decoding) -> Root? {
        guard let members = json.members else {
            decoding.reportType("an object")
            return nil
        }
        guard let one = cases.first(where: { json["type"]?.string == $0.word }) else {
            let words = cases.map(\.word).joined(separator: ", ")
            let code = json["type"] == nil ? "required" : "unknown_value"
            decoding.at("type") { $0.report(code, "must be one of \(words)") }
            return nil
        }
        return one.decode(.object(members.filter { $0.name != "type" }), &decoding)
    }

    func encode(_ root: Root) -> JSON {
        for one in cases {
            guard let json = one.encode(root) else { continue }
            return .object([JSON.Member("type", .string(one.word))] + (json.members ?? []))
        }
        return .null
    }

    var definition: Schema {
        let parts = cases.map { one in (one.word, one.schema()) }
        let shapes = parts.map { word, schema -> JSON in
            [
                "allOf": [
                    schema.json,
                    [
                        "type": "object", "required": ["type"],
                        "properties": ["type": ["const": .string(word)]],
                    ],
                ]
            ]
        }
        return Schema(["oneOf": .array(shapes)], models: parts.flatMap(\.1.models))
    }
}

extension APIUnion {
    package static var schema: Schema { .reference(union.name) { union.definition } }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Self? {
        union.decode(json, &decoding)
    }

    package var json: JSON { Self.union.encode(self) }
}
