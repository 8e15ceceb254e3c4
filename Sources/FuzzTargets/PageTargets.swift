import Foundation
import HTTPServer
import Markup
import Support
import Web
import Wire

extension FuzzTarget {
    /// A redirect that a request names never leaves the site.
    static let redirect = FuzzTarget("redirect") { bytes in
        let asked = bytes.text
        let response = Response.redirect(to: asked)
        guard let target = response.headers["Location"] else {
            throw Violation(description: "a redirect leads nowhere")
        }
        let text = Array(target.utf8)
        try demand(text.allSatisfy { (33...126).contains($0) }, "a target has a control character")
        // Browsers drop tabs and line breaks and take a backslash for a slash.
        try demand(text.first == 47, "a target is no path")
        try demand(text.count == 1 || text[1] != 47 && text[1] != 92, "a target is another host")
        try demand(!text.contains(92), "a target has a backslash")
        let site = URL(string: "https://site.example")
        let resolved = URL(string: target, relativeTo: site)
        try demand(resolved == nil || resolved?.host() == "site.example", "a target is elsewhere")
        try demand(target == "/" || target.isExactly(asked), "a target was changed")
    }

    /// Nothing in a text or an attribute ends it, and it is shown as it is.
    static let markup = FuzzTarget("markup") { bytes in
        let text = bytes.text
        let page = p(.title(text), .data("x", text)) { text }
        let parts = page.render().utf8.split(separator: 34, omittingEmptySubsequences: false)
        // <p title="…" data-x="…">…</p>
        try demand(parts.count == 5, "a quote gets through")
        let tail = parts[4].dropFirst()
        try demand(tail.suffix(4).elementsEqual("</p>".utf8), "an element is not closed")
        for shown in [parts[1], parts[3], tail.dropLast(4)] {
            let isSafe = shown.allSatisfy { byte in
                byte >= 32 && byte != 60 && byte != 62 && byte != 39 && byte != 127
                    || byte == 9 || byte == 10 || byte == 13
            }
            try demand(isSafe, "a bracket, an apostrophe or a control character gets through")
            let meant = text.utf8.flatMap { byte in
                byte >= 32 && byte != 127 || byte == 9 || byte == 10 || byte == 13
                    ? [byte] : Array("\u{FFFD}".utf8)
            }
            try demand(Array(unescaped(Array(shown)).utf8) == meant, "a text is shown as another")
        }
        try checkAddress(text)
        _ = page.plainText
        _ = page.indented
    }

    private static func unescaped(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.first {
            let entity = byte == 38 ? entities.first { rest.starts(with: $0.written) } : nil
            output.append(entity?.meant ?? byte)
            rest = rest.dropFirst(entity?.written.count ?? 1)
        }
        return output.text
    }

    private static let entities: [(written: [UInt8], meant: UInt8)] = [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)[0]) }

    /// What a browser does to find an address's scheme, which must be one that runs nothing.
    private static func checkAddress(_ text: String) throws {
        let link = a(.href(text)) { "x" }.render()
        let parts = link.utf8.split(separator: 34, omittingEmptySubsequences: false)
        try demand(parts.count == 3, "a quote gets through in an address")
        var address = unescaped(Array(parts[1])).utf8.filter { $0 != 9 && $0 != 10 && $0 != 13 }
        address = Array(address.drop { $0 <= 32 })
        guard let end = address.firstIndex(where: { ":/?#".utf8.contains($0) }),
            address[end] == 58
        else { return }
        let scheme = String(decoding: address[..<end], as: UTF8.self).lowercased()
        let isKnown = ["http", "https", "mailto", "tel", "otpauth"].contains(scheme)
        let isScheme = scheme.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || "+-.".utf8.contains($0)
        }
        try demand(isKnown || !isScheme, "an address may run something: \(scheme)")
    }

    /// Lines for spreadsheets: the cells that were given, none of them a formula.
    static let csv = FuzzTarget("csv") { bytes in
        let cells = bytes.split(separator: 0, omittingEmptySubsequences: false).prefix(6)
            .map { Array($0).text }
        let line = Array(CSV.line(cells).utf8)
        guard let read = cellsOf(line) else {
            throw Violation(description: "a line cannot be read")
        }
        try demand(read.count == cells.count, "\(cells.count) cells became \(read.count)")
        for (cell, given) in zip(read, cells) {
            let own = Array(given.utf8)
            try demand(cell == own || cell == [39] + own, "a cell was changed")
            guard let first = cell.first, "=+-@\t\r".utf8.contains(first) else { continue }
            let isNumber = cell.dropFirst().allSatisfy { (48...57).contains($0) || $0 == 46 }
            try demand(first == 45 && isNumber && cell.count > 1, "a cell is a formula")
        }
    }

    /// The cells of one line as RFC 4180 reads them, by bytes.
    private static func cellsOf(_ line: [UInt8]) -> [[UInt8]]? {
        var cells: [[UInt8]] = []
        var rest = line[...]
        while true {
            var cell: [UInt8] = []
            if rest.first == 34 {
                rest = rest.dropFirst()
                while let byte = rest.popFirst() {
                    if byte == 34 {
                        guard rest.first == 34 else { break }
                        rest = rest.dropFirst()
                    }
                    cell.append(byte)
                }
            } else {
                while let byte = rest.first, byte != 44, byte != 13, byte != 10 {
                    guard byte != 34 else { return nil }
                    cell.append(byte)
                    rest = rest.dropFirst()
                }
            }
            cells.append(cell)
            if rest.elementsEqual([13, 10]) { return cells }
            guard rest.popFirst() == 44 else { return nil }
        }
    }

    /// The name of a file in a head: one name, and nothing after it.
    static let fileName = FuzzTarget("file-name") { bytes in
        let name = bytes.text
        let value = Response.file([], contentType: "text/plain", name: name)
            .headers["Content-Disposition"]
        guard let value, value.isOneLine else {
            throw Violation(description: "a file's name breaks the line")
        }
        let parts = value.utf8.split(separator: 34, omittingEmptySubsequences: false)
        try demand(parts.count == 3, "a file's name ends its quotes")
        try demand(!parts[1].contains(92) && !parts[1].contains(47), "a name is a path")
        let marks = parts[2].split(separator: 39, omittingEmptySubsequences: false)
        try demand(marks.count == 3, "the encoded name has an apostrophe")
        let decoded = PercentCoding.decode(marks[2].map { $0 }.text)
        try demand(
            name.utf8.contains(0) || decoded?.isExactly(name) == true,
            "a file's name is changed"
        )
    }
}
