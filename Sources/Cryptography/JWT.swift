package import Foundation
import Support

/// Signed access tokens (RFC 7519) with the one algorithm HS256.
///
/// The header is a constant and is compared byte by byte, so there is no algorithm to confuse; the
/// signature is checked before anything of the payload is read.
package struct JWT: Sendable {
    /// Why a token is not accepted.
    package enum Refusal: Error, Sendable, Equatable {
        /// Not a token of ours, or altered.
        case notAuthentic
        /// Ours, but for another issuer or audience.
        case notForUs
        /// Used before its time.
        case notYetValid
        /// Used after its time.
        case expired
    }

    private static let header = Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    private let key: Secret<[UInt8]>
    private let issuer: String

    /// Tokens signed with a key of at least 32 bytes.
    ///
    /// - Throws: ``CryptographyError/badKey`` for a shorter one.
    package init(key: [UInt8], issuer: String) throws(CryptographyError) {
        guard key.count >= 32 else { throw .badKey }
        self.key = Secret(key)
        self.issuer = issuer
    }

    /// The signed token of some claims.
    package func sign(_ claims: Claims) throws -> String {
        let payload = try Payload(claims, issuer: issuer).encoded()
        let signed = JWT.header + "." + Base64URL.encode(payload)
        return signed + "." + signature(of: signed)
    }

    /// The claims of a token that is ours, is meant for this audience and is valid now.
    ///
    /// - Throws: ``Refusal`` with the first reason against it.
    package func verify(
        _ token: String,
        audience: String,
        now: Date
    ) throws(Refusal) -> Claims {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == JWT.header,
            constantTimeEqual(parts[2], signature(of: parts[0] + "." + parts[1])),
            let bytes = Base64URL.decode(parts[1]), let payload = Payload(decoding: bytes)
        else { throw .notAuthentic }
        let claims = payload.claims
        guard payload.issuer == issuer, claims.audience == audience else { throw .notForUs }
        if let notBefore = claims.notBefore, now < notBefore { throw .notYetValid }
        guard now < claims.expiresAt else { throw .expired }
        return claims
    }

    private func signature(of signed: String) -> String {
        Base64URL.encode(HMACSHA256.authenticate(Array(signed.utf8), key: key.exposed))
    }
}
