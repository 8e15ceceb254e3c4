/// The server's way to write an array of one dimension, such as `{1,"a \"b\"",NULL}`.
enum ArrayText {
    static func print(_ elements: [String?]) -> String {
        var text: [UInt8] = [UInt8(ascii: "{")]
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            if let element {
                quote(element, into: &text)
            } else {
                text += "NULL".utf8
            }
        }
        text.append(UInt8(ascii: "}"))
        return String(decoding: text, as: UTF8.self)
    }

    private static func quote(_ element: String, into text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in element.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                text.append(UInt8(ascii: "\\"))
            }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }

    /// The elements, or nil when the text is no array of one dimension.
    static func parse(_ text: String) -> [String?]? {
        var reader = Reader(bytes: Array(text.utf8))
        return reader.array()
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        mutating func array() -> [String?]? {
            guard take("{") else { return nil }
            if take("}") { return index == bytes.count ? [] : nil }
            var elements: [String?] = []
            repeat {
                guard let element = take("\"") ? quoted().map(Optional.some) : bare() else {
                    return nil
                }
                elements.append(element)
            } while take(",")
            return take("}") && index == bytes.count ? elements : nil
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
            index += 1
            return true
        }

        private mutating func quoted() -> String? {
            var text: [UInt8] = []
            while index < bytes.count {
                if take("\"") { return String(decoding: text, as: UTF8.self) }
                _ = take("\\")
                guard index < bytes.count else { return nil }
                text.append(bytes[index])
                index += 1
            }
            return nil
        }

        private mutating func bare() -> String?? {
            let start = index
            while index < bytes.count, !",{}\"".utf8.contains(bytes[index]) { index += 1 }
            guard index > start else { return nil }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            return text == "NULL" ? .some(nil) : text
        }
    }
}
