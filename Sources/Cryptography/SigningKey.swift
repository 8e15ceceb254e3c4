import COpenSSL
import Support

/// A private key whose signatures anybody verifies who has the public one: RSA with SHA-256
/// (RFC 8017, PKCS #1 v1.5) or Ed25519 (RFC 8032). Both sign the same message the same way twice.
package struct SigningKey: Sendable {
    package enum Kind: Sendable, Equatable {
        case rsa(bits: Int)
        case ed25519
    }

    package let kind: Kind
    private let pem: Secret<[UInt8]>

    /// Reads a key in PEM that no password protects.
    ///
    /// - Throws: ``CryptographyError/badKey`` for anything else.
    package init(pem: String) throws(CryptographyError) {
        let bytes = Array(pem.utf8)
        let key = try KeyHandle(pem: bytes)
        switch unsafe EVP_PKEY_get_base_id(key.pointer) {
        case EVP_PKEY_RSA: kind = .rsa(bits: Int(unsafe EVP_PKEY_get_bits(key.pointer)))
        case EVP_PKEY_ED25519: kind = .ed25519
        default: throw .badKey
        }
        self.pem = Secret(bytes)
    }

    /// The signature of a message.
    package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let key = try KeyHandle(pem: pem.exposed)
        let context = try DigestContext()
        let digest = unsafe kind == .ed25519 ? nil : EVP_sha256()
        var count = 0
        guard unsafe EVP_DigestSignInit(context.pointer, nil, digest, nil, key.pointer) == 1,
            unsafe EVP_DigestSign(context.pointer, nil, &count, message, message.count) == 1
        else { throw .failed("signing") }
        var signature = [UInt8](repeating: 0, count: count)
        guard
            unsafe EVP_DigestSign(context.pointer, &signature, &count, message, message.count) == 1
        else { throw .failed("signing") }
        return Array(signature.prefix(count))
    }
}
