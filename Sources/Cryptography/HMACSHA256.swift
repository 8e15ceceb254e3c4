import COpenSSL

/// Message authentication with SHA-256 (RFC 2104).
package enum HMACSHA256 {
    /// The 32 bytes that prove a message to whoever has the key. The corresponding C function is
    /// `HMAC`.
    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        let result = unsafe HMAC(
            EVP_sha256(),
            key,
            Int32(key.count),
            message,
            message.count,
            &code,
            nil
        )
        unsafe precondition(result != nil, "libcrypto has no HMAC with SHA-256")
        return code
    }

    /// The code of a text under a key that is text, both in UTF-8.
    package static func authenticate(_ message: String, key: String) -> [UInt8] {
        authenticate(Array(message.utf8), key: Array(key.utf8))
    }

    /// Whether a code belongs to a message, in a time that does not tell where they differ.
    package static func isAuthentic(_ code: [UInt8], for message: [UInt8], key: [UInt8]) -> Bool {
        constantTimeEqual(code, authenticate(message, key: key))
    }
}
