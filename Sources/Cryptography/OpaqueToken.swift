import Support

/// Random tokens for sessions, resets and API keys; only their hash is stored.
package struct OpaqueToken {
    /// A new token: 32 random bytes as base64url, 43 characters.
    package static func make() -> String { Base64URL.encode(randomBytes(32)) }

    /// What is stored of a token. A plain hash suffices, because a token cannot be guessed.
    package static func hash(_ token: String) -> [UInt8] { SHA256.hash(token) }
}
