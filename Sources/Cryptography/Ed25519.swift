import COpenSSL
package import Support

/// Signatures with Ed25519 (RFC 8032) over raw keys.
package enum Ed25519 {
    /// A private key of 32 bytes with the public key that belongs to it.
    package struct KeyPair: Sendable {
        package let privateKey: Secret<[UInt8]>
        package let publicKey: [UInt8]
    }

    /// A new pair of keys.
    package static func generate() throws(CryptographyError) -> KeyPair {
        let seed = randomBytes(32)
        return KeyPair(privateKey: Secret(seed), publicKey: try publicKey(of: seed))
    }

    /// The 32 bytes of the public key of a private key.
    package static func publicKey(of privateKey: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let key = try KeyHandle(privateBytes: privateKey)
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        let result = unsafe EVP_PKEY_get_raw_public_key(key.pointer, &bytes, &count)
        guard result == 1, count == 32 else { throw .failed("reading a public key") }
        return bytes
    }

    /// The 64 bytes of the signature of a message.
    package static func sign(
        _ message: [UInt8],
        privateKey: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        let key = try KeyHandle(privateBytes: privateKey)
        let context = try DigestContext()
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        guard unsafe EVP_DigestSignInit(context.pointer, nil, nil, nil, key.pointer) == 1,
            unsafe EVP_DigestSign(context.pointer, &signature, &count, message, message.count) == 1,
            count == 64
        else { throw .failed("signing") }
        return signature
    }

    /// Whether the holder of a key signed exactly this message; false for a key that is none.
    package static func verify(
        _ signature: [UInt8],
        of message: [UInt8],
        publicKey: [UInt8]
    ) -> Bool {
        guard signature.count == 64, let key = try? KeyHandle(publicBytes: publicKey),
            let context = try? DigestContext(),
            unsafe EVP_DigestVerifyInit(context.pointer, nil, nil, nil, key.pointer) == 1
        else { return false }
        return unsafe EVP_DigestVerify(
            context.pointer,
            signature,
            signature.count,
            message,
            message.count
        ) == 1
    }
}
