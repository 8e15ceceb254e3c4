import Synchronization
import Wire

/// How a simulated service misbehaves.
package enum FaultMode: String, Sendable, CaseIterable {
    /// The connection ends before any answer; nothing happened.
    case refuse
    /// No answer until the caller gives up; nothing happened.
    case timeoutBefore = "timeout_before"
    /// No answer until the caller gives up; the call took effect.
    case timeoutAfter = "timeout_after"
    /// The service's own error 500; nothing happened.
    case internalError = "error_500"
    /// The service's own "too many requests"; nothing happened.
    case rateLimit = "rate_limit"
    /// The service's own "somebody else is at work on this", where it says that; nothing happened.
    case lockTimeout = "lock_timeout"
    /// The service's own final no; nothing happened.
    case reject
    /// An answer that is not what was asked for; the call took effect.
    case garbage
    /// The right answer, late.
    case slow

    /// Whether the caller gets no answer at all.
    var losesAnswer: Bool { [.refuse, .timeoutBefore, .timeoutAfter].contains(self) }
}

/// What fails next, and how often.
package struct Fault: Sendable, Equatable {
    /// `METHOD /path`, matched from the start; `*` stands for any characters, a final `$` for the
    /// end. The mail server's calls are `SMTP DATA`, `SMTP RCPT` and so on.
    package let match: String
    package let mode: FaultMode
    package var times: Int

    package init(_ match: String, _ mode: FaultMode, times: Int = 1) {
        self.match = match
        self.mode = mode
        self.times = times
    }

    /// Whether this fault is for a call such as `POST /v1/refunds`.
    package func matches(_ call: String) -> Bool {
        let isWhole = match.hasSuffix("$")
        let pattern = isWhole ? String(match.dropLast()) : match + "*"
        return Self.matches(Array(call.utf8)[...], Array(pattern.utf8)[...])
    }

    private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            let rest = pattern.dropFirst()
            return rest.isEmpty || text.indices.contains { matches(text[$0...], rest) }
                || matches(text[text.endIndex...], rest)
        }
        return text.first == first && matches(text.dropFirst(), pattern.dropFirst())
    }

    var json: JSON {
        ["match": .string(match), "mode": .string(mode.rawValue), "times": .integer(Int64(times))]
    }
}

/// The faults that wait for their call.
package final class FaultPlan: Sendable {
    private let waiting = Mutex<[Fault]>([])

    package init() {}

    /// Lets the next matching calls fail.
    package func add(_ fault: Fault) {
        waiting.withLock { $0.append(fault) }
    }

    /// Lets everything work again.
    package func clear() {
        waiting.withLock { $0.removeAll() }
    }

    /// What is still to fail.
    package var faults: [Fault] { waiting.withLock { $0 } }

    /// Takes the first fault for a call such as `POST /v1/refunds`, and counts it.
    package func take(_ call: String) -> FaultMode? {
        waiting.withLock { waiting in
            guard let index = waiting.firstIndex(where: { $0.matches(call) }) else { return nil }
            let mode = waiting[index].mode
            waiting[index].times -= 1
            if waiting[index].times <= 0 { waiting.remove(at: index) }
            return mode
        }
    }
}
