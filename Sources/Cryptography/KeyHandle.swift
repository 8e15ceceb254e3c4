import COpenSSL

/// Owns an `EVP_PKEY`.
@safe struct KeyHandle: ~Copyable {
    let pointer: OpaquePointer

    /// The private key of Ed25519 with these 32 bytes.
    init(privateBytes: [UInt8]) throws(CryptographyError) {
        guard privateBytes.count == 32,
            let pointer = unsafe EVP_PKEY_new_raw_private_key(
                EVP_PKEY_ED25519,
                nil,
                privateBytes,
                privateBytes.count
            )
        else { throw .badKey }
        unsafe self.pointer = pointer
    }

    /// The public key of Ed25519 with these 32 bytes.
    init(publicBytes: [UInt8]) throws(CryptographyError) {
        guard publicBytes.count == 32,
            let pointer = unsafe EVP_PKEY_new_raw_public_key(
                EVP_PKEY_ED25519,
                nil,
                publicBytes,
                publicBytes.count
            )
        else { throw .badKey }
        unsafe self.pointer = pointer
    }

    /// A private key in PEM that no password protects.
    init(pem: [UInt8]) throws(CryptographyError) {
        guard let count = Int32(exactly: pem.count),
            let source = unsafe BIO_new_mem_buf(pem, count)
        else { throw .badKey }
        // Without a function of ours, OpenSSL would ask for a password at the terminal.
        let pointer = unsafe PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in 0 }, nil)
        unsafe BIO_free(source)
        guard let pointer = unsafe pointer else {
            // What went wrong would be found by whoever asks the library next in this thread.
            ERR_clear_error()
            throw .badKey
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_PKEY_free(pointer) }
}

/// Owns an `EVP_MD_CTX`.
@safe struct DigestContext: ~Copyable {
    let pointer: OpaquePointer

    init() throws(CryptographyError) {
        guard let pointer = unsafe EVP_MD_CTX_new() else { throw .failed("a digest context") }
        unsafe self.pointer = pointer
    }

    deinit { unsafe EVP_MD_CTX_free(pointer) }
}
