package import Foundation
package import Wire

/// A value that can stand in a query.
package protocol QueryValue: APIValue {
    /// Reads the text of a query; what is wrong is reported.
    static func decode(query text: String, _ decoding: inout Decoding) -> Self?
}

extension QueryValue {
    package static func decode(query text: String, _ decoding: inout Decoding) -> Self? {
        decode(.string(text), &decoding)
    }
}

extension String: QueryValue {}
extension Date: QueryValue {}

extension Int: QueryValue {
    package static func decode(query text: String, _ decoding: inout Decoding) -> Int? {
        decode(Int64(text).map(JSON.integer) ?? .string(text), &decoding)
    }
}

extension Int64: QueryValue {
    package static func decode(query text: String, _ decoding: inout Decoding) -> Int64? {
        decode(Int64(text).map(JSON.integer) ?? .string(text), &decoding)
    }
}

extension Bool: QueryValue {
    package static func decode(query text: String, _ decoding: inout Decoding) -> Bool? {
        decode(["true": true, "false": false][text].map(JSON.bool) ?? .string(text), &decoding)
    }
}

/// A field of the query without its type, for lists of them.
package protocol AnyQueryParameter: Sendable {
    var name: String { get }
    var summary: String { get }
    var schema: Schema { get }
    /// Reports what is wrong with the field in a query.
    func check(_ query: FormFields, _ decoding: inout Decoding)
}

/// A field of the query, such as a filter: declared once, shown in the reference, read by
/// ``Request/value(of:)``.
package struct QueryParameter<Value: QueryValue>: AnyQueryParameter {
    package let name: String
    package let summary: String
    private let constraints: [Constraint]

    package init(
        _ name: String,
        _ type: Value.Type,
        _ summary: String,
        _ constraints: Constraint...
    ) {
        self.name = name
        self.summary = summary
        self.constraints = constraints
    }

    package var schema: Schema { Value.schema.adding(constraints.flatMap(\.keywords)) }

    package func check(_ query: FormFields, _ decoding: inout Decoding) {
        _ = read(query, &decoding)
    }

    func read(_ query: FormFields, _ decoding: inout Decoding) -> Value? {
        let texts = query.all(name)
        guard let text = texts.first, !text.isEmpty else { return nil }
        return decoding.at(name) { decoding in
            guard texts.count == 1 else {
                decoding.report("repeated", "may be given once")
                return nil
            }
            guard let value = Value.decode(query: text, &decoding) else { return nil }
            for constraint in constraints {
                guard let fault = constraint.fault(value.json) else { continue }
                decoding.report(fault.code, fault.message)
                return nil
            }
            return value
        }
    }
}

extension Request {
    /// The value of a field of the query; nil when it is absent or empty.
    ///
    /// - Throws: ``Problem`` 422 when it is not of its type.
    package func value<Value>(of parameter: QueryParameter<Value>) throws(Problem) -> Value? {
        var decoding = Decoding()
        let value = parameter.read(query, &decoding)
        guard decoding.problems.isEmpty else { throw Problem.invalid(decoding.problems) }
        return value
    }
}

extension EndpointDocumentation {
    /// Checks all fields of the query that the endpoint reads, before its handler runs.
    func check(_ fields: FormFields) throws(Problem) {
        var decoding = Decoding()
        for parameter in query { parameter.check(fields, &decoding) }
        guard decoding.problems.isEmpty else { throw Problem.invalid(decoding.problems) }
    }
}
