/// The address of a panel as staff may enter it.
///
/// Credentials are sent there, and the answer decides about accounts, so an address that leads to
/// the machine's own network services, such as the credentials of a cloud, is refused.
package struct PanelAddress: Sendable, Equatable {
    /// Without a slash at the end.
    package let text: String

    /// Why a text is no address for a panel.
    package enum Refusal: Error, Equatable {
        case malformed, insecure, internalAddress
    }

    /// Reads an address such as `https://panel.example.com:9000`.
    package init(_ text: String, allowsInsecure: Bool) throws(Refusal) {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        let (scheme, rest) = try PanelAddress.split(text)
        guard scheme == "https" || allowsInsecure else { throw .insecure }
        let (host, port) = try PanelAddress.hostAndPort(rest)
        guard !PanelAddress.isInternal(host) else { throw .internalAddress }
        self.text = "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "")
    }

    private static func split(_ text: String) throws(Refusal) -> (String, Substring) {
        for scheme in ["https", "http"] {
            let start = scheme + "://"
            guard text.prefix(start.count).lowercased() == start else { continue }
            return (scheme, text.dropFirst(start.count))
        }
        throw .malformed
    }

    /// A name or an IPv4 address with a port if there is one; nothing else may stand in it.
    private static func hostAndPort(_ text: Substring) throws(Refusal) -> (String, Int?) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { throw .malformed }
        let host = parts[0].lowercased()
        guard isName(host) || number(host) != nil else { throw .malformed }
        guard parts.count == 2 else { return (host, nil) }
        guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(parts[1]),
            (1...65_535).contains(port)
        else { throw .malformed }
        return (host, port)
    }

    /// Whether a text is a host's name. A last label that begins with a digit is none: resolvers
    /// read `2852039166` and `0xa9fea9fe` as addresses.
    private static func isName(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: 46, omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last, let first = last.first,
            !(48...57).contains(first)
        else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != 45 && label.last != 45
                && label.allSatisfy {
                    (97...122).contains($0) || (48...57).contains($0) || $0 == 45
                }
        }
    }

    /// An IPv4 address of four decimal numbers without leading noughts.
    private static func number(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard let byte = UInt8(part), String(byte) == part else { return nil }
            number = number << 8 | UInt32(byte)
        }
        return number
    }

    private static func isInternal(_ host: String) -> Bool {
        guard let address = number(host) else {
            return host == "metadata" || host.hasPrefix("metadata.")
        }
        let network = address >> 16
        let isLinkLocal = network == 0xA9FE
        let isNothing = address >> 24 == 0
        let isGroup = address >> 28 >= 0xE
        // The metadata services that are not link-local: Alibaba's and Oracle's.
        let isMetadata = address == 0x6464_64C8 || address == 0xC000_00C0
        return isLinkLocal || isNothing || isGroup || isMetadata
    }
}
