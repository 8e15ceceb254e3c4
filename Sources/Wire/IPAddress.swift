/// The address of a machine, of either family, as sixteen bytes.
package struct IPAddress: Sendable, Hashable {
    /// Sixteen; an IPv4 address in the form that maps it into IPv6.
    package let bytes: [UInt8]
    package let isVersion4: Bool

    /// Reads `192.0.2.7`, `2001:db8::1` or `::ffff:192.0.2.7`; nil for anything else.
    ///
    /// Leading zeros in IPv4 are refused, because some programs read them as octal, and so are
    /// zones, because they mean nothing outside one machine.
    package init?(_ text: some StringProtocol) {
        if let four = IPAddress.version4(text) {
            bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] + four
            isVersion4 = true
        } else if let sixteen = IPAddress.version6(text) {
            bytes = sixteen
            isVersion4 = false
        } else {
            return nil
        }
    }

    private static func version4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.utf8.split(separator: 46, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (48...57).contains($0) }),
                part.count == 1 || part.first != 48,
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }
        let halves = String(text).split(separator: "::", omittingEmptySubsequences: false)
        switch halves.count {
        case 1:
            guard let bytes = groups(halves[0], mayEndInVersion4: true), bytes.count == 16 else {
                return nil
            }
            return bytes
        case 2:
            guard let front = groups(halves[0], mayEndInVersion4: false),
                let back = groups(halves[1], mayEndInVersion4: true),
                front.count + back.count <= 14
            else { return nil }
            return front + Array(repeating: 0, count: 16 - front.count - back.count) + back
        default: return nil
        }
    }

    /// The bytes of groups between colons; the last may be an IPv4 address.
    private static func groups(_ text: Substring, mayEndInVersion4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if mayEndInVersion4, index == parts.count - 1, let four = version4(part) {
                bytes += four
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexDigit),
                let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte | 32)
    }
}
