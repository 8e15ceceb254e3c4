import HTTPServer
import Wire

/// The proxies whose word about the client is taken.
package struct TrustedProxies: Sendable {
    private let exact: Set<String>
    private let networks: [(address: UInt32, mask: UInt32)]

    /// Nobody: the peer of the socket is the client.
    package static let none = TrustedProxies([])

    /// Addresses such as `127.0.0.1` and `::1`, and IPv4 networks such as `10.0.0.0/8`.
    package init(_ addresses: [String]) {
        exact = Set(addresses)
        networks = addresses.compactMap { text in
            let parts = text.split(separator: "/")
            guard parts.count == 2, let address = TrustedProxies.number(parts[0]),
                let bits = UInt32(parts[1]), bits <= 32
            else { return nil }
            let mask: UInt32 = bits == 0 ? 0 : ~0 << (32 - bits)
            return (address & mask, mask)
        }
    }

    /// The last address of `X-Forwarded-For` that no proxy of ours wrote about itself.
    ///
    /// What stands before it is the client's own text, so one that cannot be read is not passed
    /// over: the peer is taken then.
    func client(of request: HTTPRequest) -> String {
        guard request.headers["X-Forwarded-For"] != nil, trusts(request.remoteAddress) else {
            return request.remoteAddress
        }
        let client = request.headers.all("X-Forwarded-For")
            .flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
            .map { TrustedProxies.withoutPort($0.trimmed) }
            .last { !trusts($0) }
        return client.flatMap { IPAddress($0) == nil ? nil : $0 } ?? request.remoteAddress
    }

    func isHTTPS(_ request: HTTPRequest) -> Bool {
        request.headers["X-Forwarded-Proto"] == "https" && trusts(request.remoteAddress)
    }

    /// Whether an address is one of the proxies'.
    package func trusts(_ address: String) -> Bool {
        if exact.contains(address) { return true }
        guard let number = TrustedProxies.number(address) else { return false }
        return networks.contains { number & $0.mask == $0.address }
    }

    /// The address of `[2001:db8::9]:1`, `[2001:db8::9]` or `203.0.113.9:40001`.
    private static func withoutPort(_ text: some StringProtocol) -> String {
        if text.first == "[", let end = text.firstIndex(of: "]") {
            return String(text[..<end].dropFirst())
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return String(parts.count == 2 ? parts[0] : text[...])
    }

    private static func number(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard let byte = UInt8(part) else { return nil }
            number = number << 8 | UInt32(byte)
        }
        return number
    }
}
