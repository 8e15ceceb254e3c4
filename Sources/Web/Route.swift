import Wire

/// A path that matches and prints, declared once.
///
///     static let show = Route(.get, "/invoices/:id", ID<Invoice>.self)
///
/// The types of its parameters are part of its type, so neither a handler nor a link can have too
/// many, too few or the wrong ones.
package struct Route<each Parameter: PathParameter>: Sendable {
    package let method: Method
    let shape: PathPattern

    /// The path as it was declared, such as `/invoices/:id`.
    package var pattern: String { shape.text }

    /// A route; each `:name` of the pattern has its type.
    ///
    /// - Precondition: There are as many types as names.
    package init(
        _ method: Method,
        _ pattern: String,
        _ types: repeat (each Parameter).Type
    ) {
        self.method = method
        shape = PathPattern(pattern)
        var count = 0
        for _ in repeat each types { count += 1 }
        precondition(shape.parameterNames.count == count, "\(pattern) needs a type for each name")
    }

    /// The path with values in the places of its parameters.
    package func path(_ value: repeat each Parameter) -> String {
        var texts: [String] = []
        for one in repeat each value { texts.append(PercentCoding.encode(one.pathText)) }
        var next = texts.makeIterator()
        let parts = shape.segments.map { segment in
            if case .literal(let text) = segment { text } else { next.next() ?? "" }
        }
        let end = pattern.count > 1 && pattern.hasSuffix("/") ? "/" : ""
        return "/" + parts.joined(separator: "/") + end
    }

    /// The parameters that a path carries; nil when it is not a path of this route.
    package func match(_ path: String) -> (repeat each Parameter)? {
        guard let raw = rawSegments(of: path), raw.count == shape.segments.count else {
            return nil
        }
        var texts: [String] = []
        for (segment, text) in zip(shape.segments, raw) {
            switch segment {
            case .literal(let literal): if literal != text { return nil }
            case .parameter: texts.append(decodedSegment(text) ?? "")
            }
        }
        return parameters(texts)
    }

    /// The parameters from their decoded texts; nil when one is none of its type.
    func parameters(_ texts: [String]) -> (repeat each Parameter)? {
        var next = texts.makeIterator()
        func read<Value: PathParameter>(_ type: Value.Type) throws(Unreadable) -> Value {
            guard let text = next.next(), let value = Value(pathText: text) else {
                throw Unreadable()
            }
            return value
        }
        return try? (repeat read((each Parameter).self))
    }

    /// The names and schemas of the parameters, for the API reference.
    var describedParameters: [(name: String, schema: Schema)] {
        var schemas: [Schema] = []
        for type in repeat (each Parameter).self { schemas.append(type.pathSchema) }
        return Array(zip(shape.parameterNames, schemas))
    }
}

private struct Unreadable: Error {}
