import COpenSSL

/// Authenticated encryption with AES-256 in Galois/counter mode (NIST SP 800-38D).
enum AESGCM {
    static let keyCount = 32
    static let nonceCount = 12
    static let tagCount = 16

    /// The ciphertext followed by its tag.
    static func seal(
        _ plain: [UInt8],
        key: [UInt8],
        nonce: [UInt8],
        bound: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        let context = try CipherContext()
        try context.start(key: key, nonce: nonce, encrypting: true)
        try context.bind(bound)
        let ciphertext = try context.update(plain)
        guard context.finish() else { throw .failed("sealing") }
        return ciphertext + (try context.tag())
    }

    /// The plain bytes; refused when anything was altered.
    static func open(
        _ sealed: [UInt8],
        key: [UInt8],
        nonce: [UInt8],
        bound: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= tagCount else { throw .notAuthentic }
        let context = try CipherContext()
        try context.start(key: key, nonce: nonce, encrypting: false)
        try context.bind(bound)
        let plain = try context.update(Array(sealed.dropLast(tagCount)))
        try context.expect(tag: Array(sealed.suffix(tagCount)))
        guard context.finish() else { throw .notAuthentic }
        return plain
    }
}

/// One use of the cipher; owns the `EVP_CIPHER_CTX`.
@safe private struct CipherContext: ~Copyable {
    private let pointer: OpaquePointer

    init() throws(CryptographyError) {
        guard let pointer = unsafe EVP_CIPHER_CTX_new() else { throw .failed("a cipher context") }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_CIPHER_CTX_free(pointer) }

    func start(key: [UInt8], nonce: [UInt8], encrypting: Bool) throws(CryptographyError) {
        guard key.count == AESGCM.keyCount, nonce.count == AESGCM.nonceCount else { throw .badKey }
        let began = unsafe EVP_CipherInit_ex(
            pointer,
            EVP_aes_256_gcm(),
            nil,
            key,
            nonce,
            encrypting ? 1 : 0
        )
        guard began == 1 else { throw .failed("starting the cipher") }
    }

    /// Bytes that are not encrypted but must be the same when the text is opened.
    func bind(_ bytes: [UInt8]) throws(CryptographyError) {
        guard !bytes.isEmpty else { return }
        var count: Int32 = 0
        let result = unsafe EVP_CipherUpdate(pointer, nil, &count, bytes, Int32(bytes.count))
        guard result == 1 else { throw .failed("binding the context") }
    }

    func update(_ bytes: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var output = [UInt8](repeating: 0, count: bytes.count)
        var count: Int32 = 0
        let result = unsafe EVP_CipherUpdate(
            pointer,
            &output,
            &count,
            bytes,
            Int32(bytes.count)
        )
        guard result == 1, Int(count) == bytes.count else { throw .failed("the cipher") }
        return output
    }

    /// Ends the text; false when it is opened and its tag does not belong to it.
    func finish() -> Bool {
        var rest = [UInt8](repeating: 0, count: 16)
        var count: Int32 = 0
        return unsafe EVP_CipherFinal_ex(pointer, &rest, &count) == 1
    }

    func tag() throws(CryptographyError) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: AESGCM.tagCount)
        let result = unsafe EVP_CIPHER_CTX_ctrl(
            pointer,
            EVP_CTRL_AEAD_GET_TAG,
            Int32(tag.count),
            &tag
        )
        guard result == 1 else { throw .failed("reading the tag") }
        return tag
    }

    func expect(tag: [UInt8]) throws(CryptographyError) {
        var tag = tag
        let result = unsafe EVP_CIPHER_CTX_ctrl(
            pointer,
            EVP_CTRL_AEAD_SET_TAG,
            Int32(tag.count),
            &tag
        )
        guard result == 1 else { throw .failed("setting the tag") }
    }
}
