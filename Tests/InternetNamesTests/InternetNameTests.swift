import InternetNames
import Testing

@Suite struct InternetNameTests {
    @Test(arguments: [
        ("example.com", "example.com"),
        ("EXAMPLE.Com", "example.com"),
        ("example.com.", "example.com"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("MÜNCHEN.DE", "xn--mnchen-3ya.de"),
        ("mu\u{308}nchen.de", "xn--mnchen-3ya.de"),
        ("straße.de", "xn--strae-oqa.de"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("例え。jp", "xn--r8jz45g.jp"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("ｅｘａｍｐｌｅ.com", "example.com"),
        ("localhost", "localhost"),
        ("1and1.com", "1and1.com"),
        ("a-b--c.com", "a-b--c.com"),
    ])
    func `a name becomes what the DNS stores`(name: String, stored: String) {
        #expect(InternetName.ascii(name) == stored)
    }

    @Test(arguments: [
        "", ".", "..", "a..b", ".example.com", "example.com..", "-a.com", "a-.com", "a b.com",
        "a_b.com", "a/b.com", "a@b.com", "exa\u{0}mple.com", "example.com\n", "ab--cd.com",
        "xn--.com", "xn--a.com", "xn--example.com", "xn--a-ecp.ru\u{0}", "☃.com/", "127.0.0.1",
        "[::1]", "::1", "example.com:80", "https://example.com", "*.example.com", "a\u{200D}b.com",
        "\u{301}a.com", "a%2eb.com", "💩.la",
    ])
    func `what is no host name is refused`(name: String) {
        #expect(InternetName.ascii(name) == nil)
    }

    @Test func `labels and names have a longest length`() {
        let label = String(repeating: "a", count: 63)
        #expect(InternetName.ascii(label + ".com") == label + ".com")
        #expect(InternetName.ascii("a" + label + ".com") == nil)
        let longest = [label, label, label, String(repeating: "a", count: 61)]
            .joined(separator: ".")
        #expect(longest.utf8.count == 253)
        #expect(InternetName.ascii(longest) == longest)
        #expect(InternetName.ascii(longest + "a") == nil)
        #expect(InternetName.ascii(String(repeating: "ä", count: 50) + ".de") != nil)
        #expect(InternetName.ascii(String(repeating: "ä", count: 60) + ".de") == nil)
        #expect(InternetName.ascii(String(repeating: "a.", count: 100_000) + "de") == nil)
    }

    @Test(arguments: [
        ("xn--mnchen-3ya.de", "münchen.de"),
        ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("example.com", "example.com"),
        ("xn--a.com", "xn--a.com"),
        ("", ""),
    ])
    func `a stored name is shown in its own script`(stored: String, shown: String) {
        #expect(InternetName.unicode(stored) == shown)
    }

    @Test(arguments: ["münchen.de", "straße.de", "例え.jp", "пример.рф", "ελλάς.gr", "ايران.ir"])
    func `a name survives being stored and shown`(name: String) throws {
        let stored = try #require(InternetName.ascii(name))
        #expect(InternetName.unicode(stored) == name)
        #expect(InternetName.ascii(stored) == stored)
    }
}
