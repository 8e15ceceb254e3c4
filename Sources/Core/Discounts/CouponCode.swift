/// What a coupon is called, as people type it: capital and small letters are the same.
package struct CouponCode: Hashable, Sendable {
    /// In capital letters.
    package let text: String

    /// Reads a code of 2 to 40 letters, digits, hyphens and underscores; nil for anything else.
    /// Spaces around it, which come along when one copies, do not count.
    package init?(_ typed: some StringProtocol) {
        let words = typed.split(separator: " ")
        guard words.count == 1, let word = words.first, (2...40).contains(word.utf8.count),
            word.utf8.allSatisfy(CouponCode.isPart), word.first != "-", word.first != "_"
        else { return nil }
        text = word.uppercased()
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension CouponCode: CustomStringConvertible {
    package var description: String { text }
}
