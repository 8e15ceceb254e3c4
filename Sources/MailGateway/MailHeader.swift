import Core
import Foundation

/// The fields of a mail's header, into which nothing can be smuggled: whatever could end a line is
/// gone before a line is written.
enum MailHeader {
    private static let mostCharacters = 76
    /// 39 bytes are 52 characters of base 64, which with their frame and the name of the field stay
    /// within the 76 that RFC 2047 allows a line.
    private static let mostBytesOfWord = 39

    /// A field with its words, folded where a line would get too long (RFC 5322, 2.2.3).
    static func line(_ name: String, _ words: [String]) -> String {
        var text = name + ":"
        var length = text.count
        var lengthWithoutWords = length
        for word in words {
            if length + 1 + word.count > mostCharacters, length > lengthWithoutWords {
                text += "\r\n"
                length = 0
                lengthWithoutWords = 0
            }
            text += " " + word
            length += 1 + word.count
        }
        return text
    }

    /// Free text as words: itself when it is plain ASCII, else encoded words (RFC 2047).
    static func words(_ text: String) -> [String] {
        let words = text.split { character in
            character.isWhitespace || character.unicodeScalars.contains { $0.value < 32 }
        }
        let isPlain = words.allSatisfy { word in
            word.utf8.count <= 60 && !word.contains("=?")
                && word.utf8.allSatisfy { (33...126).contains($0) }
        }
        return isPlain ? words.map(String.init) : encoded(words.joined(separator: " "))
    }

    /// A name with an address.
    static func mailbox(name: String, address: String) -> [String] {
        let plain = words(name)
        guard !plain.isEmpty else { return ["<\(address)>"] }
        if plain.contains(where: { $0.hasPrefix("=?") }) { return plain + ["<\(address)>"] }
        let quoted = plain.joined(separator: " ")
            .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return ["\"\(quoted)\"", "<\(address)>"]
    }

    /// Whether an address may stand in a header and in the envelope.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && (1...64).contains(parts[0].utf8.count)
            && (1...253).contains(parts[1].utf8.count) && isPlain(text)
    }

    /// Whether a message's id may stand between angle brackets.
    static func isIdentifier(_ text: String) -> Bool {
        (1...250).contains(text.utf8.count) && text.contains("@") && isPlain(text)
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (33...126).contains($0) }
            && !text.contains { "<>()[]\\,;:\"".contains($0) }
    }

    /// Encoded words, none of which splits a character.
    private static func encoded(_ text: String) -> [String] {
        var chunks: [[UInt8]] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(Character(scalar)).utf8)
            if let last = chunks.indices.last,
                chunks[last].count + bytes.count <= mostBytesOfWord
            {
                chunks[last] += bytes
            } else {
                chunks.append(bytes)
            }
        }
        return chunks.map { "=?utf-8?B?" + Data($0).base64EncodedString() + "?=" }
    }
}
