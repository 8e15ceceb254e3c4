import Foundation
import Testing

/// A PDF on disk, and what poppler reads in it.
final class PDFFile {
    private let file: URL

    init(_ bytes: [UInt8]) throws {
        file = FileManager.default.temporaryDirectory
            .appending(path: "app-tests-\(UUID().uuidString).pdf")
        try Data(bytes).write(to: file)
    }

    deinit { try? FileManager.default.removeItem(at: file) }

    /// The text of each page as it is laid out.
    func pages() throws -> [String] {
        try output("pdftotext", "-layout", "FILE", "-").split(separator: "\u{C}").map(String.init)
    }

    /// The words one after the other, wherever their lines were broken.
    func words() throws -> String {
        try output("pdftotext", "-raw", "FILE", "-").split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
    }

    /// The only file that is attached.
    func attachment() throws -> String {
        try output("pdfdetach", "-save", "1", "-o", "/dev/stdout", "FILE")
    }

    private func output(_ program: String, _ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments.map { $0 == "FILE" ? file.path : $0 }
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program)")
        return String(decoding: data, as: UTF8.self)
    }
}
