import Foundation

/// A `timestamptz`: microseconds since midnight UTC of 1 January 2000.
struct Timestamp: Equatable {
    let microseconds: Int64

    /// From the server's epoch to Foundation's reference date, the start of 2001; 2000 was a leap
    /// year.
    private static let secondsToReference = 31_622_400.0

    /// A date to the nearest microsecond; what is beyond the server's range is held at its ends.
    init(_ date: Date) {
        let seconds = date.timeIntervalSinceReferenceDate
        let micros = (seconds * 1e6).rounded() + Self.secondsToReference * 1e6
        microseconds = Int64(min(max(micros, -210_866_803_200e6), 9_224_318_015_999e6))
    }

    /// Reads what the server prints in UTC, such as `2026-11-20 08:11:00.25+00`.
    ///
    /// Nil for infinity, for years before Christ and for other zones.
    init?(text: String) {
        guard let end = text.utf8.lastIndex(of: UInt8(ascii: "+")), text[end...] == "+00" else {
            return nil
        }
        let halves = text[..<end].split(separator: " ")
        guard halves.count == 2 else { return nil }
        let day = halves[0].split(separator: "-").compactMap { Int64($0) }
        let whole = halves[1].split(separator: ".", omittingEmptySubsequences: false)
        let time = whole[0].split(separator: ":").compactMap { Int64($0) }
        guard day.count == 3, time.count == 3 else { return nil }
        let fraction = whole.count > 1 ? String(whole[1]) : ""
        let padded = fraction + String(repeating: "0", count: max(0, 6 - fraction.utf8.count))
        guard padded.utf8.count == 6, let micros = Int64(padded) else { return nil }
        let days = Self.days(year: day[0], month: day[1], day: day[2])
        let seconds = days * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
        microseconds = seconds * 1_000_000 + micros
    }

    /// The text that the server reads as this moment; years after Christ only.
    var text: String {
        let (days, rest) = microseconds.floorDivided(by: 86_400_000_000)
        let (year, month, day) = Self.civil(days)
        func two(_ value: Int64) -> String { (value < 10 ? "0" : "") + String(value) }
        let time = [rest / 3_600_000_000, rest / 60_000_000 % 60, rest / 1_000_000 % 60]
        let fraction = String(1_000_000 + rest % 1_000_000).dropFirst()
        let padded = String(repeating: "0", count: max(0, 4 - String(max(year, 0)).count))
        return "\(padded)\(year)-\(two(month))-\(two(day)) "
            + time.map(two).joined(separator: ":") + ".\(fraction)+00"
    }

    var date: Date {
        let reference = microseconds - Int64(Self.secondsToReference) * 1_000_000
        return Date(timeIntervalSinceReferenceDate: Double(reference) / 1e6)
    }

    /// Days from 1 January 2000 to a date of the Gregorian calendar.
    ///
    /// Years are counted from March, so that the leap day is the last of its year.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 730_425
    }

    /// The date that is some days after 1 January 2000; the reverse of ``days(year:month:day:)``.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 730_425).floorDivided(by: 146_097)
        let leaps = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leaps) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    /// The quotient rounded down, and the remainder, which is never negative.
    fileprivate func floorDivided(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
