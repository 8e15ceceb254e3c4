import Cryptography
import Foundation
import HTTPServer
import Support
import Web

/// `X-Signature: t=<unix>,v1=<hex>`: a panel's proof for one request, good once and for a while.
///
/// `v1` is HMAC-SHA256 under the panel's secret of the time, the method, the path and query as they
/// were sent, and the SHA-256 of the body, a line each.
struct PanelSignature: Sendable, Equatable {
    /// How far its time may be from ours.
    static let toleranceSeconds = 300.0

    private let time: String
    let code: [UInt8]

    /// Reads the header; nil unless it has one time and one code.
    init?(_ header: String) {
        let parts = header.split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }),
            parts[0][0] == "t", parts[1][0].drop(while: { $0 == " " }) == "v1",
            (1...12).contains(parts[0][1].utf8.count),
            parts[0][1].utf8.allSatisfy({ (48...57).contains($0) }),
            let code = Hex.decode(parts[1][1].lowercased()), code.count == 32
        else { return nil }
        time = String(parts[0][1])
        self.code = code
    }

    /// Whether the holder of a secret made it for exactly this request.
    func isMade(with secret: [UInt8], for request: Request) -> Bool {
        let text = PanelSignature.signedText(
            time: time,
            method: request.http.method,
            pathAndQuery: request.pathAndQuery,
            body: request.http.body
        )
        return HMACSHA256.isAuthentic(code, for: Array(text.utf8), key: secret)
    }

    /// Whether its time is near enough to ours.
    ///
    /// A panel of the sandbox may go by the clock that is moved or by its machine's.
    func isTimely(_ clock: BusinessClock) -> Bool {
        guard let seconds = Double(time) else { return false }
        return [clock.now, clock.machineNow].contains { moment in
            abs(moment.timeIntervalSince1970 - seconds) <= PanelSignature.toleranceSeconds
        }
    }

    /// What is signed.
    static func signedText(
        time: String,
        method: String,
        pathAndQuery: String,
        body: [UInt8]
    ) -> String {
        "\(time)\n\(method)\n\(pathAndQuery)\n\(Hex.encode(SHA256.hash(body)))"
    }
}
