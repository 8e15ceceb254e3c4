import Cryptography
import Support
import Testing

@Suite struct HashingTests {
    /// FIPS 180-4 examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func `SHA-256 gives the published digests`(message: String, digest: String) {
        #expect(Hex.encode(SHA256.hash(message)) == digest)
    }

    struct CodeCase: Sendable {
        let key: [UInt8]
        let message: [UInt8]
        let code: String
    }

    /// RFC 4231, test cases 1 to 4, 6 and 7.
    static let codes = [
        CodeCase(
            key: .init(repeating: 0x0b, count: 20),
            message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        CodeCase(
            key: Array("Jefe".utf8),
            message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        CodeCase(
            key: .init(repeating: 0xaa, count: 20),
            message: .init(repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        CodeCase(
            key: Array(1...25),
            message: .init(repeating: 0xcd, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        CodeCase(
            key: .init(repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        CodeCase(
            key: .init(repeating: 0xaa, count: 131),
            message: Array(
                ("This is a test using a larger than block-size key and a larger than "
                    + "block-size data. The key needs to be hashed before being used by the "
                    + "HMAC algorithm.").utf8
            ),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: codes)
    func `HMAC gives the codes of RFC 4231`(example: CodeCase) {
        let code = HMACSHA256.authenticate(example.message, key: example.key)
        #expect(Hex.encode(code) == example.code)
        #expect(HMACSHA256.isAuthentic(code, for: example.message, key: example.key))
        #expect(!HMACSHA256.isAuthentic(code, for: example.message + [0], key: example.key))
        #expect(!HMACSHA256.isAuthentic([], for: example.message, key: example.key))
    }

    @Test func `an empty key and an empty message have a code`() {
        #expect(
            Hex.encode(HMACSHA256.authenticate("", key: ""))
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        )
    }

    /// RFC 5869, test cases 1 and 3.
    @Test func `derived keys are those of RFC 5869`() throws {
        let secret = [UInt8](repeating: 0x0b, count: 22)
        let salted = KeyDerivation.derive(
            from: secret,
            purpose: Array(0xf0...0xf9),
            salt: Array(0...12),
            count: 42
        )
        #expect(
            Hex.encode(salted)
                == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                + "34007208d5b887185865"
        )
        let plain = KeyDerivation.derive(from: secret, purpose: [], count: 42)
        #expect(
            Hex.encode(plain)
                == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                + "9d201395faa4b61a96c8"
        )
    }

    @Test func `keys for two purposes differ`() {
        let one = KeyDerivation.key(from: "secret", purpose: "one")
        #expect(one.count == 32)
        #expect(one == KeyDerivation.key(from: "secret", purpose: "one"))
        #expect(one != KeyDerivation.key(from: "secret", purpose: "two"))
        #expect(one != KeyDerivation.key(from: "secre", purpose: "tone"))
    }

    @Test func `constant-time comparison compares`() {
        #expect(constantTimeEqual([], []))
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(constantTimeEqual("é", "é"))
        #expect(!constantTimeEqual("é", "e\u{301}"))
    }

    @Test func `tokens are long, differ and are safe in addresses`() {
        let tokens = Set((0..<100).map { _ in OpaqueToken.make() })
        #expect(tokens.count == 100)
        for token in tokens {
            #expect(Base64URL.decode(token)?.count == 32)
            #expect(OpaqueToken.hash(token) == SHA256.hash(token))
        }
    }
}
