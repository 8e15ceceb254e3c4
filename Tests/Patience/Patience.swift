import Foundation

/// How long the tests wait for what is to come.
///
/// `TEST_PATIENCE=8` waits eight times as long as usual, for runs in which everything is slower:
/// under a sanitizer, or beside other work. It changes how long a test waits before it fails, and
/// never what it wants.
package enum Patience {
    /// By how much more than usual.
    package static let factor: Double = {
        let text = ProcessInfo.processInfo.environment["TEST_PATIENCE"] ?? ""
        return max(1, Double(text) ?? 1)
    }()

    /// What is usually so many seconds.
    package static func seconds(_ usual: Double) -> Double { usual * factor }
}
