/// A page's drawing commands as cairo writes them: one a line, tagged parts between a line that
/// ends in `BDC` and the line `EMC`.
enum ContentStream {
    /// Marks as decoration what no tag is around, which the library has no word for and PDF/UA
    /// wants of everything.
    static func markingArtifacts(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 256)
        var depth = 0
        var loose: [UInt8] = []
        for line in bytes.split(separator: newline, omittingEmptySubsequences: true) {
            let isBeginning = ends(line, in: " BDC") || ends(line, in: " BMC")
            if isBeginning && depth == 0 { flush(&loose, to: &result) }
            if isBeginning { depth += 1 }
            if depth == 0 {
                loose += line + [newline]
            } else {
                result += line + [newline]
            }
            if line.elementsEqual("EMC".utf8) { depth -= 1 }
        }
        flush(&loose, to: &result)
        return result
    }

    private static let newline: UInt8 = 10

    private static func ends(_ line: ArraySlice<UInt8>, in word: String) -> Bool {
        line.suffix(word.utf8.count).elementsEqual(word.utf8)
    }

    private static func flush(_ loose: inout [UInt8], to result: inout [UInt8]) {
        guard !loose.isEmpty else { return }
        result += Array("/Artifact BMC\n".utf8) + loose + Array("EMC\n".utf8)
        loose = []
    }
}
