import Cryptography
import Support
import Testing

@Suite struct KeyringTests {
    private let old = [UInt8](repeating: 1, count: 32)
    private let new = [UInt8](repeating: 2, count: 32)

    @Test func `what is sealed opens in its place`() throws {
        let ring = try Keyring(keys: ["k1": old], current: "k1")
        for text in ["", "s", "panel secret ünïcödé \u{0}", String(repeating: "x", count: 10_000)] {
            let sealed = try ring.seal(text, context: "servers.secret.1")
            #expect(sealed.hasPrefix("v1.k1."))
            #expect(try ring.openText(sealed, context: "servers.secret.1") == text)
        }
    }

    @Test func `the same text seals differently each time`() throws {
        let ring = try Keyring(keys: ["k1": old], current: "k1")
        #expect(try ring.seal("a", context: "c") != ring.seal("a", context: "c"))
    }

    @Test func `a sealed text that is moved to another place does not open`() throws {
        let ring = try Keyring(keys: ["k1": old], current: "k1")
        let sealed = try ring.seal("secret", context: "servers.secret.1")
        for context in ["servers.secret.2", "servers.secret.", "", "servers.secret.1 "] {
            #expect(throws: CryptographyError.notAuthentic) {
                try ring.open(sealed, context: context)
            }
        }
    }

    @Test func `a changed byte anywhere does not open`() throws {
        let ring = try Keyring(keys: ["k1": old], current: "k1")
        let parts = try ring.seal("secret", context: "c").split(separator: ".").map(String.init)
        let body = try #require(Base64URL.decode(parts[2]))
        for index in body.indices {
            var changed = body
            changed[index] ^= 1
            #expect(throws: CryptographyError.notAuthentic) {
                try ring.open("v1.k1." + Base64URL.encode(changed), context: "c")
            }
        }
        for count in 0..<body.count {
            #expect(throws: CryptographyError.notAuthentic) {
                try ring.open("v1.k1." + Base64URL.encode(Array(body.prefix(count))), context: "c")
            }
        }
    }

    @Test func `a text under the id of another key does not open`() throws {
        let ring = try Keyring(keys: ["k1": old, "k2": old, "k3": new], current: "k1")
        let sealed = try ring.seal("secret", context: "c")
        let body = sealed.dropFirst("v1.k1.".count)
        // The key of k2 is the same, but the id is bound too.
        for id in ["k2", "k3", "k4", "", "K1"] {
            #expect(throws: CryptographyError.notAuthentic) {
                try ring.open("v1.\(id).\(body)", context: "c")
            }
        }
    }

    @Test(arguments: [
        "", "v1", "v1.k1", "v1.k1.", "v2.k1.AAAA", "v1.k1.AAAA.AAAA", "v1.k1.A=", "…",
    ])
    func `what was never sealed does not open`(text: String) throws {
        let ring = try Keyring(keys: ["k1": old], current: "k1")
        #expect(throws: CryptographyError.notAuthentic) { try ring.open(text, context: "c") }
    }

    @Test func `base 64 that is not canonical does not open`() throws {
        let ring = try Keyring(keys: ["k1": old], current: "k1")
        let sealed = try ring.seal("se", context: "c")
        for text in [
            sealed + "=", sealed + "\n", sealed + "A", sealed.replacing("v1.", with: "v1. "),
        ] {
            #expect(throws: CryptographyError.notAuthentic) { try ring.open(text, context: "c") }
        }
    }

    @Test func `keys rotate: the old one opens, the new one seals`() throws {
        let before = try Keyring(keys: ["k1": old], current: "k1")
        let after = try Keyring(keys: ["k1": old, "k2": new], current: "k2")
        let sealed = try before.seal("secret", context: "c")
        #expect(try after.openText(sealed, context: "c") == "secret")
        #expect(after.isStale(sealed))
        let resealed = try after.seal("secret", context: "c")
        #expect(!after.isStale(resealed))
        #expect(throws: CryptographyError.notAuthentic) { try before.open(resealed, context: "c") }
    }

    @Test func `rings with unusable keys are refused`() {
        let short = [UInt8](repeating: 1, count: 31)
        let rings: [([String: [UInt8]], String)] = [
            ([:], "k1"), (["k1": old], "k2"), (["k1": short], "k1"), (["k.1": old], "k.1"),
            (["": old], ""), (["K": old], "K"), (["k1": old, "k2": short], "k1"),
        ]
        for (keys, current) in rings {
            #expect(throws: CryptographyError.badKey) {
                try Keyring(keys: keys, current: current)
            }
        }
    }

    @Test func `keys made from one secret are the same everywhere, with an id of its own`() throws {
        let one = try Keyring(secrets: ["a long secret"], legacyID: "k1")
        let sealed = try one.seal("x", context: "c")
        let again = try Keyring(secrets: ["a long secret"], legacyID: "k1")
        #expect(try again.openText(sealed, context: "c") == "x")
        #expect(!again.isStale(sealed))
        let other = try Keyring(secrets: ["another secret"], legacyID: "k1")
        #expect(other.isStale(sealed))
        #expect(throws: CryptographyError.notAuthentic) { try other.open(sealed, context: "c") }
    }

    @Test func `a new secret seals and those before it still open`() throws {
        let sealed = try Keyring(secrets: ["older"], legacyID: "k1").seal("x", context: "c")
        let ring = try Keyring(secrets: ["new", "old", "older"], legacyID: "k1")
        #expect(try ring.openText(sealed, context: "c") == "x")
        #expect(ring.isStale(sealed))
        let fresh = try ring.seal("y", context: "c")
        #expect(!ring.isStale(fresh))
        #expect(
            try Keyring(secrets: ["new"], legacyID: "k1").openText(fresh, context: "c") == "y"
        )
    }

    @Test(arguments: [["old"], ["new", "old"], ["newest", "new", "old"]])
    func `what was sealed before keys had ids of their own still opens`(
        secrets: [String]
    ) throws {
        // The one key of a system before: its id is the same whatever the secret.
        let key = KeyDerivation.key(from: "old", purpose: "keyring k1")
        let sealed = try Keyring(keys: ["k1": key], current: "k1").seal("x", context: "c")
        let ring = try Keyring(secrets: secrets, legacyID: "k1")
        #expect(try ring.openText(sealed, context: "c") == "x")
        let stranger = try Keyring(secrets: ["new"], legacyID: "k1")
        #expect(throws: CryptographyError.notAuthentic) { try stranger.open(sealed, context: "c") }
    }

    @Test func `a ring without a secret is refused`() {
        #expect(throws: CryptographyError.badKey) { try Keyring(secrets: [], legacyID: "k1") }
    }

    @Test func `bytes that are no text are not returned as text`() throws {
        let ring = try Keyring(keys: ["k1": old], current: "k1")
        let sealed = try ring.seal([0xff, 0xfe], context: "c")
        #expect(throws: CryptographyError.notAuthentic) { try ring.openText(sealed, context: "c") }
        #expect(try ring.open(sealed, context: "c") == [0xff, 0xfe])
    }

    @Test func `keys are not printed`() throws {
        let bytes = (200..<232).map { UInt8($0) }
        var dumped = ""
        dump(try Keyring(keys: ["k1": bytes], current: "k1"), to: &dumped)
        dump(try JWT(key: bytes, issuer: "billing"), to: &dumped)
        #expect(!dumped.contains("231"))
    }
}
