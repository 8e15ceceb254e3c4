extension JSON {
    /// The value as compact JSON text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The value as compact JSON in UTF-8.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    /// The value as JSON with one member a line, for documents that people read and compare.
    package var prettyText: String {
        var output: [UInt8] = []
        write(to: &output, indent: 0)
        output.append(10)
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8], indent: Int? = nil) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .integer(let value): output += String(value).utf8
        case .number(let value): output += (value.isFinite ? "\(value)" : "null").utf8
        case .string(let text): JSON.write(text, to: &output)
        case .array(let elements):
            JSON.writeList(elements, between: ("[", "]"), to: &output, indent: indent) {
                $0.write(to: &$1, indent: $2)
            }
        case .object(let members):
            JSON.writeList(members, between: ("{", "}"), to: &output, indent: indent) {
                JSON.write($0.name, to: &$1)
                $1 += ($2 == nil ? ":" : ": ").utf8
                $0.value.write(to: &$1, indent: $2)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element],
        between brackets: (String, String),
        to output: inout [UInt8],
        indent: Int?,
        _ write: (Element, inout [UInt8], Int?) -> Void
    ) {
        output += brackets.0.utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(44) }
            if let indent { newLine(indent + 2, &output) }
            write(element, &output, indent.map { $0 + 2 })
        }
        if let indent, !elements.isEmpty { newLine(indent, &output) }
        output += brackets.1.utf8
    }

    private static func newLine(_ indent: Int, _ output: inout [UInt8]) {
        output.append(10)
        output += Array(repeating: 32, count: indent)
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        output.append(34)
        for byte in text.utf8 {
            switch byte {
            case 34: output += [92, 34]
            case 92: output += [92, 92]
            case 10: output += [92, 110]
            case 13: output += [92, 114]
            case 9: output += [92, 116]
            case 0..<32, 127:
                output += [92, 117, 48, 48, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(34)
    }
}
