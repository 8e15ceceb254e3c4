import Dispatch
import Foundation
package import Support
import Synchronization

/// The folder in which the simulators keep their books from one run to the next.
package struct BooksFolder: Sendable {
    private let folder: URL
    private let log: Log

    /// The folder, made for the owner alone when it is not there.
    package init(_ path: String, log: Log = .silent) throws {
        folder = URL(filePath: path, directoryHint: .isDirectory)
        self.log = log
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }

    /// How far the simulators' clock was ahead when they ended.
    package func clockOffsetSeconds() throws -> Int64 {
        try file("clock").read(Int64.self) ?? 0
    }

    func keepClock(offsetSeconds: Int64) {
        let clock = file("clock")
        clock.write { offsetSeconds }
        clock.flush()
    }

    func file(_ name: String) -> BooksFile {
        BooksFile(folder.appending(path: "\(name).json"), log: log)
    }
}

/// One simulator's file.
///
/// It is written a moment after a change, once for all changes of that moment, and by renaming a
/// finished file: whoever ends the program, and however, finds the books whole.
final class BooksFile: Sendable {
    /// The file is there and says nothing that can be used.
    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String {
            "The sandbox's books in \(path) cannot be read (\(reason)). Remove them together with "
                + "the database of the same data directory: each knows the other's numbers."
        }
    }

    private let url: URL
    private let log: Log
    private let queue: DispatchQueue
    /// What is to be written next; nil when all is written.
    private let waiting = Mutex<(@Sendable () throws -> Data)?>(nil)
    /// How long the last writing took.
    private let lastSeconds = Mutex(0.0)

    init(_ url: URL, log: Log) {
        self.url = url
        self.log = log
        queue = DispatchQueue(label: "books of \(url.lastPathComponent)")
    }

    func read<State: Decodable>(_ type: State.Type) throws -> State? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(contentsOf: url))
        } catch {
            throw Unreadable(path: url.path, reason: "\(error)")
        }
    }

    /// Writes a state soon, as it is then.
    func write<State: Encodable & Sendable>(_ state: @escaping @Sendable () -> State) {
        let isFirst = waiting.withLock { waiting in
            defer { waiting = { try JSONEncoder().encode(state()) } }
            return waiting == nil
        }
        guard isFirst else { return }
        // Large books take long to write: the pause keeps that to a sixth of the time. A disk that
        // was slow once does not put off the next writing for longer than a second.
        let pause = min(1, max(0.02, 5 * lastSeconds.withLock { $0 }))
        queue.asyncAfter(deadline: .now() + pause) { self.writeNow() }
    }

    /// Writes what waits, and answers when it is written.
    func flush() { queue.sync { writeNow() } }

    private func writeNow() {
        let next = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        guard let next else { return }
        let began = ContinuousClock.now
        do {
            try next().write(to: url, options: .atomic)
        } catch {
            log.error("the sandbox's books were not written", ["reason": "\(error)"])
        }
        lastSeconds.withLock { $0 = (ContinuousClock.now - began) / .seconds(1) }
    }
}
