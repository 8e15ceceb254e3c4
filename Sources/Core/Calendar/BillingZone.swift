import Foundation

/// The time zone that a customer's days are counted in.
package struct BillingZone: Hashable, Sendable {
    private let zone: TimeZone
    /// Zones that never change their clocks need no look-up.
    private let isUTC: Bool

    /// A zone by its name in the IANA time zone database, such as `Europe/Berlin`; nil for a name
    /// that the database does not have, abbreviations such as `CEST` among them.
    package init?(_ identifier: String) {
        if identifier == "UTC" || identifier == "Etc/UTC" || identifier == "GMT" {
            self = .utc
            return
        }
        guard identifier.contains("/"), let zone = TimeZone(identifier: identifier) else {
            return nil
        }
        self.zone = zone
        isUTC = false
    }

    private init() {
        zone = .gmt
        isUTC = true
    }

    package static let utc = BillingZone()

    /// The name in the IANA time zone database.
    package var identifier: String { isUTC ? "UTC" : zone.identifier }

    /// How far the zone's clocks are ahead of UTC at an instant, in seconds.
    package func offset(at instant: Instant) -> Int64 {
        isUTC ? 0 : Int64(zone.secondsFromGMT(for: instant.date))
    }

    /// The day that the zone's calendars show at an instant, and the second of it that its clocks
    /// do.
    package func civil(at instant: Instant) -> (date: CivilDate, secondOfDay: Int64) {
        let local = instant.seconds + offset(at: instant)
        let second = local.modulo(Instant.secondsOfDay)
        let days = (local - second) / Instant.secondsOfDay
        return (CivilDate(daysSince1970: days), second)
    }

    /// The instant at which the zone's clocks show a time.
    ///
    /// A time that is skipped or shown twice when clocks change is read with the offset from before
    /// the change: 02:30 becomes 03:30 when it is skipped, and is the first of two.
    package func instant(of date: CivilDate, secondOfDay: Int64) -> Instant {
        let local = Instant(seconds: date.daysSince1970 * Instant.secondsOfDay + secondOfDay)
        guard !isUTC else { return local }
        // No clock is further than 14 hours from UTC, so a day to either side is before and after a
        // change that concerns this time.
        let before = offset(at: local - Instant.secondsOfDay)
        let early = local - before
        if offset(at: early) == before { return early }
        let after = offset(at: local + Instant.secondsOfDay)
        let late = local - after
        return offset(at: late) == after ? late : early
    }
}

extension Int64 {
    /// The remainder of a division by a positive number that is never negative.
    fileprivate func modulo(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
