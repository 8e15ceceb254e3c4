/// The time allowed for some work has passed.
package struct DeadlineExceeded: Error, CustomStringConvertible {
    /// How long the work was given.
    package let seconds: Double

    package init(seconds: Double) { self.seconds = seconds }

    package var description: String { "not finished within \(seconds) s" }
}

/// Runs work and cancels it when it takes longer than it may.
///
/// - Throws: ``DeadlineExceeded`` when the time has passed, or what the work throws.
package func withDeadline<Value: Sendable>(
    seconds: Double,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            throw DeadlineExceeded(seconds: seconds)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw DeadlineExceeded(seconds: seconds) }
        return value
    }
}
