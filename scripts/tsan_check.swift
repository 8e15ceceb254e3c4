// What `scripts/sanitize` asks the thread sanitizer before it believes it: two threads count
// together, with a lock that they wait for (`locked`), or without one (`racing`).
import Foundation
import Synchronization

final class Count: @unchecked Sendable {
    let lock = Mutex(())
    var value = 0
}

let count = Count()
let takesLock = CommandLine.arguments.last == "locked"
let ended = DispatchSemaphore(value: 0)
for _ in 0..<2 {
    Thread.detachNewThread {
        for _ in 0..<20_000 {
            if takesLock {
                count.lock.withLock { _ in count.value += 1 }
            } else {
                count.value += 1
            }
        }
        ended.signal()
    }
}
ended.wait()
ended.wait()
