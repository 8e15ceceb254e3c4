/// What a customer types into a panel: `NP-` and groups of four letters and digits.
///
/// A key that we make has four groups, 80 random bits. Three groups are accepted when a key is
/// read, because the first documents showed them; none of ours matches.
package struct LicenseKey: Hashable, Sendable {
    /// 32 letters and digits that cannot be mistaken for one another.
    private static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
    /// A bit for each byte of the alphabet: panels ask about keys all the time.
    private static let alphabetBits = alphabet.reduce(UInt128(0)) { $0 | 1 << $1 }

    /// The key in capitals, with its dashes.
    package let text: String

    /// Makes a key from ten random bytes.
    package init(randomBytes bytes: [UInt8]) {
        precondition(bytes.count == 10, "a licence key is made of 80 bits")
        var digits: [UInt8] = []
        for half in [bytes[0..<5], bytes[5..<10]] {
            let word = half.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            for place in (0..<8).reversed() {
                digits.append(LicenseKey.alphabet[Int(word >> UInt64(5 * place) & 31)])
            }
        }
        text =
            "NP"
            + stride(from: 0, to: 16, by: 4).map { start in
                "-" + String(decoding: digits[start..<start + 4], as: UTF8.self)
            }.joined()
    }

    /// Reads a key as somebody typed it, in either case; nil when it cannot be one.
    package init?(_ typed: String) {
        guard LicenseKey.lengths.contains(typed.utf8.count) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(typed.utf8.count)
        for (index, typed) in typed.utf8.enumerated() {
            let byte = (97...122).contains(typed) ? typed - 32 : typed
            guard LicenseKey.isPlaced(byte, at: index) else { return nil }
            bytes.append(byte)
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// `NP` and three or four groups with a dash before each.
    private static let lengths = [17, 22]

    private static func isPlaced(_ byte: UInt8, at index: Int) -> Bool {
        switch index {
        case 0: byte == UInt8(ascii: "N")
        case 1: byte == UInt8(ascii: "P")
        case _ where index % 5 == 2: byte == UInt8(ascii: "-")
        default: alphabetBits >> byte & 1 == 1
        }
    }

    /// The last group, which tells keys apart without giving one away.
    package var hint: String { String(text.suffix(4)) }

    /// The key with everything but its last group hidden.
    package static func masked(hint: String) -> String { "NP-••••-••••-••••-\(hint)" }
}
