import Support

/// What a burst of large requests leaves behind: memory that the allocator keeps for the next one.
///
/// It would keep it for good, because a few small pieces that are still in use lie between.
enum SpareMemory {
    private static let mostGrowth = 16 << 20

    /// Gives it back within seconds, whenever the process has grown.
    static func watch() async {
        var least = OwnMemory.residentBytes
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(5))
            if OwnMemory.residentBytes > least + mostGrowth {
                OwnMemory.giveBackSpare()
                least = OwnMemory.residentBytes
            } else {
                least = min(least, OwnMemory.residentBytes)
            }
        }
    }
}
