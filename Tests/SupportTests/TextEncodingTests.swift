import Support
import Testing

@Suite struct TextEncodingTests {
    /// All lengths to 40 with bytes that repeat only after 251.
    static let samples = (0...40).map { count in
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 * 83 + count * 17) % 251) }
    }

    @Test(arguments: samples)
    func `bytes survive every encoding`(bytes: [UInt8]) {
        #expect(Base32.decode(Base32.encode(bytes)) == bytes)
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }

    @Test func `the texts are the expected ones`() {
        #expect(Base32.encode([0xff, 0x00]) == "zw00")
        #expect(Base32.encode([0xff]) == "zw")
        #expect(Base32.encode(.init(repeating: 0xff, count: 16)).count == 26)
        #expect(Hex.encode([0x00, 0xab, 0xff]) == "00abff")
        #expect(Base64URL.encode([0xfb, 0xff, 0xfe]) == "-__-")
        #expect(Base64URL.encode(Array("f".utf8)) == "Zg")
    }

    @Test(arguments: [
        "z", "zz", "ZW", "il", "o0", "u0", "zw0", "zw0000", "zx", "z w", "zw=", "é0", "0",
    ])
    func `base 32 that is not canonical is refused`(text: String) {
        #expect(Base32.decode(text) == nil)
    }

    @Test(arguments: ["a", "AB", "0g", "0x00", " 00", "00 ", "００", "-1"])
    func `hexadecimal of another form is refused`(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test(arguments: [
        "A", "Zg==", "Zh", "Zg=", "+/8", "Z g", "Zg\n", "Zg\r\n", "Zé", "Zm9vY", "Zg\u{0}",
    ])
    func `base 64 that is not canonical is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func `random bytes have their length and differ`() {
        for count in 0...33 { #expect(randomBytes(count).count == count) }
        #expect(randomBytes(32) != randomBytes(32))
        #expect(Set(randomBytes(4_096)).count > 200)
        #expect((0..<1_000).allSatisfy { _ in (0..<1).contains(randomFraction()) })
    }
}
