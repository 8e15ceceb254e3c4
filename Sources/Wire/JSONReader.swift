extension JSON {
    /// Why a text is no JSON that we accept.
    package struct ReadError: Error, Sendable, CustomStringConvertible {
        package let reason: String
        /// How many bytes were read before the fault.
        package let offset: Int
        package var description: String { "\(reason) at byte \(offset)" }
    }

    /// Reads one JSON value that fills the whole text.
    ///
    /// Stricter than RFC 8259 where that is safer: a name may stand once in an object, nesting is
    /// limited, and text must be valid UTF-8 without an escaped NUL.
    ///
    /// - Throws: ``ReadError`` with what is wrong and where.
    package init(reading bytes: [UInt8], depth: Int = 64) throws(ReadError) {
        var reader = JSONReader(bytes: bytes)
        self = try reader.document(depth: depth)
    }

    /// Reads one JSON value from text.
    ///
    /// - Throws: ``ReadError`` with what is wrong and where.
    package init(reading text: String) throws(ReadError) {
        try self.init(reading: Array(text.utf8))
    }
}

private struct JSONReader {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document(depth: Int) throws(JSON.ReadError) -> JSON {
        let value = try value(depth: depth)
        skipSpace()
        guard offset == bytes.count else { throw fault("unexpected text after the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSON.ReadError) -> JSON {
        skipSpace()
        switch peek {
        case 123: return try object(depth: depth)
        case 91: return try array(depth: depth)
        case 34: return .string(try string())
        case 45, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57: return try number()
        case 116: return try word("true", .bool(true))
        case 102: return try word("false", .bool(false))
        case 110: return try word("null", .null)
        case nil: throw fault("unexpected end")
        default: throw fault("unexpected character")
        }
    }

    private mutating func object(depth: Int) throws(JSON.ReadError) -> JSON {
        guard depth > 0 else { throw fault("nested too deeply") }
        offset += 1
        var members: [JSON.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take(125) { return .object([]) }
        repeat {
            skipSpace()
            guard peek == 34 else { throw fault("a member's name is missing") }
            let name = try string()
            guard isNew(name, members, &names) else { throw fault("a name stands twice") }
            skipSpace()
            guard take(58) else { throw fault("a colon is missing") }
            members.append(JSON.Member(name, try value(depth: depth - 1)))
            skipSpace()
        } while take(44)
        guard take(125) else { throw fault("an object is not closed") }
        return .object(members)
    }

    /// Whether a name stands for the first time; few are compared one by one, which is quicker.
    private func isNew(
        _ name: String,
        _ members: [JSON.Member],
        _ names: inout Set<String>
    ) -> Bool {
        guard members.count >= 8 else { return !members.contains { $0.name == name } }
        if names.isEmpty { names = Set(members.map(\.name)) }
        return names.insert(name).inserted
    }

    private mutating func array(depth: Int) throws(JSON.ReadError) -> JSON {
        guard depth > 0 else { throw fault("nested too deeply") }
        offset += 1
        var elements: [JSON] = []
        skipSpace()
        if take(93) { return .array([]) }
        repeat {
            elements.append(try value(depth: depth - 1))
            skipSpace()
        } while take(44)
        guard take(93) else { throw fault("an array is not closed") }
        return .array(elements)
    }

    private mutating func word(
        _ word: StaticString,
        _ value: JSON
    ) throws(JSON.ReadError) -> JSON {
        for byte in "\(word)".utf8 {
            guard take(byte) else { throw fault("unexpected character") }
        }
        return value
    }

    private mutating func number() throws(JSON.ReadError) -> JSON {
        let start = offset
        _ = take(45)
        if !take(48) { guard digits() else { throw fault("a digit is missing") } }
        var isInteger = true
        if take(46) {
            isInteger = false
            guard digits() else { throw fault("a digit is missing") }
        }
        if take(101) || take(69) {
            isInteger = false
            if !take(43) { _ = take(45) }
            guard digits() else { throw fault("a digit is missing") }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw fault("a number is out of range")
        }
        return .number(number)
    }

    private mutating func digits() -> Bool {
        let start = offset
        while let byte = peek, (48...57).contains(byte) { offset += 1 }
        return offset > start
    }

    private mutating func string() throws(JSON.ReadError) -> String {
        offset += 1
        // Most texts have nothing to replace and are taken as they stand.
        let start = offset
        while let byte = peek, byte != 34, byte != 92, byte >= 32 { offset += 1 }
        if peek == 34 {
            offset += 1
            guard let string = String(validating: bytes[start..<offset - 1], as: UTF8.self) else {
                throw fault("text is not UTF-8")
            }
            return string
        }
        var text = Array(bytes[start..<offset])
        while let byte = peek {
            offset += 1
            switch byte {
            case 34:
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw fault("text is not UTF-8")
                }
                return string
            case 92: text += try escape()
            case 0..<32: throw fault("a control character stands in text")
            default: text.append(byte)
            }
        }
        throw fault("text is not closed")
    }

    private mutating func escape() throws(JSON.ReadError) -> [UInt8] {
        guard let byte = peek else { throw fault("unexpected end") }
        offset += 1
        switch byte {
        case 34, 92, 47: return [byte]
        case 98: return [8]
        case 102: return [12]
        case 110: return [10]
        case 114: return [13]
        case 116: return [9]
        case 117: return Array(String(Character(try escapedScalar())).utf8)
        default: throw fault("an escape is unknown")
        }
    }

    private mutating func escapedScalar() throws(JSON.ReadError) -> Unicode.Scalar {
        let first = try fourDigits()
        var code = first
        if (0xD800..<0xDC00).contains(first) {
            guard take(92), take(117) else { throw fault("half of a surrogate pair") }
            let second = try fourDigits()
            guard (0xDC00..<0xE000).contains(second) else {
                throw fault("half of a surrogate pair")
            }
            code = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard code != 0, let scalar = Unicode.Scalar(code) else {
            throw fault("an escaped character is not allowed")
        }
        return scalar
    }

    private mutating func fourDigits() throws(JSON.ReadError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            switch peek {
            case let digit? where (48...57).contains(digit): code = code << 4 | UInt32(digit - 48)
            case let digit? where (65...70).contains(digit): code = code << 4 | UInt32(digit - 55)
            case let digit? where (97...102).contains(digit): code = code << 4 | UInt32(digit - 87)
            default: throw fault("an escape is broken")
            }
            offset += 1
        }
        return code
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 32 || (9...10).contains(byte) || byte == 13 { offset += 1 }
    }

    private func fault(_ reason: String) -> JSON.ReadError {
        JSON.ReadError(reason: reason, offset: offset)
    }
}
