extension HTML {
    /// The markup with one block a line, for snapshots that people compare.
    ///
    /// White space differs from what ``render()`` writes, so this is never sent.
    package var indented: String {
        var lines: [String] = []
        write(to: &lines, indent: "")
        return lines.joined(separator: "\n") + "\n"
    }

    private func write(to lines: inout [String], indent: String) {
        switch node {
        case .group(let parts) where !isInline:
            for run in HTML.runs(parts) { run.write(to: &lines, indent: indent) }
        case .element(let tag, let attributes, let content) where !content.isInline:
            var start: [UInt8] = []
            HTML.open(tag, attributes, to: &start)
            lines.append(indent + String(decoding: start, as: UTF8.self))
            content.write(to: &lines, indent: indent + "  ")
            lines.append(indent + "</\(tag)>")
        default:
            let text = render()
            if !text.isEmpty { lines.append(indent + text) }
        }
    }

    /// Neighbours that stand in one line, joined.
    private static func runs(_ parts: [HTML]) -> [HTML] {
        var runs: [HTML] = []
        var line: [HTML] = []
        for part in parts {
            if part.isPhrase {
                line.append(part)
            } else {
                if !line.isEmpty { runs.append(.group(line)) }
                line = []
                runs.append(part)
            }
        }
        return line.isEmpty ? runs : runs + [.group(line)]
    }

    /// Whether the content fits one line: phrases only.
    private var isInline: Bool {
        if case .group(let parts) = node { parts.allSatisfy(\.isInline) } else { isPhrase }
    }

    /// Whether it is text or an element that stands within text.
    private var isPhrase: Bool {
        switch node {
        case .text, .trusted: true
        case .group(let parts): parts.allSatisfy(\.isPhrase)
        case .void(let tag, _): ["br", "wbr", "img"].contains(tag)
        case .element(let tag, _, let content): HTML.phrases.contains(tag) && content.isPhrase
        }
    }

    private static let phrases: Set<String> = [
        "a", "span", "strong", "em", "b", "i", "small", "mark", "code", "kbd", "samp", "abbr",
        "time", "del", "ins", "sub", "sup",
    ]
}
