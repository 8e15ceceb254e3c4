import Foundation

/// A database's schema as text that is the same for the same schema.
enum SchemaDump {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func text(of conninfo: String) throws -> String {
        let dump = Process()
        let (output, errors) = (Pipe(), Pipe())
        dump.executableURL = try program
        dump.arguments = ["--schema-only", "--no-owner", "--dbname", conninfo]
        dump.standardOutput = output
        dump.standardError = errors
        try dump.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        dump.waitUntilExit()
        guard dump.terminationStatus == 0 else {
            throw Failure(description: String(decoding: complaint, as: UTF8.self))
        }
        return normalized(String(decoding: data, as: UTF8.self))
    }

    /// The newest `pg_dump` of those that Debian keeps side by side.
    private static var program: URL {
        get throws {
            let base = "/usr/lib/postgresql"
            let versions = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
            let newest = versions.compactMap { Int($0) }.max()
            guard let newest else { throw Failure(description: "pg_dump is not installed") }
            return URL(fileURLWithPath: "\(base)/\(newest)/bin/pg_dump")
        }
    }

    /// Without comments, settings and whatever else depends on the version that wrote it.
    private static func normalized(_ text: String) -> String {
        let noise = ["--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict"]
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if noise.contains(where: { line.hasPrefix($0) }) { continue }
            if line.isEmpty && lines.last?.isEmpty ?? true { continue }
            lines.append(line)
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }
}
