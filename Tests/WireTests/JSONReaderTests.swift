import Testing
import Wire

@Suite struct JSONReaderTests {
    static let valid: [(String, JSON)] = [
        ("null", JSON.null), ("true", true), (" false ", false), ("\t\r\n 0 \n", 0),
        ("-0", 0), ("-1", -1), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9.223372036854775808e18)),
        ("0.5", .number(0.5)), ("1e2", .number(100)), ("1E+2", .number(100)),
        ("-1.5e-3", .number(-0.0015)),
        ("1.0", .number(1)), ("1e-400", .number(0)), ("\"\"", ""), ("\"a\"", "a"),
        (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{c}\n\r\t")), (#""\u00e9\u00C9""#, "éÉ"),
        (#""\ud83d\ude00""#, "😀"), (#""\uD800\uDC00""#, "\u{10000}"),
        (#""\udbff\udfff""#, "\u{10FFFF}"),
        ("\"é😀\u{7f}\u{2028}\"", "é😀\u{7f}\u{2028}"), ("[]", []), ("{}", [:]), ("[ ]", []),
        ("{ }", [:]), ("[1,[2,{}],null]", [1, [2, [:]], nil]),
        (#"{"a":1,"b":{"a":2}}"#, ["a": 1, "b": ["a": 2]]), (#"{"":0}"#, ["": 0]),
        (#" { "a" : [ 1 , 2 ] } "#, ["a": [1, 2]]),
    ]

    @Test(arguments: valid)
    func `valid text is read`(text: String, value: JSON) throws {
        #expect(try JSON(reading: text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "tru e", "undefined", "NaN", "Infinity", "-Infinity",
        "'a'",
        "01", "-01", "00", "+1", ".5", "1.", "1.e2", "1e", "1e+", "-", "--1", "0x10", "1_000",
        "1 2",
        "1e400", "-1e400", "1,", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "}",
        "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{,}", "{a:1}", "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{1:2}", "{\"a\":1]", "\"", "\"a", "\"\\", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
        "\"\\u 123\"", "\"\\U0041\"", "\"a\nb\"", "\"a\tb\"", "\"\u{0}\"", "\"\u{1f}\"",
        #""\u0000""#,
        #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#, #""\ud800\n""#,
        #""\udc00\ud800""#,
        "// c\n1", "/* c */1", "1 // c", "\u{feff}1", "\u{a0}1", "[1]]", "{}{}", "null\u{0}",
        "\u{c}1",
    ])
    func `invalid text is refused`(text: String) {
        #expect(throws: JSON.ReadError.self) { try JSON(reading: text) }
    }

    @Test(
        arguments: [
            [0xff], [0xc0, 0xaf], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
            [0x80],
            [0xf8, 0x88, 0x80, 0x80, 0x80],
        ] as [[UInt8]]
    )
    func `text that is not UTF-8 is refused`(bytes: [UInt8]) {
        #expect(throws: JSON.ReadError.self) { try JSON(reading: [34] + bytes + [34]) }
        #expect(throws: JSON.ReadError.self) { try JSON(reading: bytes) }
    }

    @Test func `a name may stand once in an object`() throws {
        for text in [#"{"a":1,"a":1}"#, #"{"a":1,"b":2,"\u0061":3}"#, #"[{"x":{"a":1,"a":2}}]"#] {
            #expect(throws: JSON.ReadError.self) { try JSON(reading: text) }
        }
        #expect(try JSON(reading: #"{"a":{"a":1}}"#)["a"]?["a"] == 1)
        #expect(try JSON(reading: #"{"a":1,"A":2}"#)["A"] == 2)
    }

    @Test func `nesting is limited and a flood of brackets is refused quickly`() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(try JSON(reading: nested(64)) != .null)
        #expect(throws: JSON.ReadError.self) { try JSON(reading: nested(65)) }
        #expect(throws: JSON.ReadError.self) {
            try JSON(reading: String(repeating: "[", count: 1_000_000))
        }
        #expect(throws: JSON.ReadError.self) {
            try JSON(reading: String(repeating: "{\"a\":", count: 1_000_000))
        }
        #expect(try JSON(reading: Array("[1]".utf8), depth: 1) == [1])
        #expect(throws: JSON.ReadError.self) { try JSON(reading: Array("[[1]]".utf8), depth: 1) }
        #expect(throws: JSON.ReadError.self) { try JSON(reading: Array("[]".utf8), depth: 0) }
    }

    @Test func `the fault says what is wrong and where`() {
        do throws(JSON.ReadError) {
            _ = try JSON(reading: #"{"a":1,"a":2}"#)
            Issue.record("it was read")
        } catch {
            #expect("\(error)" == "a name stands twice at byte 10")
        }
    }

    @Test(arguments: 1...20)
    func `a name stands once among few and among many`(count: Int) throws {
        let members = (0..<count).map { "\"n\($0)\":\($0)" }
        let whole = try JSON(reading: "{\(members.joined(separator: ","))}")
        #expect(whole.members?.map(\.name) == (0..<count).map { "n\($0)" })
        for repeated in members {
            let text = "{\((members + [repeated]).joined(separator: ","))}"
            #expect(throws: JSON.ReadError.self) { try JSON(reading: text) }
        }
    }

    @Test func `half of any document is refused`() throws {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",null,true,{"b":{}}],"c":"😀"}"#.utf8)
        _ = try JSON(reading: text)
        for count in 0..<text.count {
            #expect(throws: JSON.ReadError.self) { try JSON(reading: Array(text.prefix(count))) }
        }
    }
}
