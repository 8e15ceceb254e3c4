/// Text as lines of ASCII that every mail server passes on unchanged (RFC 2045, 6.7).
enum QuotedPrintable {
    private static let mostCharacters = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// The encoded lines of a text whose lines may end in any way.
    static func lines(_ text: String) -> [String] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .flatMap { encoded(Array($0.utf8)) }
    }

    /// One line of text, broken softly where it gets too long.
    private static func encoded(_ line: [UInt8]) -> [String] {
        var lines: [String] = []
        var current: [UInt8] = []
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let piece = isPlain(byte, isLast: isLast) ? [byte] : escape(byte)
            if current.count + piece.count > mostCharacters - (isLast ? 0 : 1) {
                lines.append(String(decoding: current + [61], as: UTF8.self))
                current = []
            }
            current += piece
        }
        return lines + [String(decoding: current, as: UTF8.self)]
    }

    /// Whether a byte may stand for itself; space at the end of a line is lost on the way.
    private static func isPlain(_ byte: UInt8, isLast: Bool) -> Bool {
        switch byte {
        case 9, 32: !isLast
        case 61: false
        default: (33...126).contains(byte)
        }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        [61, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
