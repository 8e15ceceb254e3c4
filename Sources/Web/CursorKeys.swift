package import Foundation

extension Date {
    /// The moment as a sort key of a ``Cursor``: whole microseconds since 1970, nothing lost.
    package var cursorKey: String {
        String(Int64((timeIntervalSince1970 * 1_000_000).rounded()))
    }

    /// Reads what ``cursorKey`` prints.
    package init?(cursorKey text: String) {
        guard let microseconds = Int64(text), (-(1 << 53)...(1 << 53)).contains(microseconds) else {
            return nil
        }
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }
}
