/// A name that can be registered, in lower-case ASCII (A-labels): one label and its ending.
///
/// International names are turned into this form by the wrapper of libidn2 before they get here.
package struct DomainName: Hashable, Sendable {
    /// The whole name, such as `example.com`.
    package let text: String

    /// Reads an ASCII name; nil when it cannot be registered as it stands (RFC 1035, RFC 5890).
    package init?(ascii text: String) {
        guard text.isASCII else { return nil }
        let text = text.lowercased()
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, (2...3).contains(labels.count),
            labels.allSatisfy(DomainName.isLabel),
            let ending = labels.last, !ending.allSatisfy(\.isNumber)
        else { return nil }
        self.text = text
    }

    /// The part before the first dot.
    package var label: String { String(text.prefix { $0 != "." }) }

    /// The part after the first dot, such as `com` or `co.uk`.
    package var ending: String { String(text.drop { $0 != "." }.dropFirst()) }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count)
            && label.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
            }
            && label.first != "-" && label.last != "-"
    }
}

extension DomainName: CustomStringConvertible {
    package var description: String { text }
}
