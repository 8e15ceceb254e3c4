import Foundation
import Support
import Testing

@Suite struct OwnMemoryTests {
    /// In a process of its own: in one that has done much, the pieces fill gaps that were there.
    @Test(.systemAllocator) func `what lies between small pieces in use is given back`() async {
        await #expect(processExitsWith: .success) {
            let count = 4_096
            var pieces: [[UInt8]] = []
            var between: [[UInt8]] = []
            let before = OwnMemory.residentBytes
            for number in 0..<count {
                let byte = UInt8(truncatingIfNeeded: number)
                pieces.append([UInt8](repeating: byte, count: 16_384))
                between.append([UInt8](repeating: byte, count: 64))
            }
            pieces = []
            let kept = OwnMemory.residentBytes
            OwnMemory.giveBackSpare()
            let left = OwnMemory.residentBytes
            precondition(kept - before > 48 << 20, "there is nothing to show")
            precondition(kept - left > 32 << 20)
            precondition(between.allSatisfy { $0.count == 64 })
        }
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
