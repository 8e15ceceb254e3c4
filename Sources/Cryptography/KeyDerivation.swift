/// Keys made from one secret, one for each purpose (HKDF with SHA-256, RFC 5869).
package enum KeyDerivation {
    /// Up to 8160 bytes that only the holder of the secret can make, different for each purpose.
    package static func derive(
        from secret: [UInt8],
        purpose: [UInt8],
        salt: [UInt8] = [],
        count: Int = 32
    ) -> [UInt8] {
        precondition((1...8160).contains(count), "HKDF makes 1 to 8160 bytes")
        let extracted = HMACSHA256.authenticate(
            secret,
            key: salt.isEmpty ? [UInt8](repeating: 0, count: 32) : salt
        )
        var block: [UInt8] = []
        var output: [UInt8] = []
        var index: UInt8 = 1
        while output.count < count {
            block = HMACSHA256.authenticate(block + purpose + [index], key: extracted)
            output += block
            index &+= 1
        }
        return Array(output.prefix(count))
    }

    /// A 32-byte key from a secret text for a purpose that is named in words.
    package static func key(from secret: String, purpose: String) -> [UInt8] {
        derive(from: Array(secret.utf8), purpose: Array(purpose.utf8))
    }
}
