import Support
import Testing

@testable import Cryptography

/// The AES-256 cases of the specification of GCM that was submitted to NIST.
@Suite struct AESGCMTests {
    struct Case: Sendable {
        let key: String
        let nonce: String
        let plain: String
        let bound: String
        let sealed: String
    }

    static let cases = [
        Case(
            key: String(repeating: "00", count: 32),
            nonce: String(repeating: "00", count: 12),
            plain: "",
            bound: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        Case(
            key: String(repeating: "00", count: 32),
            nonce: String(repeating: "00", count: 12),
            plain: String(repeating: "00", count: 16),
            bound: "",
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        ),
        Case(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            plain: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            bound: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ]

    @Test(arguments: cases)
    func `texts seal to the published bytes and open again`(example: Case) throws {
        let key = try #require(Hex.decode(example.key))
        let nonce = try #require(Hex.decode(example.nonce))
        let plain = try #require(Hex.decode(example.plain))
        let bound = try #require(Hex.decode(example.bound))
        let sealed = try AESGCM.seal(plain, key: key, nonce: nonce, bound: bound)
        #expect(Hex.encode(sealed) == example.sealed)
        #expect(try AESGCM.open(sealed, key: key, nonce: nonce, bound: bound) == plain)
    }

    @Test func `keys and nonces of another length are refused`() {
        #expect(throws: CryptographyError.badKey) {
            try AESGCM.seal(
                [],
                key: .init(repeating: 0, count: 16),
                nonce: .init(repeating: 0, count: 12),
                bound: []
            )
        }
        #expect(throws: CryptographyError.badKey) {
            try AESGCM.seal([], key: .init(repeating: 0, count: 32), nonce: [], bound: [])
        }
    }
}
