/// A name with its value in a tag; made by the static members, such as `.id("total")`.
///
/// Several `.classes` of one element are joined; of other names the first counts.
package struct Attribute: Sendable, Equatable {
    /// Empty for an attribute that is left out.
    let name: String
    /// Nil for one that stands without a value, such as `required`.
    let value: String?

    init(_ name: String, _ value: String?) {
        self.name = name
        self.value =
            if Attribute.addresses.contains(name), let value {
                Attribute.safeAddress(value)
            } else {
                value
            }
    }

    /// An attribute that has no member of its own, for SVG mostly.
    ///
    /// Scripts in attributes and inline styles do not exist: our content policy refuses them.
    package static func attribute(_ name: StaticString, _ value: String) -> Attribute {
        let name = "\(name)"
        precondition(!name.lowercased().hasPrefix("on"), "scripts belong in a file")
        precondition(name != "style", "styles belong in a file")
        return Attribute(name, value)
    }

    /// The attribute when the condition holds, nothing otherwise.
    package static func when(_ condition: Bool, _ attribute: Attribute) -> Attribute {
        condition ? attribute : Attribute("", nil)
    }

    private static let addresses: Set<String> = [
        "href", "src", "action", "formaction", "poster", "cite", "xlink:href",
    ]

    private static let schemes: Set<String> = ["http", "https", "mailto", "tel", "otpauth"]

    /// The address, or `#` when it has a scheme that could run something.
    ///
    /// Browsers pass over control characters and spaces while they look for the scheme, so they
    /// are passed over here as well.
    static func safeAddress(_ address: String) -> String {
        let bytes = address.utf8.filter { $0 > 32 && $0 != 127 }
        guard let end = bytes.firstIndex(where: { ":/?#".utf8.contains($0) }), bytes[end] == 58
        else { return address }
        let scheme = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
        return schemes.contains(scheme) ? address : "#"
    }
}
