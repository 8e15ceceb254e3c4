import Foundation
import Testing

extension Trait where Self == ConditionTrait {
    /// For suites that take long, which `make check` leaves out.
    static var long: Self {
        .enabled(if: ProcessInfo.processInfo.environment["BILLING_FAST"] != "1", "takes long")
    }
}
