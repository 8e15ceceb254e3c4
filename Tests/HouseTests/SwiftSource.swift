/// A Swift file taken apart: what is code, what stands in strings, what stands in comments.
struct SwiftSource: Sendable {
    /// A piece of text with the line it begins on, counted from 1.
    struct Piece: Sendable {
        let line: Int
        let text: String
    }

    let path: String
    /// Every line as it is written.
    let lines: [String]
    /// Every line with strings and comments blanked out.
    let code: [String]
    /// What stands in quotes, `\()` for each interpolation.
    let literals: [Piece]
    let comments: [Piece]

    /// The target or test target that the file belongs to.
    var target: String { String(path.split(separator: "/")[1]) }
    var fileName: String { String(path.split(separator: "/").last ?? "") }

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        var lexer = Lexer(Array(text.utf8))
        lexer.readCode(untilParenthesis: false)
        code = String(decoding: lexer.code, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        literals = lexer.literals
        comments = lexer.comments
    }

    /// Our sources, without the tests.
    static let product = all(below: "Sources")
    /// Our sources and their tests.
    static let everything = product + all(below: "Tests")

    private static func all(below folder: String) -> [SwiftSource] {
        Repository.files(below: folder, endingIn: ".swift").map { path in
            SwiftSource(path: path, text: (try? Repository.text(path)) ?? "")
        }
    }

    /// The places where code, not text, matches.
    func places(_ pattern: some RegexComponent) -> [String] {
        code.enumerated().compactMap { index, line in
            line.contains(pattern) ? "\(path):\(index + 1)" : nil
        }
    }

    func place(_ piece: Piece) -> String { "\(path):\(piece.line)" }
}

/// Reads Swift only as far as telling strings and comments from code needs it.
private struct Lexer {
    /// What a comment, a string or a regular expression can begin with.
    private static let openers = Array("/#\"".utf8)

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private(set) var code: [UInt8] = []
    private(set) var literals: [SwiftSource.Piece] = []
    private(set) var comments: [SwiftSource.Piece] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private var isAtEnd: Bool { index >= bytes.count }

    private func looksAt(_ text: StaticString) -> Bool {
        let wanted = Array("\(text)".utf8)
        return bytes[index...].starts(with: wanted)
    }

    /// Takes one byte; `shown` keeps it in the code, otherwise a space takes its place.
    private mutating func take(shown: Bool) {
        let byte = bytes[index]
        if byte == UInt8(ascii: "\n") { line += 1 }
        code.append(shown || byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
        index += 1
    }

    private mutating func take(_ count: Int, shown: Bool) {
        for _ in 0..<count where !isAtEnd { take(shown: shown) }
    }

    mutating func readCode(untilParenthesis: Bool) {
        var depth = 0
        while !isAtEnd {
            let byte = bytes[index]
            if !Lexer.openers.contains(byte) {
                if byte == UInt8(ascii: ")") && depth == 0 && untilParenthesis { return }
                depth += byte == UInt8(ascii: "(") ? 1 : byte == UInt8(ascii: ")") ? -1 : 0
                take(shown: true)
            } else if looksAt("//") {
                readLineComment()
            } else if looksAt("/*") {
                readBlockComment()
            } else if looksAt("#/") {
                readRegex()
            } else if let hashes = hashesBeforeQuote() {
                readString(hashes: hashes)
            } else {
                take(shown: true)
            }
        }
    }

    private func hashesBeforeQuote() -> Int? {
        var end = index
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - index : nil
    }

    private mutating func readLineComment() {
        let start = index
        let first = line
        while !isAtEnd, bytes[index] != UInt8(ascii: "\n") { take(shown: false) }
        comments.append(
            .init(line: first, text: String(decoding: bytes[start..<index], as: UTF8.self))
        )
    }

    private mutating func readBlockComment() {
        let (start, first) = (index, line)
        var depth = 0
        repeat {
            if looksAt("/*") { depth += 1 }
            if looksAt("*/") { depth -= 1 }
            take(looksAt("/*") || looksAt("*/") ? 2 : 1, shown: false)
        } while depth > 0 && !isAtEnd
        comments.append(
            .init(line: first, text: String(decoding: bytes[start..<index], as: UTF8.self))
        )
    }

    private mutating func readRegex() {
        take(2, shown: false)
        while !isAtEnd, !looksAt("/#") { take(shown: false) }
        take(2, shown: false)
    }

    private mutating func readString(hashes: Int) {
        let first = line
        take(hashes, shown: true)
        let isLong = looksAt("\"\"\"")
        let quote = [UInt8](repeating: UInt8(ascii: "\""), count: isLong ? 3 : 1)
        let end = quote + [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        let escape = [UInt8(ascii: "\\")] + [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        take(quote.count, shown: true)
        var text: [UInt8] = []
        while !isAtEnd, !bytes[index...].starts(with: end) {
            if bytes[index...].starts(with: escape + [UInt8(ascii: "(")]) {
                take(escape.count + 1, shown: false)
                readCode(untilParenthesis: true)
                take(shown: false)
                text += Array("\\()".utf8)
            } else if bytes[index...].starts(with: escape) {
                take(escape.count + 1, shown: false)
            } else {
                text.append(bytes[index])
                take(shown: false)
            }
        }
        take(end.count, shown: true)
        literals.append(.init(line: first, text: String(decoding: text, as: UTF8.self)))
    }
}
