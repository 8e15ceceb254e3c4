extension HTML {
    /// The markup, everything that varies escaped.
    package func render() -> String { String(decoding: bytes, as: UTF8.self) }

    /// The markup in UTF-8.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(4_096)
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch node {
        case .text(let text): HTML.escape(text, to: &output)
        case .trusted(let markup): output += markup.utf8
        case .group(let parts):
            for part in parts { part.write(to: &output) }
        case .void(let tag, let attributes):
            HTML.open(tag, attributes, to: &output)
        case .element(let tag, let attributes, let content):
            if tag == "html" { output += "<!doctype html>".utf8 }
            HTML.open(tag, attributes, to: &output)
            let start = output.count
            content.write(to: &output)
            // A parser drops the first line break in these two, so a break that counts is doubled.
            if tag == "textarea" || tag == "pre", output.count > start, output[start] == 10 {
                output.insert(10, at: start)
            }
            HTML.close(tag, to: &output)
        }
    }

    static func open(_ tag: String, _ attributes: [Attribute], to output: inout [UInt8]) {
        output.append(60)
        output += tag.utf8
        for attribute in Attribute.merged(attributes) {
            output.append(32)
            output += attribute.name.utf8
            guard let value = attribute.value else { continue }
            output += "=\"".utf8
            escape(value, to: &output)
            output.append(34)
        }
        output.append(62)
    }

    static func close(_ tag: String, to output: inout [UInt8]) {
        output += "</".utf8
        output += tag.utf8
        output.append(62)
    }

    /// Writes text so that it can stand in an element and in a quoted attribute alike.
    static func escape(_ text: String, to output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case 38: output += "&amp;".utf8
            case 60: output += "&lt;".utf8
            case 62: output += "&gt;".utf8
            case 34: output += "&quot;".utf8
            case 39: output += "&#39;".utf8
            case 9, 10, 13, 32...126, 128...: output.append(byte)
            default: output += "\u{FFFD}".utf8
            }
        }
    }
}

extension Attribute {
    /// The attributes as they are written: each name once, classes joined.
    static func merged(_ attributes: [Attribute]) -> [Attribute] {
        var merged: [Attribute] = []
        for attribute in attributes where !attribute.name.isEmpty {
            guard let index = merged.firstIndex(where: { $0.name == attribute.name }) else {
                merged.append(attribute)
                continue
            }
            guard attribute.name == "class" else { continue }
            let both = [merged[index].value, attribute.value].compactMap(\.self)
            merged[index] = Attribute("class", both.joined(separator: " "))
        }
        return merged
    }
}
