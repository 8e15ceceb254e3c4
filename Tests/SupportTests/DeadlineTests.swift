import Support
import Synchronization
import Testing

@Suite struct DeadlineTests {
    private struct Failure: Error, Equatable {}

    @Test func `work that ends in time gives its value or its error`() async throws {
        #expect(try await withDeadline(seconds: 60) { 7 } == 7)
        await #expect(throws: Failure()) { try await withDeadline(seconds: 60) { throw Failure() } }
    }

    @Test func `work that takes too long is cancelled`() async {
        let isCancelled = Mutex(false)
        await #expect(throws: DeadlineExceeded.self) {
            try await withDeadline(seconds: 0.01) {
                do {
                    try await Task.sleep(for: .seconds(60))
                } catch {
                    isCancelled.withLock { $0 = true }
                    throw error
                }
            }
        }
        #expect(isCancelled.withLock { $0 })
        #expect("\(DeadlineExceeded(seconds: 2.5))" == "not finished within 2.5 s")
    }

    @Test func `cancelling the caller cancels the work`() async {
        let task = Task {
            try await withDeadline(seconds: 60) { try await Task.sleep(for: .seconds(60)) }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
