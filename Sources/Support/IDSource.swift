package import Foundation
import Synchronization

/// Where identifiers come from: UUIDs of version 7 (RFC 9562), which sort by the time they were
/// made.
package final class IDSource: Sendable {
    private let make: @Sendable () -> UUID

    /// Identifiers from the system's random numbers and a clock.
    package init(clock: BusinessClock) {
        make = {
            var random = SystemRandomNumberGenerator()
            return UUID(version7At: clock.now, high: random.next(), low: random.next())
        }
    }

    /// The same row of identifiers for the same seed, for tests.
    package init(seed: UInt64) {
        let counter = Mutex(seed)
        make = {
            let value = counter.withLock { counter in
                counter += 1
                return counter
            }
            return UUID(
                version7At: Date(timeIntervalSince1970: 1_700_000_000),
                high: 0,
                low: value
            )
        }
    }

    /// The next identifier.
    package func next() -> UUID { make() }
}

extension UUID {
    /// A UUID of version 7: 48 bits of milliseconds, then 74 random bits (RFC 9562, 5.7).
    package init(version7At date: Date, high: UInt64, low: UInt64) {
        let milliseconds = UInt64(max(0, date.timeIntervalSince1970 * 1000))
        let upper = milliseconds << 16 | 0x7000 | high & 0x0FFF
        let lower = 0x8000_0000_0000_0000 | low & 0x3FFF_FFFF_FFFF_FFFF
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 {
            UInt8(truncatingIfNeeded: word >> (56 - 8 * index))
        }
        self.init(
            uuid: (
                byte(upper, 0), byte(upper, 1), byte(upper, 2), byte(upper, 3),
                byte(upper, 4), byte(upper, 5), byte(upper, 6), byte(upper, 7),
                byte(lower, 0), byte(lower, 1), byte(lower, 2), byte(lower, 3),
                byte(lower, 4), byte(lower, 5), byte(lower, 6), byte(lower, 7)
            )
        )
    }

    /// The sixteen bytes, most significant first.
    package var bytes: [UInt8] {
        let (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) = uuid
        return [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
    }

    /// A UUID from exactly sixteen bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            )
        )
    }
}
