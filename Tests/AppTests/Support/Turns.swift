/// Lets a few tasks at a time do something heavy; the others wait for their turn.
actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(atOnce: Int) { free = atOnce }

    /// Runs work when it is its turn.
    func take<Value: Sendable>(
        _ work: @concurrent @Sendable () async throws -> Value
    ) async throws -> Value {
        await begin()
        defer { end() }
        return try await work()
    }

    private func begin() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func end() {
        guard waiting.isEmpty else {
            waiting.removeFirst().resume()
            return
        }
        free += 1
    }
}
