extension HTML {
    /// The content as text for mails and screens without markup.
    ///
    /// Links become `text: address`, lists get dashes or numbers, rows of tables one line each with
    /// their columns aligned; what is hidden, drawn or only decorates is left out.
    package var plainText: String {
        var writer = PlainTextWriter()
        writer.write(self)
        return writer.finished
    }
}

private struct PlainTextWriter {
    private var lines: [String] = []
    private var current = ""
    /// Whether a blank line is due before the next text.
    private var gapDue = false

    var finished: String {
        var all = self
        all.endLine()
        return all.lines.joined(separator: "\n")
    }

    mutating func write(_ html: HTML) {
        switch html.node {
        case .text(let text): append(text)
        case .trusted(let markup): append(PlainTextWriter.withoutTags(markup))
        case .group(let parts):
            for part in parts { write(part) }
        case .void(let tag, let attributes): writeVoid(tag, attributes)
        case .element(let tag, let attributes, let content):
            guard !PlainTextWriter.isHidden(tag, attributes) else { return }
            writeElement(tag, attributes, content)
        }
    }

    private mutating func writeVoid(_ tag: String, _ attributes: [Attribute]) {
        switch tag {
        case "br": breakLine()
        case "hr":
            gap()
            append("---")
            gap()
        case "img": append(attributes.first { $0.name == "alt" }?.value ?? "")
        default: break
        }
    }

    private mutating func writeElement(
        _ tag: String,
        _ attributes: [Attribute],
        _ content: HTML
    ) {
        switch tag {
        case "a": writeLink(content, attributes.first { $0.name == "href" }?.value)
        case "p", "h1", "h2", "h3", "h4", "dl", "figure":
            gap()
            write(content)
            gap()
        case "ul", "ol": writeList(content, numbered: tag == "ol")
        case "table": writeTable(content)
        case "pre": writeLines(content)
        case "blockquote": writeIndented(content, first: "> ", rest: "> ")
        case "dd": writeIndented(content, first: "  ", rest: "  ")
        default:
            let isBlock = PlainTextWriter.blocks.contains(tag)
            if isBlock { endLine() }
            write(content)
            if isBlock { endLine() }
        }
    }

    private mutating func writeLink(_ content: HTML, _ address: String?) {
        let text = content.plainText.replacing("\n", with: " ")
        let address = address.map { $0.hasPrefix("mailto:") ? String($0.dropFirst(7)) : $0 }
        guard let address, !address.hasPrefix("#"), address != text else { return append(text) }
        append(text.isEmpty ? address : "\(text): \(address)")
    }

    private mutating func writeList(_ content: HTML, numbered: Bool) {
        let isNested = !current.isEmpty
        if isNested { endLine() } else { gap() }
        for (index, item) in content.descendants(["li"], stoppingAt: ["ul", "ol"]).enumerated() {
            let mark = numbered ? "\(index + 1). " : "- "
            let rest = String(repeating: " ", count: mark.count)
            writeIndented(item.content, first: mark, rest: rest)
        }
        if !isNested { gap() }
    }

    private mutating func writeIndented(_ content: HTML, first: String, rest: String) {
        endLine()
        var inner = PlainTextWriter()
        inner.write(content)
        for (index, line) in inner.finished.split(separator: "\n").enumerated() {
            append(verbatim: (index == 0 ? first : rest) + line)
        }
    }

    private mutating func writeTable(_ content: HTML) {
        gap()
        if let title = content.descendants(["caption"], stoppingAt: ["table"]).first {
            write(title.content)
            endLine()
        }
        let rows = content.descendants(["tr"], stoppingAt: ["table"]).map { row in
            row.content.descendants(["td", "th"], stoppingAt: ["table"]).map {
                $0.content.plainText.replacing("\n", with: " ")
            }
        }
        let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        for row in rows {
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = cells.joined(separator: "  ")
            let end = line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex
            if end > line.startIndex { append(verbatim: String(line[..<end])) }
        }
        gap()
    }

    private mutating func writeLines(_ content: HTML) {
        gap()
        for line in content.rawText.split(separator: "\n", omittingEmptySubsequences: false) {
            append(verbatim: String(line))
        }
        gap()
    }

    /// Adds running text; white space of any length becomes one space, as a browser shows it.
    private mutating func append(_ text: String) {
        for character in text {
            if character.isWhitespace, character != "\u{A0}" {
                if let last = current.last, last != " " { current.append(" ") }
            } else {
                current.append(character == "\u{A0}" ? " " : character)
            }
        }
    }

    private mutating func append(verbatim line: String) {
        endLine()
        store(line)
    }

    private mutating func gap() {
        endLine()
        gapDue = true
    }

    private mutating func breakLine() {
        if current.isEmpty { store("") } else { endLine() }
    }

    private mutating func endLine() {
        if current.last == " " { current.removeLast() }
        guard !current.isEmpty else { return }
        store(current)
        current = ""
    }

    private mutating func store(_ line: String) {
        if gapDue, !lines.isEmpty { lines.append("") }
        gapDue = false
        lines.append(line)
    }

    private static let blocks: Set<String> = [
        "html", "body", "header", "footer", "main", "nav", "section", "article", "aside", "div",
        "details", "summary", "figcaption", "form", "fieldset", "legend", "dt", "address", "li",
    ]

    private static let skipped: Set<String> = [
        "head", "script", "style", "template", "svg", "select", "textarea", "button", "dialog",
    ]

    private static func isHidden(_ tag: String, _ attributes: [Attribute]) -> Bool {
        skipped.contains(tag)
            || attributes.contains {
                $0.name == "hidden" || $0.name == "aria-hidden" && $0.value == "true"
            }
    }

    private static func withoutTags(_ markup: String) -> String {
        var text = ""
        var isInTag = false
        for character in markup {
            switch character {
            case "<": isInTag = true
            case ">" where isInTag: isInTag = false
            default: if !isInTag { text.append(character) }
            }
        }
        let entities = [
            ("&nbsp;", "\u{A0}"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"),
            ("&amp;", "&"),
        ]
        return entities.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}

extension HTML {
    /// The elements with one of the tags, in order, not looking inside them or inside the others.
    fileprivate func descendants(
        _ tags: Set<String>,
        stoppingAt others: Set<String>
    ) -> [(attributes: [Attribute], content: HTML)] {
        switch node {
        case .text, .trusted, .void: []
        case .group(let parts): parts.flatMap { $0.descendants(tags, stoppingAt: others) }
        case .element(let tag, let attributes, let content):
            if tags.contains(tag) {
                [(attributes, content)]
            } else if others.contains(tag) {
                []
            } else {
                content.descendants(tags, stoppingAt: others)
            }
        }
    }

    /// All text with its white space.
    fileprivate var rawText: String {
        switch node {
        case .text(let text), .trusted(let text): text
        case .group(let parts): parts.map(\.rawText).joined()
        case .void(let tag, _): tag == "br" ? "\n" : ""
        case .element(_, _, let content): content.rawText
        }
    }
}
