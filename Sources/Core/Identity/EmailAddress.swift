/// An e-mail address that one can be reached at.
///
/// Stricter than RFC 5321, as addresses people really have: no quoted local part, no comment, no
/// address literal, and a domain with at least one dot.
package struct EmailAddress: Hashable, Sendable {
    /// The address as it was typed, without surrounding space; mail goes to exactly this.
    package let text: String

    /// The form in which two spellings of one mailbox are equal: in lower case.
    package var key: String { text.lowercased() }

    /// Reads an address; nil when it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2,
            EmailAddress.isLocalPart(parts[0]), EmailAddress.isDomain(parts[1])
        else { return nil }
        self.text = text
    }

    private static func isLocalPart(_ part: Substring) -> Bool {
        let marks = Set("!#$%&'*+/=?^_`{|}~-.".utf8)
        return (1...64).contains(part.utf8.count)
            && part.utf8.allSatisfy { isLetterOrDigit($0) || marks.contains($0) }
            && part.first != "." && part.last != "." && !part.contains("..")
    }

    private static func isDomain(_ domain: Substring) -> Bool {
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 45 }
                    && label.first != "-" && label.last != "-"
            }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}

extension EmailAddress: CustomStringConvertible {
    package var description: String { text }
}
