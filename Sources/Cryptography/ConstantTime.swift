import COpenSSL

/// Whether two byte strings are equal, in a time that depends on their length only.
///
/// The corresponding C function is `CRYPTO_memcmp`.
package func constantTimeEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    return unsafe CRYPTO_memcmp(one, other, one.count) == 0
}

/// Whether two texts are equal byte for byte, in a time that depends on their length only.
package func constantTimeEqual(_ one: String, _ other: String) -> Bool {
    constantTimeEqual(Array(one.utf8), Array(other.utf8))
}
