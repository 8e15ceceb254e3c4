import COpenSSL
package import Foundation
import Support

/// Six-digit codes that an authenticator app shows for thirty seconds (RFC 6238, with SHA-1, which
/// is what the apps implement).
package enum TOTP {
    private static let stepSeconds = 30.0

    /// A new secret of 20 bytes.
    package static func makeSecret() -> [UInt8] { randomBytes(20) }

    /// The code of a secret at a moment.
    package static func code(secret: [UInt8], at moment: Date) -> String {
        code(secret: secret, step: step(at: moment))
    }

    /// The step whose code was typed: this one or a neighbour, for clocks that differ.
    ///
    /// The caller stores the step with the account, and passes it next time, so that a code that
    /// somebody looked at cannot be used again.
    ///
    /// - Returns: nil when the code is wrong, or not newer than the last one used.
    package static func acceptedStep(
        of code: String,
        secret: [UInt8],
        now: Date,
        after lastStep: Int64?
    ) -> Int64? {
        let current = step(at: now)
        let newest = [current, current - 1, current + 1].first {
            constantTimeEqual(code, TOTP.code(secret: secret, step: $0))
        }
        guard let newest, newest > lastStep ?? Int64.min else { return nil }
        return newest
    }

    /// A secret as people type it into an app: base 32 of RFC 4648 without padding.
    package static func text(of secret: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: secret.count * 8, by: 5) {
            let index = start / 8
            let pair = UInt16(secret[index]) << 8 | UInt16(secret.dropFirst(index + 1).first ?? 0)
            text.append(alphabet[Int((pair << UInt16(start % 8)) >> 11)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What the QR code for an app contains.
    package static func address(secret: [UInt8], issuer: String, account: String) -> String {
        let kept = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        )
        func encoded(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: kept) ?? ""
        }
        return "otpauth://totp/\(encoded(issuer)):\(encoded(account))"
            + "?secret=\(text(of: secret))&issuer=\(encoded(issuer))"
    }

    private static func step(at moment: Date) -> Int64 {
        Int64((moment.timeIntervalSince1970 / stepSeconds).rounded(.down))
    }

    /// The corresponding C function is `HMAC` with `EVP_sha1`.
    private static func code(secret: [UInt8], step: Int64) -> String {
        let message = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * Int64($0))) }
        var digest = [UInt8](repeating: 0, count: 20)
        let result = unsafe HMAC(
            EVP_sha1(),
            secret,
            Int32(secret.count),
            message,
            message.count,
            &digest,
            nil
        )
        unsafe precondition(result != nil, "libcrypto has no HMAC with SHA-1")
        let offset = Int(digest[19] & 15)
        let number = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let code = String((number & 0x7FFF_FFFF) % 1_000_000)
        return String(repeating: "0", count: 6 - code.count) + code
    }
}
