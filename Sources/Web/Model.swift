package import Wire

/// An object of the API, described by one list of its fields.
///
///     static let model = Model(
///         "money", "An amount in the smallest unit of its currency.", Money.init,
///         Field("amount", \.amount, "Minor units, so 1999 is 19.99."),
///         Field("currency", \.currency, "ISO 4217 code."),
///     )
package protocol APIModel: APIValue {
    static var model: Model<Self> { get }
}

/// The fields of an object: at once its schema, its reader and its writer.
package struct Model<Root: Sendable>: Sendable {
    package let name: String
    let summary: String
    private let names: Set<String>
    private let properties: @Sendable () -> [ModelProperty]
    private let read: @Sendable (JSON, inout Decoding) -> Root?
    private let write: @Sendable (Root) -> JSON

    /// The fields are the parameters of `make`, in order.
    ///
    /// `make` may throw a ``FieldError`` or a ``Problem`` for what no field knows by itself.
    package init<each Value: APIValue>(
        _ name: String,
        _ summary: String,
        _ make: @escaping @Sendable (repeat each Value) throws -> Root,
        _ field: repeat Field<Root, each Value>
    ) {
        self.name = name
        self.summary = summary
        var names: Set<String> = []
        for one in repeat each field {
            precondition(names.insert(one.name).inserted, "\(name).\(one.name) stands twice")
        }
        self.names = names
        properties = {
            var all: [ModelProperty] = []
            for one in repeat each field { all.append(one.property) }
            return all
        }
        read = { json, decoding in
            let before = decoding.count
            let values = (repeat (each field).decode(json, &decoding))
            guard decoding.count == before else { return nil }
            do {
                return try make(repeat present(each values))
            } catch let error as FieldError {
                decoding.adopt([error])
            } catch let problem as Problem where !problem.errors.isEmpty {
                decoding.adopt(problem.errors)
            } catch let problem as Problem {
                decoding.report(problem.code, problem.detail)
            } catch {
                decoding.report("invalid", "is not acceptable")
            }
            return nil
        }
        write = { root in
            var all: [JSON.Member] = []
            for one in repeat each field {
                all.append(JSON.Member(one.name, root[keyPath: one.path].json))
            }
            return .object(all)
        }
    }

    func decode(_ json: JSON, _ decoding: inout Decoding) -> Root? {
        guard let members = json.members else {
            decoding.reportType("an object")
            return nil
        }
        let before = decoding.count
        for member in members where !names.contains(member.name) {
            decoding.at(member.name) { $0.report("unknown_field", "is not a known field") }
        }
        let root = read(json, &decoding)
        return decoding.count == before ? root : nil
    }

    func encode(_ root: Root) -> JSON { write(root) }

    /// The object's own schema, which others refer to by name.
    var definition: Schema {
        let properties = properties()
        let required = properties.filter(\.isRequired).map { JSON.string($0.name) }
        var json: JSON = [
            "type": "object", "description": .string(summary),
            "properties": .object(properties.map { JSON.Member($0.name, $0.schema.json) }),
        ]
        if !required.isEmpty { json = json.setting("required", .array(required)) }
        return Schema(
            json.setting("additionalProperties", false),
            models: properties.flatMap(\.schema.models)
        )
    }
}

extension APIModel {
    package static var schema: Schema { .reference(model.name) { model.definition } }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Self? {
        model.decode(json, &decoding)
    }

    package var json: JSON { Self.model.encode(self) }
}

/// The value that a reader without complaints has found.
private func present<Value>(_ value: Value?) throws(FieldError) -> Value {
    guard let value else { throw FieldError("", "invalid", "is not acceptable") }
    return value
}
