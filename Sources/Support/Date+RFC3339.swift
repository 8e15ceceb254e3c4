package import Foundation

extension Date {
    /// This moment as RFC 3339 in UTC to the second, such as `2026-11-20T08:11:00Z`.
    ///
    /// By the Gregorian calendar at all times, as RFC 3339 has it; Foundation's formats go over to
    /// the Julian one before 1582.
    package var rfc3339: String {
        let seconds = Int(exactly: timeIntervalSince1970.rounded(.down)) ?? 0
        let second = ((seconds % 86_400) + 86_400) % 86_400
        let (year, month, day) = Date.gregorian((seconds - second) / 86_400)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let minutes = "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2))"
        return "\(date)T\(minutes):\(padded(second % 60, 2))Z"
    }

    /// The date of a day that is counted from 1970-01-01.
    ///
    /// It counts from a 1st of March, so that leap days end the years, and in eras of 400 years,
    /// which all have as many days.
    private static func gregorian(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let dayOfEra = ((shifted % 146_097) + 146_097) % 146_097
        let era = (shifted - dayOfEra) / 146_097
        let leapDays = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leapDays) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let place = (5 * dayOfYear + 2) / 153
        let month = place < 10 ? place + 3 : place - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * place + 2) / 5 + 1)
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
