import Foundation
import Synchronization

/// Named places in the code where a test may kill the process, to prove that nothing is lost there.
///
/// Armed by the environment variable `FAULT_POINT` (`name` or `name:n` for the n-th time it is
/// reached), which only sandbox mode reads; unarmed, a point costs one comparison.
package final class FaultPoints: Sendable {
    private let armed: (name: String, times: Int)?
    private let passed = Mutex(0)

    /// Reads what is armed; an empty or absent text arms nothing.
    package init(armed text: String? = nil) {
        let parts = (text ?? "").split(separator: ":", maxSplits: 1)
        armed = parts.first.map { (String($0), parts.count > 1 ? Int(parts[1]) ?? 1 : 1) }
    }

    /// Ends the process as `kill -9` would, when this point is armed and its turn has come.
    package func reach(_ name: String) {
        guard let armed, armed.name == name else { return }
        let count = passed.withLock { passed in
            passed += 1
            return passed
        }
        guard count == armed.times else { return }
        FileHandle.standardError.write(Data("fault point reached: \(name)\n".utf8))
        kill(getpid(), SIGKILL)
    }
}
