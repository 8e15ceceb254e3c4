/// A statement or a part of one, whose interpolated values travel as bound parameters.
///
/// `"SELECT name FROM plans WHERE id = \(id)"` becomes `… WHERE id = $1` with the value beside it,
/// so no value is ever read as SQL. A fragment interpolated into another brings its own values
/// along.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text around the values; always one more than there are values.
    private var texts: [String]
    private(set) var binds: [SQLBind]

    /// A statement without values.
    package init(stringLiteral value: String) {
        texts = [value]
        binds = []
    }

    package init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    /// The statement as the server gets it, with `$1`, `$2`, … for the values.
    package var text: String {
        var text = texts[0]
        for (index, part) in texts.dropFirst().enumerated() {
            text += "$\(index + 1)"
            text += part
        }
        return text
    }

    /// Whether there is neither text nor a value.
    package var isEmpty: Bool { binds.isEmpty && texts[0].isEmpty }

    /// Two fragments, one after the other, with nothing in between.
    package static func + (one: SQL, other: SQL) -> SQL {
        var sum = one
        sum.append(other)
        return sum
    }

    package static func += (one: inout SQL, other: SQL) {
        one.append(other)
    }

    private mutating func append(_ other: SQL) {
        append(other.texts[0])
        texts += other.texts.dropFirst()
        binds += other.binds
    }

    private mutating func append(_ text: String) {
        texts[texts.count - 1] += text
    }

    private mutating func append(_ bind: SQLBind) {
        binds.append(bind)
        texts.append("")
    }

    /// Gathers the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL = ""

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ literal: String) {
            sql.append(literal)
        }

        /// A value becomes a bound parameter of its type.
        package mutating func appendInterpolation<Value: SQLValue>(_ value: Value) {
            sql.append(SQLBind(value))
        }

        /// A value that may be absent; nil is sent as NULL of its type.
        package mutating func appendInterpolation<Value: SQLValue>(_ value: Value?) {
            sql.append(SQLBind(value))
        }

        /// Another fragment, with its values.
        package mutating func appendInterpolation(_ fragment: SQL) {
            sql.append(fragment)
        }

        /// Text that is taken as SQL; never anything a caller could have typed.
        package mutating func appendInterpolation(unsafeRaw text: String) {
            sql.append(text)
        }
    }
}

extension Sequence where Element == SQL {
    /// The fragments with a separator in between, such as conditions with `" AND "`.
    package func joined(separator: SQL) -> SQL {
        var sum: SQL = ""
        var isFirst = true
        for fragment in self {
            if !isFirst { sum += separator }
            sum += fragment
            isFirst = false
        }
        return sum
    }
}
