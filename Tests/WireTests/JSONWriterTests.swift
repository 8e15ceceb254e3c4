import Testing
import Wire

@Suite struct JSONWriterTests {
    @Test func `text is compact, in order and escaped`() {
        let value: JSON = [
            "b": [1, -2, nil, true], "a": "\"\\/\n\r\t\u{0}\u{1f}\u{7f}é😀", "": [:],
        ]
        #expect(
            value.text
                == #"{"b":[1,-2,null,true],"a":"\"\\/\n\r\t\u0000\u001f\u007fé😀","":{}}"#
        )
    }

    @Test(arguments: [
        (JSON.number(0.1), "0.1"), (.number(1), "1.0"), (.number(1e300), "1e+300"),
        (.number(.nan), "null"), (.number(.infinity), "null"),
        (.integer(.min), "-9223372036854775808"),
        (.number(.leastNonzeroMagnitude), "5e-324"),
    ])
    func `numbers are JSON numbers`(value: JSON, text: String) {
        #expect(value.text == text)
    }

    @Test func `pretty text has one member a line`() {
        let value: JSON = ["a": 1, "list": [1, ["x": 2]], "none": [], "empty": [:]]
        #expect(
            value.prettyText == """
                {
                  "a": 1,
                  "list": [
                    1,
                    {
                      "x": 2
                    }
                  ],
                  "none": [],
                  "empty": {}
                }

                """
        )
        #expect(JSON.null.prettyText == "null\n")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `any value is read back as it was written`(seed: UInt64) throws {
        var random = Sequence64(state: seed)
        let value = JSON.random(depth: 5, using: &random)
        #expect(try JSON(reading: value.bytes) == value)
        #expect(try JSON(reading: value.prettyText) == value)
        #expect(try JSON(reading: value.bytes).text == value.text)
    }
}

/// Numbers that look random and are the same each time (SplitMix64).
struct Sequence64: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension JSON {
    fileprivate static func random(depth: Int, using random: inout Sequence64) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: .min ... .max, using: &random))
        case 3:
            let number = Double(bitPattern: random.next())
            return .number(number.isFinite ? number : 0.5)
        case 4: return .string(text(using: &random))
        case 5: return .array((0..<3).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            return .object(
                (0..<3).map { index in
                    Member(
                        "\(index)" + text(using: &random),
                        .random(depth: depth - 1, using: &random)
                    )
                }
            )
        }
    }

    /// Any characters but NUL, which no text may contain.
    private static func text(using random: inout Sequence64) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let top: UInt32 = [0x7f, 0x7ff, 0xffff, 0x10ffff].randomElement(using: &random) ?? 0x7f
            let code = UInt32.random(in: 1...top, using: &random)
            if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}
