import Foundation
import Support
import Testing

@Suite struct OwnMemoryTests {
    @Test(.systemAllocator) func `what lies between small pieces in use is given back`() {
        let count = 4_096
        var pieces: [[UInt8]] = []
        var between: [[UInt8]] = []
        let before = OwnMemory.residentBytes
        for number in 0..<count {
            pieces.append([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 16_384))
            between.append([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 64))
        }
        pieces = []
        let kept = OwnMemory.residentBytes
        OwnMemory.giveBackSpare()
        let left = OwnMemory.residentBytes
        #expect(kept - before > 48 << 20, "the allocator keeps it, or there is nothing to show")
        #expect(kept - left > 32 << 20)
        #expect(between.allSatisfy { $0.count == 64 })
    }
}

extension Trait where Self == ConditionTrait {
    /// For what a sanitizer, which brings an allocator of its own, makes meaningless.
    fileprivate static var systemAllocator: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["SANITIZER"] == nil,
            "a sanitizer has its own allocator"
        )
    }
}
