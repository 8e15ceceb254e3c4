import COpenSSL

/// The hash function SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The 32 bytes of the hash of some bytes. The corresponding C function is `SHA256`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let result = unsafe COpenSSL.SHA256(bytes, bytes.count, &digest)
        unsafe precondition(result != nil, "libcrypto has no SHA-256")
        return digest
    }

    /// The 32 bytes of the hash of a text in UTF-8.
    package static func hash(_ text: String) -> [UInt8] { hash(Array(text.utf8)) }
}
