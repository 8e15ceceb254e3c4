package import Foundation

/// A point in time, to the second.
///
/// The engine counts in whole seconds: they are exact, and a fraction of one is worth nothing.
package struct Instant: Hashable, Sendable, Comparable {
    /// Seconds since 1970 began in UTC, without leap seconds.
    package let seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    /// The second that a date falls in.
    package init(_ date: Date) { seconds = Int64(date.timeIntervalSince1970.rounded(.down)) }

    /// The start of the second, as Foundation's type.
    package var date: Date { Date(timeIntervalSince1970: TimeInterval(seconds)) }

    package static func < (one: Instant, other: Instant) -> Bool { one.seconds < other.seconds }

    package static func + (instant: Instant, seconds: Int64) -> Instant {
        Instant(seconds: instant.seconds + seconds)
    }

    package static func - (instant: Instant, seconds: Int64) -> Instant {
        Instant(seconds: instant.seconds - seconds)
    }

    package static let secondsOfDay: Int64 = 86_400
}

/// A stretch of time: from its start up to, but not including, its end.
package struct TimeSpan: Hashable, Sendable {
    package let from: Instant
    package let to: Instant

    /// The end is not before the start.
    package init(from: Instant, to: Instant) {
        precondition(from <= to, "a span ends before it starts")
        self.from = from
        self.to = to
    }

    package var seconds: Int64 { to.seconds - from.seconds }
    package var isEmpty: Bool { from == to }

    package func contains(_ instant: Instant) -> Bool { from <= instant && instant < to }
}

extension TimeSpan: CustomStringConvertible {
    /// The length as people say it: `30 days`, `11 days 4 h`, `2 h 1 min 5 s`.
    package var description: String {
        let parts = [
            (seconds / 86_400, " day"), (seconds / 3_600 % 24, " h"), (seconds / 60 % 60, " min"),
            (seconds % 60, " s"),
        ]
        let texts = parts.filter { $0.0 > 0 }.map { count, unit in
            "\(count)\(unit)" + (unit == " day" && count != 1 ? "s" : "")
        }
        return texts.isEmpty ? "0 s" : texts.joined(separator: " ")
    }
}
