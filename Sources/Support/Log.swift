import Foundation
import Synchronization

/// A structured log: one JSON object a line on standard error.
///
/// The message is constant text; everything that varies goes into the fields, so that lines can be
/// searched and nothing a caller typed can forge one. Secrets never become fields.
package struct Log: Sendable {
    /// How much a line matters, from what only a developer reads to what wakes somebody up.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case debug, info, warning, error

        package static func < (one: Level, other: Level) -> Bool {
            allCases.firstIndex(of: one) ?? 0 < allCases.firstIndex(of: other) ?? 0
        }
    }

    private let least: Level
    private let fields: [String: String]
    private let write: @Sendable (String) -> Void

    /// A log that writes lines of at least some level.
    package init(
        least: Level = .info,
        write: @escaping @Sendable (String) -> Void = Log.toStandardError
    ) {
        self.init(least: least, fields: [:], write: write)
    }

    private init(
        least: Level,
        fields: [String: String],
        write: @escaping @Sendable (String) -> Void
    ) {
        self.least = least
        self.fields = fields
        self.write = write
    }

    /// A log that says nothing.
    package static let silent = Log(least: .error, write: { _ in })

    /// The same log with a field on every line, such as the request id.
    package func with(_ name: String, _ value: String) -> Log {
        Log(least: least, fields: fields.merging([name: value]) { $1 }, write: write)
    }

    /// Writes what only a developer reads; the fields are made when somebody does.
    package func debug(
        _ message: StaticString,
        _ fields: @autoclosure () -> [String: String] = [:]
    ) {
        if least <= .debug { line(.debug, message, fields()) }
    }

    package func info(_ message: StaticString, _ fields: [String: String] = [:]) {
        line(.info, message, fields)
    }

    package func warning(_ message: StaticString, _ fields: [String: String] = [:]) {
        line(.warning, message, fields)
    }

    package func error(_ message: StaticString, _ fields: [String: String] = [:]) {
        line(.error, message, fields)
    }

    private func line(_ level: Level, _ message: StaticString, _ more: [String: String]) {
        guard level >= least else { return }
        var entry = fields.merging(more) { $1 }
        entry["level"] = level.rawValue
        entry["message"] = "\(message)"
        entry["time"] = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(entry) else { return }
        write(String(decoding: data, as: UTF8.self))
    }

    /// Writes one line to standard error at once. A log that cannot be written, because a disk is
    /// full or a reader has gone, stops nothing.
    package static let toStandardError: @Sendable (String) -> Void = { line in
        standardError.withLock { _ in
            try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
        }
    }

    /// Held while a line is written, so that lines do not end up inside each other.
    private static let standardError = Mutex(())
}
