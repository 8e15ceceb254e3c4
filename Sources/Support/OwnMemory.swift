import CAllocator
import Foundation

/// The memory of this process.
package enum OwnMemory {
    private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// How much of the machine's memory it takes now; 0 when the kernel does not say.
    package static var residentBytes: Int {
        // The second number of the kernel's line about us, in pages.
        let line = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * pageBytes
    }

    /// Gives back to the machine what the allocator keeps and nobody uses.
    ///
    /// The corresponding C function is `malloc_trim`.
    package static func giveBackSpare() { _ = callocator_give_back() }
}
