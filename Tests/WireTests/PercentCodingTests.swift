import Testing
import Wire

@Suite struct PercentCodingTests {
    @Test(arguments: [
        ("", "", ""), ("AZaz09-._~", "AZaz09-._~", "AZaz09-._%7E"), (" ", "%20", "+"),
        ("a+b", "a%2Bb", "a%2Bb"), ("a*b", "a%2Ab", "a*b"), ("é", "%C3%A9", "%C3%A9"),
        (
            "/?#[]@!$&'()", "%2F%3F%23%5B%5D%40%21%24%26%27%28%29",
            "%2F%3F%23%5B%5D%40%21%24%26%27%28%29"
        ),
        ("%41\n", "%2541%0A", "%2541%0A"), ("😀", "%F0%9F%98%80", "%F0%9F%98%80"),
    ])
    func `text is encoded for addresses and for forms`(text: String, address: String, form: String)
    {
        #expect(PercentCoding.encode(text) == address)
        #expect(PercentCoding.encodeForm(text) == form)
        #expect(PercentCoding.decode(address) == text)
        #expect(PercentCoding.decode(form, plusIsSpace: true) == text)
    }

    @Test func `plus is a space in forms only, and either case of digits is read`() {
        #expect(PercentCoding.decode("a+b") == "a+b")
        #expect(PercentCoding.decode("a+b", plusIsSpace: true) == "a b")
        #expect(PercentCoding.decode("%c3%a9%C3%A9") == "éé")
        #expect(PercentCoding.decode("é") == "é")
    }

    @Test(arguments: [
        "%", "%4", "a%", "%4g", "%g4", "%%41", "% 41", "%+1", "%00", "a%00b", "%ff", "%c3",
        "%c0%af", "%ed%a0%80", "\u{0}",
    ])
    func `broken escapes, bytes that are no text and NULs are refused`(text: String) {
        #expect(PercentCoding.decode(text) == nil)
    }

    @Test func `all characters survive`() {
        let text = String(String.UnicodeScalarView((1...0x2fff).compactMap(Unicode.Scalar.init)))
        #expect(PercentCoding.decode(PercentCoding.encode(text)) == text)
        #expect(PercentCoding.decode(PercentCoding.encodeForm(text), plusIsSpace: true) == text)
    }
}

@Suite struct FormFieldsTests {
    private func pairs(_ text: String) -> [String]? {
        FormFields(parsing: text)?.fields.map { "\($0.name)→\($0.value)" }
    }

    @Test(
        arguments: [
            ("", []), ("a=1", ["a→1"]), ("a=1&b=2&a=3", ["a→1", "b→2", "a→3"]), ("a", ["a→"]),
            ("a=", ["a→"]), ("=1", ["→1"]), ("=", ["→"]), ("a=1&&b=2&", ["a→1", "b→2"]), ("&", []),
            ("a=b=c", ["a→b=c"]), ("a%3Db=c%26d", ["a=b→c&d"]), ("a+b=c+d", ["a b→c d"]),
            ("a[]=1&a[b]=2", ["a[]→1", "a[b]→2"]), ("a;b=1", ["a;b→1"]),
            ("e%C3%A9=%F0%9F%98%80", ["eé→😀"]),
        ] as [(String, [String])]
    )
    func `forms are read`(text: String, fields: [String]) {
        #expect(pairs(text) == fields)
    }

    @Test func `a combining mark hides no separator`() {
        #expect(pairs("a=1&\u{301}b=2") == ["a→1", "\u{301}b→2"])
        #expect(pairs("a=\u{301}1") == ["a→\u{301}1"])
    }

    @Test(arguments: ["a=%", "%zz=1", "a=%00", "a=1&b=%ff"])
    func `broken forms are refused`(text: String) {
        #expect(FormFields(parsing: text) == nil)
    }

    @Test func `more fields than allowed are refused`() {
        let text = String(repeating: "a=1&", count: 1_000)
        #expect(FormFields(parsing: text)?.fields.count == 1_000)
        #expect(FormFields(parsing: text + "b=1") == nil)
        #expect(FormFields(parsing: "a=1&b=2", most: 1) == nil)
    }

    @Test func `fields are found, added and written`() {
        var form = FormFields([.init("a", "1"), .init("b", "x y&z=é"), .init("a", "2")])
        form.append("c", "")
        #expect(form["a"] == "1")
        #expect(form["absent"] == nil)
        #expect(form.all("a") == ["1", "2"])
        #expect(form.encoded == "a=1&b=x+y%26z%3D%C3%A9&a=2&c=")
        #expect(FormFields(parsing: form.encoded) == form)
    }
}
