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
    func client(of request: HTTPRequest) -> String {
        guard request.headers["X-Forwarded-For"] != nil, trusts(request.remoteAddress) else {
            return request.remoteAddress
        }
        let hops = request.headers.all("X-Forwarded-For")
            .flatMap { $0.split(separator: ",") }
            .map { String($0.trimmed) }
        return hops.last { !trusts($0) && isAddress($0) } ?? request.remoteAddress
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

    private func isAddress(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 45
            && text.utf8.allSatisfy { byte in
                (48...58).contains(byte) || (97...102).contains(byte | 32) || byte == 46
            }
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
