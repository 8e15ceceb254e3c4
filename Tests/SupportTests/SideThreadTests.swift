import Dispatch
import Foundation
import Support
import Synchronization
import Testing

@Suite struct SideThreadTests {
    private struct Failure: Error, Equatable {}

    @Test func `work runs in order on one thread that is not the caller's`() async throws {
        let thread = SideThread(name: "side", queueLimit: 100)
        let seen = Mutex<[Int]>([])
        for index in 0..<50 {
            #expect(thread.start { seen.withLock { $0.append(index) } })
        }
        let name = try await thread.run { Thread.current.name }
        #expect(name == "side")
        #expect(seen.withLock { $0 } == Array(0..<50))
    }

    @Test func `a thread that gives way has less of the processor than its process`() async throws {
        let usual = SideThread(name: "usual", queueLimit: 1)
        let patient = SideThread(name: "patient", queueLimit: 1, givesWay: true)
        let niceness = { @Sendable in getpriority(Int32(PRIO_PROCESS.rawValue), 0) }
        let ours = try await usual.run(niceness)
        #expect(try await patient.run(niceness) == max(5, ours))
        #expect(try await usual.run(niceness) == ours)
    }

    @Test func `values and errors come back`() async throws {
        let thread = SideThread(name: "side", queueLimit: 1)
        #expect(try await thread.run { 7 } == 7)
        await #expect(throws: Failure()) { try await thread.run { throw Failure() } }
        #expect(try await thread.run { "still there" } == "still there")
    }

    @Test func `what does not fit the queue is refused at once`() async throws {
        let thread = SideThread(name: "side", queueLimit: 2)
        let (began, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        #expect(
            thread.start {
                began.signal()
                gate.wait()
            }
        )
        #expect(await began.comes())
        let ended = DispatchSemaphore(value: 0)
        #expect(thread.start {})
        #expect(thread.start { ended.signal() })
        #expect(thread.waiting == 2)
        #expect(!thread.start {})
        await #expect(throws: SideThread.Full.self) { try await thread.run {} }
        gate.signal()
        #expect(await ended.comes())
        #expect(try await thread.run { 7 } == 7)
        #expect(thread.waiting == 0)
    }

    @Test func `work whose task is cancelled while it waits never runs`() async throws {
        let thread = SideThread(name: "side", queueLimit: 2)
        let gate = DispatchSemaphore(value: 0)
        #expect(thread.start { gate.wait() })
        let hasRun = Mutex(false)
        let waiting = Task { try await thread.run { hasRun.withLock { $0 = true } } }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        gate.signal()
        try await thread.run {}
        #expect(!hasRun.withLock { $0 })
    }

    @Test func `the thread ends with its owner`() async {
        final class Witness: Sendable {
            let ended: DispatchSemaphore
            init(_ ended: DispatchSemaphore) { self.ended = ended }
            deinit { ended.signal() }
        }
        let ended = DispatchSemaphore(value: 0)
        func use() async {
            let thread = SideThread(name: "side", queueLimit: 1)
            let witness = Witness(ended)
            _ = try? await thread.run { _ = witness }
        }
        await use()
        #expect(await ended.comes())
    }
}

extension DispatchSemaphore {
    /// Whether a signal comes, waited for on another thread.
    fileprivate func comes() async -> Bool {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: self.wait(timeout: .now() + 30) == .success)
            }
        }
    }
}
