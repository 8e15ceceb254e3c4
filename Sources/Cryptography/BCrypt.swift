import CCrypt
import Foundation
import Support

/// The password hash `$2b$` of libxcrypt, on the thread that calls it.
enum BCrypt {
    /// What bcrypt looks at; it ignores further bytes, and ends at a NUL.
    private static let mostBytes = 72

    /// A new hash with a random salt.
    static func hash(_ password: String, cost: Int) throws(CryptographyError) -> String {
        guard let hash = crypt(password, setting: try newSetting(cost: cost)) else {
            throw .failed("hashing a password")
        }
        return hash
    }

    /// Whether a password belongs to a hash. A text that is no hash costs as much as one that is.
    static func verify(_ password: String, against hash: String?, cost: Int) -> Bool {
        guard let hash, isHash(hash) else {
            _ = crypt(password, setting: emptySetting(cost: cost))
            return false
        }
        guard let computed = crypt(password, setting: hash) else { return false }
        return constantTimeEqual(computed, hash)
    }

    /// The cost that a hash was made with; nil for a text that is none.
    static func cost(of hash: String) -> Int? {
        isHash(hash) ? Int(hash.dropFirst(4).prefix(2)) : nil
    }

    private static func newSetting(cost: Int) throws(CryptographyError) -> String {
        let salt = randomBytes(16).map(CChar.init(bitPattern:))
        var output = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        let made = unsafe crypt_gensalt_rn(
            "$2b$",
            UInt(cost),
            salt,
            Int32(salt.count),
            &output,
            Int32(output.count)
        )
        guard unsafe made != nil else { throw .failed("making a salt") }
        return text(output)
    }

    private static func emptySetting(cost: Int) -> String {
        "$2b$" + (cost < 10 ? "0\(cost)" : "\(cost)") + "$" + String(repeating: ".", count: 22)
    }

    private static func crypt(_ password: String, setting: String) -> String? {
        var work = crypt_data()
        let phrase = material(of: password).map(CChar.init(bitPattern:)) + [0]
        let size = Int32(MemoryLayout<crypt_data>.size)
        guard let result = unsafe crypt_rn(phrase, setting, &work, size) else { return nil }
        return unsafe String(validatingCString: result)
    }

    /// The bytes that are given to bcrypt: none is ignored.
    ///
    /// The text is composed first, because keyboards differ in how they type an accent. A text that
    /// is too long, or contains a NUL, is replaced by a keyed hash of it: the key is no secret, it
    /// keeps a hash that leaked elsewhere from being a password here.
    private static func material(of password: String) -> [UInt8] {
        let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
        guard bytes.count > mostBytes || bytes.contains(0) else { return bytes }
        let digest = HMACSHA256.authenticate(bytes, key: Array("long password".utf8))
        return Array(Data(digest).base64EncodedString().utf8)
    }

    private static func isHash(_ text: String) -> Bool {
        text.utf8.count == 60
            && ["$2b$", "$2a$", "$2y$"].contains { text.hasPrefix($0) }
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
