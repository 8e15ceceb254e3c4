import Support

/// The keys that seal secrets at rest (AES-256-GCM), each with an id, one of them in use.
///
/// A sealed text names its key, so that keys rotate without downtime: the new key seals, the old
/// ones still open. The context (table, column and row) is bound to the text, so that a text which
/// is copied to another row does not open there.
package struct Keyring: Sendable {
    private static let version = "v1"

    /// By id; of an id that was given to several keys, all of them.
    private let keys: [String: [Secret<[UInt8]>]]
    private let current: String

    /// A ring of 32-byte keys by id.
    ///
    /// - Throws: ``CryptographyError/badKey`` when a key has another length, an id is not 1 to 32
    ///   lower-case letters, digits, `-` or `_`, or the current one is missing.
    package init(keys: [String: [UInt8]], current: String) throws(CryptographyError) {
        guard keys[current] != nil,
            keys.allSatisfy({ $0.value.count == AESGCM.keyCount && Keyring.isKeyID($0.key) })
        else { throw .badKey }
        self.keys = keys.mapValues { [Secret($0)] }
        self.current = current
    }

    /// A ring of keys made from secret texts, newest first: the first one seals, all of them open.
    ///
    /// A key's id is derived from its text, so that a new text brings a new id. What was sealed
    /// under `legacyID`, which every text has had, is tried with each.
    package init(secrets: [String], legacyID: String) throws(CryptographyError) {
        guard let newest = secrets.first, Keyring.isKeyID(legacyID) else { throw .badKey }
        current = Keyring.keyID(of: newest)
        var keys: [String: [Secret<[UInt8]>]] = [:]
        for secret in secrets {
            for id in [Keyring.keyID(of: secret), legacyID] {
                keys[id, default: []].append(Secret(Keyring.key(id, from: secret)))
            }
        }
        self.keys = keys
    }

    private static func keyID(of secret: String) -> String {
        let digest = KeyDerivation.key(from: secret, purpose: "keyring id")
        return "s" + Hex.encode(Array(digest.prefix(6)))
    }

    private static func key(_ id: String, from secret: String) -> [UInt8] {
        KeyDerivation.key(from: secret, purpose: "keyring \(id)")
    }

    /// Seals bytes for one place: `v1.<key id>.<base64url of nonce, ciphertext and tag>`.
    package func seal(_ plain: [UInt8], context: String) throws(CryptographyError) -> String {
        guard let key = keys[current]?.first?.exposed else { throw .badKey }
        let nonce = randomBytes(AESGCM.nonceCount)
        let sealed = try AESGCM.seal(
            plain,
            key: key,
            nonce: nonce,
            bound: Keyring.bound(keyID: current, context: context)
        )
        return "\(Keyring.version).\(current).\(Base64URL.encode(nonce + sealed))"
    }

    /// Opens what ``seal(_:context:)-([UInt8],_)`` made for the same place.
    ///
    /// - Throws: ``CryptographyError/notAuthentic`` for anything else.
    package func open(_ sealed: String, context: String) throws(CryptographyError) -> [UInt8] {
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == Keyring.version, let keys = keys[parts[1]],
            let body = Base64URL.decode(parts[2]), body.count >= AESGCM.nonceCount
        else { throw .notAuthentic }
        let bound = Keyring.bound(keyID: parts[1], context: context)
        for key in keys {
            let plain = try? AESGCM.open(
                Array(body.dropFirst(AESGCM.nonceCount)),
                key: key.exposed,
                nonce: Array(body.prefix(AESGCM.nonceCount)),
                bound: bound
            )
            if let plain { return plain }
        }
        throw .notAuthentic
    }

    /// Seals a text in UTF-8.
    package func seal(_ text: String, context: String) throws(CryptographyError) -> String {
        try seal(Array(text.utf8), context: context)
    }

    /// Opens a sealed text.
    ///
    /// - Throws: ``CryptographyError/notAuthentic`` also when the bytes are no UTF-8.
    package func openText(_ sealed: String, context: String) throws(CryptographyError) -> String {
        guard let text = String(validating: try open(sealed, context: context), as: UTF8.self)
        else { throw .notAuthentic }
        return text
    }

    /// Whether a text was sealed by another key than the one in use, so that it should be resealed.
    package func isStale(_ sealed: String) -> Bool { !sealed.hasPrefix(mark) }

    /// What every text begins with that the key in use has sealed.
    package var mark: String { "\(Keyring.version).\(current)." }

    private static func bound(keyID: String, context: String) -> [UInt8] {
        Array("\(version).\(keyID).\(context)".utf8)
    }

    private static func isKeyID(_ id: String) -> Bool {
        (1...32).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 95
            }
    }
}
