import Foundation

/// How long one must wait after failed log-ins: not at all for the first few, then twice as long
/// after each, up to a cap, so that guessing is slow and nobody is shut out for good.
package struct LoginPause: Sendable, Equatable {
    /// How many tries in a row cost nothing.
    package let freeTries: Int
    package let capSeconds: Double
    /// How long failures are remembered.
    package static let memorySeconds = 86_400.0

    /// For one account from one address or browser.
    package static let perPlace = LoginPause(freeTries: 5, capSeconds: 900)

    /// For one account from anywhere: slows those who guess from many addresses, and is short
    /// enough for an owner on a new device to get a turn.
    package static let perAccount = LoginPause(freeTries: 20, capSeconds: 60)

    package init(freeTries: Int, capSeconds: Double) {
        self.freeTries = freeTries
        self.capSeconds = capSeconds
    }

    /// The wait after so many failures.
    package func seconds(after failures: Int) -> Double {
        guard failures >= freeTries else { return 0 }
        return min(capSeconds, pow(2, Double(min(failures - freeTries, 30))))
    }
}
