import Foundation

/// One part of a mail: its header, and its content or its own parts.
struct MIMEPart {
    let headers: [(name: String, value: String)]
    private let body: [UInt8]

    init(reading bytes: [UInt8]) {
        var headers: [(name: String, value: String)] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 10) {
            var line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.last == 13 { line = line.dropLast() }
            if line.isEmpty { break }
            let text = String(decoding: line, as: UTF8.self)
            if text.first == " " || text.first == "\t", let last = headers.indices.last {
                headers[last].value += " " + text.trimmingCharacters(in: .whitespaces)
            } else if let colon = text.firstIndex(of: ":") {
                headers.append(
                    (
                        String(text[..<colon]),
                        text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                    )
                )
            }
        }
        self.headers = headers
        body = Array(rest)
    }

    private func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    private var contentType: String { header("Content-Type") ?? "text/plain" }

    private func parameter(_ name: String) -> String? {
        for piece in contentType.split(separator: ";").dropFirst() {
            let pair = piece.split(separator: "=", maxSplits: 1)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard pair.count == 2, pair[0].lowercased() == name else { continue }
            return pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
        }
        return nil
    }

    /// The text of the first part of a type, looked for in depth.
    func first(_ type: String) -> String? {
        let own = contentType.split(separator: ";")[0].trimmingCharacters(in: .whitespaces)
        if own.lowercased() == type { return content }
        guard own.lowercased().hasPrefix("multipart/") else { return nil }
        for part in parts {
            if let text = part.first(type) { return text }
        }
        return nil
    }

    private var parts: [MIMEPart] {
        guard let boundary = parameter("boundary") else { return [] }
        let text =
            "\r\n"
            + String(decoding: body, as: UTF8.self).replacing("\r\n", with: "\n")
            .replacing("\n", with: "\r\n")
        let pieces = text.components(separatedBy: "\r\n--\(boundary)")
        return pieces.dropFirst().prefix { !$0.hasPrefix("--") }.map { piece in
            MIMEPart(reading: Array(piece.drop { $0 != "\r\n" }.dropFirst().utf8))
        }
    }

    private var content: String {
        let bytes: [UInt8] =
            switch header("Content-Transfer-Encoding")?.lowercased() {
            case "quoted-printable": QuotedPrintableText.decode(body)
            case "base64":
                [UInt8](
                    Data(base64Encoded: Data(body), options: .ignoreUnknownCharacters) ?? Data()
                )
            default: body
            }
        let isLatin = parameter("charset")?.lowercased() == "iso-8859-1"
        let text =
            isLatin
            ? String(bytes.map { Character(Unicode.Scalar($0)) })
            : String(decoding: bytes, as: UTF8.self)
        return text.replacing("\r\n", with: "\n")
    }
}

/// Quoted-printable text (RFC 2045, 6.7).
enum QuotedPrintableText {
    static func decode(_ bytes: [UInt8], underscoreIsSpace: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 95, underscoreIsSpace {
                output.append(32)
            } else if byte != 61 {
                output.append(byte)
            } else if index < bytes.count, bytes[index] == 10 {
                index += 1
            } else if index + 1 < bytes.count, bytes[index] == 13, bytes[index + 1] == 10 {
                index += 2
            } else if index + 1 < bytes.count,
                let value = UInt8(
                    String(decoding: bytes[index...(index + 1)], as: UTF8.self),
                    radix: 16
                )
            {
                output.append(value)
                index += 2
            } else {
                output.append(byte)
            }
        }
        return output
    }
}

/// Encoded words in header fields (RFC 2047).
enum EncodedWords {
    static func decode(_ text: String) -> String {
        var output = ""
        var rest = text[...]
        var isAfterWord = false
        while let start = rest.range(of: "=?") {
            let before = rest[..<start.lowerBound]
            let pieces = rest[start.upperBound...].split(
                separator: "?",
                maxSplits: 3,
                omittingEmptySubsequences: false
            )
            guard pieces.count == 4, pieces[3].hasPrefix("="),
                let word = word(pieces[1], pieces[2])
            else { break }
            // White space between two encoded words belongs to neither.
            if !(isAfterWord && before.allSatisfy(\.isWhitespace)) { output += before }
            output += word
            rest = pieces[3].dropFirst()
            isAfterWord = true
        }
        return output + rest
    }

    private static func word(_ encoding: Substring, _ text: Substring) -> String? {
        switch encoding.lowercased() {
        case "q":
            let bytes = QuotedPrintableText.decode(Array(text.utf8), underscoreIsSpace: true)
            return String(decoding: bytes, as: UTF8.self)
        case "b":
            return Data(base64Encoded: String(text)).map { String(decoding: $0, as: UTF8.self) }
        default: return nil
        }
    }
}
