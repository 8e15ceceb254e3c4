import Core
import Testing

@Suite struct EmailAddressTests {
    @Test(arguments: [
        "a@b.co", "ann.example+shop@mail.example.org", "o'brien@example.ie", "x_y-z@ex-ample.com",
        "A.B@EXAMPLE.COM", "1@2.3x", "!#$%&'*+/=?^_`{|}~-@example.com",
    ])
    func `an address that people have is read as it was typed`(text: String) {
        #expect(EmailAddress(text)?.text == text)
        #expect(EmailAddress(text)?.description == text)
    }

    @Test(arguments: [
        "", "a", "@", "a@", "@b.co", "a@b", "a@b.", "a@.b", "a@b..c", "a.@b.co", ".a@b.co",
        "a..b@c.de", "a@b@c.de", "a b@c.de", " a@b.co", "a@b.co ", "a@-b.co", "a@b-.co",
        "\"a\"@b.co", "a@[127.0.0.1]", "a@b_c.de", "a(x)@b.co", "ä@b.co", "a@bücher.de",
        "a@b.co\r\nBcc: x@y.zz", "a\u{0}@b.co", "a,b@c.de", "a@b.co,c@d.ee", "<a@b.co>",
    ])
    func `what mail would not reach, or would reach twice, is refused`(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test func `the longest address is read, and one letter more is refused`() {
        let local = String(repeating: "a", count: 64)
        let label = String(repeating: "b", count: 59)
        let domain = [label, label, label, "example"].joined(separator: ".")
        let longest = local + "@" + domain + ".b"
        #expect(longest.utf8.count == 254)
        #expect(EmailAddress(longest) != nil)
        #expect(EmailAddress(longest + "b") == nil)
        #expect(EmailAddress("a" + local + "@example.com") == nil)
        #expect(EmailAddress("a@" + String(repeating: "b", count: 64) + ".com") == nil)
    }

    @Test func `two spellings of one mailbox have one key`() {
        #expect(EmailAddress("Ann@Example.ORG")?.key == EmailAddress("ann@example.org")?.key)
        #expect(EmailAddress("Ann@Example.ORG") != EmailAddress("ann@example.org"))
    }
}

@Suite struct DomainNameTests {
    @Test(arguments: [
        ("example.com", "example", "com"), ("Example.COM", "example", "com"),
        ("a-b.co.uk", "a-b", "co.uk"), ("xn--bcher-kva.de", "xn--bcher-kva", "de"),
        ("1.com", "1", "com"), ("x.xn--p1ai", "x", "xn--p1ai"),
    ])
    func `a name is its label and its ending`(text: String, label: String, ending: String) {
        let name = DomainName(ascii: text)
        #expect(name?.text == text.lowercased())
        #expect(name?.label == label)
        #expect(name?.ending == ending)
        #expect(name?.description == text.lowercased())
    }

    @Test(arguments: [
        "", "com", ".", ".com", "example.", "example..com", "a.b.c.d", "-a.com", "a-.com",
        "a_b.com", "a b.com", "example.com.", "1.2", "10.0.1", "bücher.de", "a.1", "a.123",
        "exam\u{0}ple.com", "example.com\n", "*.com", "a/b.com", "http://a.com",
        "\u{212A}elvin.com",
    ])
    func `what cannot be registered as it stands is refused`(text: String) {
        #expect(DomainName(ascii: text) == nil)
    }

    @Test func `labels have at most 63 letters`() {
        let longest = String(repeating: "a", count: 63)
        #expect(DomainName(ascii: longest + ".com") != nil)
        #expect(DomainName(ascii: longest + "a.com") == nil)
    }

    @Test func `names are equal whatever their case`() {
        #expect(DomainName(ascii: "EXAMPLE.com") == DomainName(ascii: "example.COM"))
    }
}

@Suite struct UsernameTests {
    @Test(arguments: [
        ("example", "abc", "exampleabc"), ("My Great Site", "q1", "mygreatsq1"),
        ("123shop", "zz", "shopzz"), ("", "x1", "sitex1"), ("123", "x1", "sitex1"),
        ("Bücher", "a", "bchera"), ("日本", "a", "sitea"), ("../../etc", "a", "etca"),
        ("a'; DROP", "b", "adropb"),
    ])
    func `a name begins with letters of the text and ends with the tail`(
        text: String,
        tail: String,
        expected: String
    ) {
        #expect(Username.make(from: text, tail: tail) == expected)
    }

    @Test func `a name is one that the database accepts`() {
        for text in ["x", "9", "A-B", "ÄÖÜ", "looooooooooooooooooong"] {
            let name = Username.make(from: text, tail: "abcde")
            #expect(name.wholeMatch(of: #/[a-z][a-z0-9_-]{1,31}/#) != nil, "\(name)")
        }
    }
}
