package import Foundation
import Synchronization

/// The one clock that all code asks for the time.
///
/// It runs with the machine's clock plus an offset, which sandbox mode may move, or stands still at
/// a moment that a test sets. Times are whole microseconds, as PostgreSQL stores them, so that what
/// is read back equals what was written.
package final class BusinessClock: Sendable {
    private enum Source {
        case running(offsetSeconds: Double)
        case standing(at: Date)
    }

    private let source: Mutex<Source>

    /// A clock that runs with the machine's, shifted by an offset.
    package init(offsetSeconds: Double = 0) {
        source = Mutex(.running(offsetSeconds: offsetSeconds))
    }

    /// A clock that stands still until it is moved, for tests.
    package init(standingAt moment: Date) {
        source = Mutex(.standing(at: moment.wholeMicroseconds))
    }

    /// The time now, in whole microseconds.
    package var now: Date {
        source.withLock { source in
            switch source {
            case .running(let offset): Date().addingTimeInterval(offset).wholeMicroseconds
            case .standing(let moment): moment
            }
        }
    }

    /// The machine's own time, which is not moved with the business; what standing clocks show.
    ///
    /// For comparing with the clock of somebody outside who knows nothing of ours.
    package var machineNow: Date {
        source.withLock { source in
            switch source {
            case .running: Date().wholeMicroseconds
            case .standing(let moment): moment
            }
        }
    }

    /// Sets how far a running clock is ahead of the machine's; a standing clock starts to run.
    package func setOffset(seconds: Double) {
        source.withLock { $0 = .running(offsetSeconds: seconds) }
    }

    /// Moves the clock by some seconds.
    package func advance(seconds: Double) {
        source.withLock { source in
            switch source {
            case .running(let offset): source = .running(offsetSeconds: offset + seconds)
            case .standing(let moment):
                source = .standing(at: moment.addingTimeInterval(seconds).wholeMicroseconds)
            }
        }
    }
}

extension Date {
    /// This moment rounded to whole microseconds, the resolution of `timestamptz`.
    package var wholeMicroseconds: Date {
        Date(timeIntervalSinceReferenceDate: (timeIntervalSinceReferenceDate * 1e6).rounded() / 1e6)
    }
}
