import Foundation

/// What a burst of large requests leaves behind: memory that the allocator keeps for the next one.
///
/// It would keep it for good, because a few small pieces that are still in use lie between.
enum SpareMemory {
    private static let mostGrowth = 16 << 20

    /// Gives it back within seconds, whenever the process has grown.
    static func watch() async {
        var least = residentBytes()
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(5))
            if residentBytes() > least + mostGrowth {
                _ = giveBackMemory(0)
                least = residentBytes()
            } else {
                least = min(least, residentBytes())
            }
        }
    }

    /// The second number of the kernel's line about us, in pages.
    private static func residentBytes() -> Int {
        let line = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * 4_096
    }
}

/// The corresponding C function is `malloc_trim`, whose header the toolchain's module leaves out.
@_silgen_name("malloc_trim")
private func giveBackMemory(_ keptBytes: Int) -> CInt
