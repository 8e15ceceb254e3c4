import Cryptography
package import struct Foundation.Date
package import Support

/// The proof that a webhook's body comes from Stripe.
package enum StripeWebhookSignature {
    /// Why a body was not believed. The sender is told none of this.
    package enum Refusal: Error, Sendable, Equatable {
        /// No secret is configured, or only blank ones.
        case noSecret
        /// The header has no time or no signature of a scheme we know.
        case malformed
        /// No signature was made with one of the secrets over these bytes.
        case mismatch
        /// It was signed longer ago than is tolerated, so that it may be a replay.
        case tooOld
    }

    /// Checks the header `Stripe-Signature` against the body, byte for byte as it was received.
    ///
    /// Several secrets are accepted while one replaces another. A time in the future is accepted,
    /// as Stripe's own libraries do: the sender's clock may be ahead of ours, and a repeated event
    /// is known by its id anyway.
    package static func verify(
        body: [UInt8],
        header: String,
        secrets: [Secret<String>],
        now: Date,
        tolerance toleranceSeconds: Double = 300
    ) throws(Refusal) {
        let keys = secrets.map(\.exposed).filter { !$0.allSatisfy(\.isWhitespace) }
        guard !keys.isEmpty else { throw .noSecret }
        guard let (time, signatures) = parts(of: header) else { throw .malformed }

        let signed = Array("\(time).".utf8) + body
        var isAuthentic = false
        for key in keys {
            let expected = Hex.encode(HMACSHA256.authenticate(signed, key: Array(key.utf8)))
            for signature in signatures where constantTimeEqual(signature, expected) {
                isAuthentic = true
            }
        }
        guard isAuthentic else { throw .mismatch }
        guard Double(time) >= now.timeIntervalSince1970 - toleranceSeconds else { throw .tooOld }
    }

    /// The first time and every `v1` signature of a header such as `t=1795163129,v1=2a8c…`.
    private static func parts(of header: String) -> (time: Int64, signatures: [String])? {
        // By bytes: a joiner after a comma would hide it from a split by characters.
        let pairs = header.utf8.split(separator: 44).map { part in
            part.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
                .map { String(Substring($0)) }
        }
        func values(_ name: String) -> [String] {
            pairs.filter { $0.count == 2 && $0[0] == name }.map { $0[1] }
        }
        let signatures = values("v1")
        guard let time = values("t").first.flatMap({ Int64($0) }), !signatures.isEmpty else {
            return nil
        }
        return (time, signatures)
    }
}
