import Web
package import Wire

/// An address or a network of either family, such as `192.0.2.7`, `10.0.0.0/8` or `2001:db8::/32`.
///
/// An IPv4 address is kept as the IPv6 address that maps it (RFC 4291, 2.5.5.2), so that one which
/// arrives in that form is the same address.
package struct AddressBlock: Sendable, Hashable {
    private let bytes: [UInt8]
    /// How many of the 128 bits count.
    private let bits: Int
    /// As it was written.
    package let text: String

    /// Reads a block; nil for anything else, and for a network whose address has bits beyond it.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPAddress(parts[0]) else { return nil }
        var bits = 128
        if parts.count == 2 {
            let width = address.isVersion4 ? 32 : 128
            guard let length = AddressBlock.length(parts[1]), length <= width else { return nil }
            bits = 128 - width + length
        }
        guard AddressBlock.isZero(address.bytes, from: bits) else { return nil }
        bytes = address.bytes
        self.bits = bits
        self.text = text
    }

    /// Whether an address lies in the block.
    package func contains(_ address: IPAddress) -> Bool {
        let whole = bits / 8
        guard bytes.prefix(whole) == address.bytes.prefix(whole) else { return false }
        guard bits % 8 > 0 else { return true }
        return (bytes[whole] ^ address.bytes[whole]) >> UInt8(8 - bits % 8) == 0
    }

    private static func length(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(text)
    }

    private static func isZero(_ bytes: [UInt8], from bit: Int) -> Bool {
        bytes.indices.allSatisfy { index in
            let kept = min(8, max(0, bit - index * 8))
            return kept == 8 || bytes[index] << UInt8(kept) == 0
        }
    }
}

extension AddressBlock: APIString {
    package static var format: String { "cidr" }
    package static var requirement: String {
        "an address such as 192.0.2.7 or a network such as 10.0.0.0/8 or 2001:db8::/32"
    }
    package init?(apiString: String) { self.init(apiString) }
    package var apiString: String { text }
}
