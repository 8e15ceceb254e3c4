import Support
import Synchronization

/// Makes request ids: some random characters of this process, then a number that counts up.
///
/// They need to be unique but not secret, and asking the system for random bytes each time would
/// cost as much as a quick answer.
package final class RequestIDs: Sendable {
    private let start = Base32.encode(randomBytes(10))
    private let count = Atomic<UInt64>(0)

    package init() {}

    package func next() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return "req_\(start)\(String(number, radix: 32))"
    }
}
