/// Header and body in the form in which DKIM compares them when it is `relaxed`, so that servers on
/// the way may fold lines anew and change space (RFC 6376, 3.4.2 and 3.4.4).
enum RelaxedText {
    private static let space: UInt8 = 32

    /// A field of the header, on one line and without its end.
    static func field(_ text: String) -> String {
        let parts = text.utf8.split(separator: 58, maxSplits: 1, omittingEmptySubsequences: false)
        return parts.map(words).joined(separator: ":").withLowercaseName
    }

    /// A body with lines that end with CR LF.
    static func body(_ bytes: [UInt8]) -> [UInt8] {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(line)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.flatMap { $0 + [13, 10] }
    }

    private static func words(_ text: Substring.UTF8View) -> String {
        text.split { isSpace($0) || $0 == 13 || $0 == 10 }
            .map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: " ")
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var line: [UInt8] = []
        for byte in bytes.last == 13 ? bytes.dropLast() : bytes {
            if !isSpace(byte) {
                line.append(byte)
            } else if line.last != space {
                line.append(space)
            }
        }
        if line.last == space { line.removeLast() }
        return line
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == space || byte == 9 }
}

extension String {
    /// The same field with its name in lower case.
    fileprivate var withLowercaseName: String {
        let name = prefix { $0 != ":" }
        return name.lowercased() + dropFirst(name.count)
    }
}
