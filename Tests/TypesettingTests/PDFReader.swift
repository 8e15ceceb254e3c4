import Foundation
import Testing

/// A file on disk, and what other people's programs read in it.
final class PDFReader {
    let file: URL

    init(_ bytes: [UInt8]) throws {
        file = FileManager.default.temporaryDirectory
            .appending(path: "typesetting-\(UUID().uuidString).pdf")
        try Data(bytes).write(to: file)
    }

    deinit { try? FileManager.default.removeItem(at: file) }

    /// What a program prints about the file; `FILE` stands for its path.
    func output(_ program: String, _ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments.map { $0 == "FILE" ? file.path : $0 }
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        #expect(process.terminationStatus == 0, "\(program): \(text)")
        return text
    }

    /// The text of each page as it is selected and copied.
    func pages() throws -> [String] {
        try output("pdftotext", "-layout", "FILE", "-").split(separator: "\u{C}").map(String.init)
    }

    /// The tags with their texts.
    func structure() throws -> String { try output("pdfinfo", "-struct-text", "FILE") }
}
