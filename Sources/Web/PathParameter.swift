import Wire

/// A value that stands as one segment of a path.
package protocol PathParameter: Sendable {
    /// Reads a decoded segment; nil makes the path one that does not exist.
    init?(pathText: String)
    /// What is printed, before it is percent-encoded.
    var pathText: String { get }
    /// How the API reference describes it.
    static var pathSchema: Schema { get }
}

extension PathParameter {
    package static var pathSchema: Schema { .string() }
}

extension String: PathParameter {
    package init?(pathText: String) { self = pathText }
    package var pathText: String { self }
}

extension Int: PathParameter {
    /// Reads what ``pathText`` prints and nothing else, so that each thing has one address.
    package init?(pathText: String) {
        guard let value = Int(pathText), String(value) == pathText else { return nil }
        self = value
    }

    package var pathText: String { String(self) }
    package static var pathSchema: Schema { .integer }
}
