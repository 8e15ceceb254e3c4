/// Lines of comma-separated values (RFC 4180).
package enum CSV {
    /// A line with its end.
    ///
    /// Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
    /// injection); numbers stay numbers.
    package static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ text: String) -> String {
        let safe = isFormula(text) ? "'" + text : text
        guard safe.contains(where: { "\",\r\n".contains($0) || $0.isNewline }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }

    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.first, "=+-@\t\r".contains(first) else { return false }
        let isNumber = text.dropFirst().allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        return !(isNumber && first == "-" && text.count > 1)
    }
}
