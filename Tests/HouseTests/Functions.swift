/// A function's name and how many lines it takes.
struct Function {
    let name: String
    let line: Int
    let lineCount: Int
}

extension SwiftSource {
    /// Every function and initialiser with a body.
    var functions: [Function] {
        let text = code.joined(separator: "\n")
        let declaration = #/(?:\bfunc\s+([^\s(<]+)|[ \t]init[?]?)\s*[(<]/#
        return text.matches(of: declaration).compactMap { match in
            guard let end = Functions.endOfBody(in: text[match.range.lowerBound...]) else {
                return nil
            }
            let body = text[match.range.lowerBound...end]
            let before = text[..<match.range.lowerBound]
            return Function(
                name: match.output.1.map { String($0) } ?? "init",
                line: before.count { $0 == "\n" } + 1,
                lineCount: body.count { $0 == "\n" } + 1
            )
        }
    }
}

private enum Functions {
    /// The brace that ends the body of the function declared here; nil when it has none.
    static func endOfBody(in text: Substring) -> Substring.Index? {
        guard let start = startOfBody(in: text) else { return nil }
        var depth = 0
        for index in text[start...].indices {
            switch text[index] {
            case "{": depth += 1
            case "}":
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
        }
        return nil
    }

    /// The brace that opens the body: the first outside parentheses, unless the declaration ends.
    private static func startOfBody(in text: Substring) -> Substring.Index? {
        var depth = 0
        var last: Character = " "
        for index in text.indices {
            let character = text[index]
            switch character {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return index
            case "}" where depth == 0: return nil
            case "\n" where depth == 0 && last != ",":
                if !goesOn(text[text.index(after: index)...]) { return nil }
            default: break
            }
            if !character.isWhitespace { last = character }
        }
        return nil
    }

    private static func goesOn(_ rest: Substring) -> Bool {
        let next = rest.drop { $0.isWhitespace }
        return ["{", "->", "where", "async", "throws", "rethrows"].contains { next.hasPrefix($0) }
    }
}
