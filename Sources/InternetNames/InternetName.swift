import CIDN

/// Domain names as people write them and as the DNS stores them (IDNA2008, UTS 46).
package enum InternetName {
    /// A name as the DNS stores it: lower case, labels of other scripts as `xn--…`, no final dot.
    ///
    /// The corresponding C function is `idn2_lookup_u8`.
    ///
    /// - Returns: nil for what is no host name: an empty or overlong label, characters that no
    ///   label may have, an `xn--` label that is not exactly what its script form encodes to, or an
    ///   IP address.
    package static func ascii(_ name: String) -> String? {
        let bytes = Array(name.utf8)
        guard bytes.count <= mostInputBytes, !bytes.contains(0) else { return nil }
        let flags = IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue
        var output: UnsafeMutablePointer<UInt8>?
        let result = unsafe idn2_lookup_u8(bytes + [0], &output, Int32(flags))
        defer { unsafe idn2_free(output) }
        guard result == IDN2_OK.rawValue, let output = unsafe output else { return nil }
        let converted = unsafe String(cString: output)
        let text = converted.hasSuffix(".") ? String(converted.dropLast()) : converted
        return isHostName(text) ? text : nil
    }

    /// A stored name as people read it; what ``ascii(_:)`` would not make is returned as it is.
    ///
    /// The corresponding C function is `idn2_to_unicode_8z8z`.
    package static func unicode(_ ascii: String) -> String {
        guard ascii.utf8.count <= mostInputBytes, !ascii.utf8.contains(0) else { return ascii }
        var output: UnsafeMutablePointer<CChar>?
        let result = unsafe idn2_to_unicode_8z8z(ascii, &output, 0)
        defer { unsafe idn2_free(output) }
        guard result == IDN2_OK.rawValue, let output = unsafe output,
            let text = unsafe String(validatingCString: output), self.ascii(text) == ascii
        else { return ascii }
        return text
    }

    /// More than any name needs before it is converted; keeps the library's work small.
    private static let mostInputBytes = 1_024

    private static func isHostName(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: 46, omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { isLabel($0) }
            && !(labels.last?.allSatisfy { (48...57).contains($0) } ?? true)
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        let hyphen: UInt8 = 45
        guard (1...63).contains(label.count), label.first != hyphen, label.last != hyphen,
            label.allSatisfy({
                (97...122).contains($0) || (48...57).contains($0) || $0 == hyphen
            })
        else { return false }
        // Hyphens in the third and fourth place are reserved for encodings; only one exists.
        let hasMark = label.dropFirst(2).prefix(2).elementsEqual([hyphen, hyphen])
        return !hasMark || label.prefix(2).elementsEqual("xn".utf8)
    }
}
