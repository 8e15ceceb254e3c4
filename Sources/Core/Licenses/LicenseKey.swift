/// What a customer types into a panel: `NP-` and groups of four letters and digits.
///
/// A key that we make has four groups, 80 random bits. Three groups are accepted when a key is
/// read, because the first documents showed them; none of ours matches.
package struct LicenseKey: Hashable, Sendable {
    /// 32 letters and digits that cannot be mistaken for one another.
    private static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)

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
        let groups = typed.uppercased().split(separator: "-", omittingEmptySubsequences: false)
        guard typed.isASCII, (4...5).contains(groups.count), groups[0] == "NP",
            groups.dropFirst().allSatisfy({ group in
                group.utf8.count == 4 && group.utf8.allSatisfy(LicenseKey.alphabet.contains)
            })
        else { return nil }
        text = groups.joined(separator: "-")
    }

    /// The last group, which tells keys apart without giving one away.
    package var hint: String { String(text.suffix(4)) }

    /// The key with everything but its last group hidden.
    package static func masked(hint: String) -> String { "NP-••••-••••-••••-\(hint)" }
}
