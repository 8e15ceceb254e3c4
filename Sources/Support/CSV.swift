/// Lines of comma-separated values (RFC 4180).
package enum CSV {
    /// A line with its end.
    ///
    /// Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
    /// injection); numbers stay numbers.
    package static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    // By scalars and bytes: a combining mark behind a quote or an equals sign would hide it from a
    // search by characters.
    private static func cell(_ text: String) -> String {
        let safe = isFormula(text) ? "'" + text : text
        guard safe.unicodeScalars.contains(where: needsQuotes) else { return safe }
        let doubled = safe.utf8.flatMap { $0 == 34 ? [34, 34] : [$0] }
        return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
    }

    private static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 10...13, 34, 44, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    private static func isFormula(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, "=+-@\t\r".unicodeScalars.contains(first) else {
            return false
        }
        let rest = scalars.dropFirst()
        let isNumber = rest.allSatisfy { ("0"..."9").contains($0) || $0 == "." }
        return !(isNumber && first == "-" && !rest.isEmpty)
    }
}
