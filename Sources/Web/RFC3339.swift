package import Foundation

extension Date {
    /// Reads a time as RFC 3339 writes it, with `Z` or an offset; nil for anything else, such as a
    /// 30th of February, or an offset that leads beyond the year 9999.
    package init?(rfc3339 text: String) {
        var reader = TimeReader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
            reader.take("-"), let day = reader.number(2), reader.take("T", or: "t"),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
            reader.take(":"), let second = reader.number(2), let fraction = reader.fraction(),
            let offset = reader.offsetSeconds(), reader.isAtEnd,
            let days = daysSince1970(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let whole = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
        let seconds = Double(whole) + fraction
        guard Date.writable.contains(seconds) else { return nil }
        self.init(timeIntervalSince1970: seconds)
    }

    /// The years 1 to 9999 in UTC, which are all that RFC 3339 can write.
    private static let writable = -62_135_596_800.0..<253_402_300_800.0
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; nil when there is no such date.
private func daysSince1970(year: Int, month: Int, day: Int) -> Int? {
    guard year > 0, (1...12).contains(month) else { return nil }
    let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...lengths[month - 1]).contains(day) else { return nil }
    let before = year - 1
    let leapDays = before / 4 - before / 100 + before / 400
    let start = before * 365 + leapDays + lengths[..<(month - 1)].reduce(0, +)
    return start + day - 1 - 719_162
}

private struct TimeReader {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard offset < bytes.count, (48...57).contains(bytes[offset]) else { return nil }
            value = value * 10 + Int(bytes[offset] - 48)
            offset += 1
        }
        return value
    }

    mutating func take(_ one: Unicode.Scalar, or other: Unicode.Scalar? = nil) -> Bool {
        guard offset < bytes.count else { return false }
        let scalar = Unicode.Scalar(bytes[offset])
        guard scalar == one || scalar == other else { return false }
        offset += 1
        return true
    }

    /// The part of a second, to the microsecond; zero when it is left out.
    mutating func fraction() -> Double? {
        guard take(".") else { return 0 }
        var value = 0.0
        var scale = 100_000.0
        let start = offset
        while let digit = number(1) {
            value += Double(digit) * scale.rounded(.down)
            scale /= 10
        }
        return offset > start && offset - start <= 9 ? value / 1_000_000 : nil
    }

    mutating func offsetSeconds() -> Int? {
        if take("Z", or: "z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours < 24,
            minutes < 60
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
