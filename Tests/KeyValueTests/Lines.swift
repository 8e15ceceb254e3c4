import Foundation
import Patience
import Support
import Synchronization

/// The lines of a log, kept for a test.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var log: Log {
        Log(least: .debug) { line in self.lines.withLock { $0.append(line) } }
    }

    func count(of message: String) -> Int {
        lines.withLock { $0.count { $0.contains("\"message\":\"\(message)\"") } }
    }
}

/// What something gives as soon as it gives anything, or nil after many attempts.
func eventually<Value>(_ attempt: () async -> Value?) async -> Value? {
    for _ in 0..<Int(Patience.seconds(500)) {
        if let value = await attempt() { return value }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return nil
}
