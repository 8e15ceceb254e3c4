package import Wire

/// One of a few words: an enum of strings.
package protocol APIEnum: QueryValue, CaseIterable, RawRepresentable where RawValue == String {}

extension APIEnum {
    package static var schema: Schema { .words(allCases.map(\.rawValue)) }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Self? {
        guard let text = json.string else {
            decoding.reportType("a string")
            return nil
        }
        if let value = Self(rawValue: text) { return value }
        let words = allCases.map(\.rawValue).joined(separator: ", ")
        decoding.report("unknown_value", "must be one of \(words)")
        return nil
    }

    package var json: JSON { .string(rawValue) }
}

/// Text that is checked once and is a type of its own from then on: ids, addresses, names.
package protocol APIString: QueryValue {
    /// Its `format` in the API reference, such as `email`.
    static var format: String { get }
    /// What it must be, for people: `must be \(requirement)`.
    static var requirement: String { get }
    init?(apiString: String)
    var apiString: String { get }
}

extension APIString {
    package static var requirement: String { "a valid \(format)" }
    package static var schema: Schema { .string(format: format) }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Self? {
        guard let text = json.string else {
            decoding.reportType("a string")
            return nil
        }
        if let value = Self(apiString: text) { return value }
        decoding.report("bad_format", "must be \(requirement)")
        return nil
    }

    package var json: JSON { .string(apiString) }
}
