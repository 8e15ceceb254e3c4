import Dispatch
import Foundation
import Synchronization

/// A thread of its own for C functions that block, with a queue that cannot grow without limit.
///
/// Work that waits is dropped when its task is cancelled; work that runs is finished. The thread
/// ends when the last reference to this object goes.
package final class SideThread: Sendable {
    /// The queue has no room.
    package struct Full: Error, Sendable {
        package init() {}
    }

    private let jobs: JobQueue

    /// Starts a thread; at most `queueLimit` jobs may wait beside the one that runs.
    ///
    /// With `givesWay` it gets processor time only as others leave it, for work that is long and
    /// may take longer.
    package init(name: String, queueLimit: Int, givesWay: Bool = false) {
        let jobs = JobQueue(limit: queueLimit)
        self.jobs = jobs
        Thread.detachNewThread {
            SideThread.nameCurrentThread(name)
            // On Linux 0 is the thread that calls, and not its process.
            if givesWay { setpriority(Int32(PRIO_PROCESS.rawValue), 0, 5) }
            while let job = jobs.next() { job.run() }
        }
    }

    deinit { jobs.close() }

    /// Names the thread that runs. A name that is set from outside is not shown, and one that is
    /// set from inside has no effect until the creator has the new thread in hand, which may be
    /// later than its first step.
    private static func nameCurrentThread(_ name: String) {
        for _ in 0..<100 {
            Thread.current.name = name
            if Thread.current.name == name { return }
            Thread.sleep(forTimeInterval: 0.001)
        }
    }

    /// How many jobs wait.
    package var waiting: Int { jobs.count }

    /// Runs work on the thread without waiting for it; false when the queue has no room.
    package func start(_ work: @escaping @Sendable () -> Void) -> Bool {
        jobs.add(JobQueue.Job(id: jobs.nextID(), run: work, drop: { _ in }))
    }

    /// Runs work on the thread, after what was given to it before.
    ///
    /// - Throws: ``Full``, `CancellationError` when the task is cancelled before the work began, or
    ///   what the work throws.
    package func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let id = jobs.nextID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let job = JobQueue.Job(
                    id: id,
                    run: { continuation.resume(with: Result { try work() }) },
                    drop: { continuation.resume(throwing: $0) }
                )
                guard jobs.add(job) else { return job.drop(Full()) }
                // The task may have been cancelled before its job was in the queue.
                if Task.isCancelled { jobs.drop(id) }
            }
        } onCancel: {
            jobs.drop(id)
        }
    }
}

private final class JobQueue: Sendable {
    struct Job: Sendable {
        let id: UInt64
        let run: @Sendable () -> Void
        let drop: @Sendable (any Error) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var lastID: UInt64 = 0
        var isRunning = false
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    init(limit: Int) { self.limit = limit }

    var count: Int { state.withLock { $0.jobs.count } }

    func nextID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Puts a job into the queue; false when it is full.
    func add(_ job: Job) -> Bool {
        let isAdded = state.withLock { state in
            let room = limit + (state.isRunning ? 0 : 1)
            guard !state.isClosed, state.jobs.count < room else { return false }
            state.jobs.append(job)
            return true
        }
        if isAdded { wake.signal() }
        return isAdded
    }

    /// Takes a job out of the queue, unless it runs already.
    func drop(_ id: UInt64) {
        let job: Job? = state.withLock { state in
            guard let index = state.jobs.firstIndex(where: { $0.id == id }) else { return nil }
            return state.jobs.remove(at: index)
        }
        job?.drop(CancellationError())
    }

    /// Waits for a job; nil when the queue is closed.
    func next() -> Job? {
        state.withLock { $0.isRunning = false }
        while true {
            wake.wait()
            let (job, isClosed): (Job?, Bool) = state.withLock { state in
                guard !state.isClosed else { return (nil, true) }
                guard !state.jobs.isEmpty else { return (nil, false) }
                state.isRunning = true
                return (state.jobs.removeFirst(), false)
            }
            if isClosed { return nil }
            if let job { return job }
        }
    }

    func close() {
        let left = state.withLock { state in
            state.isClosed = true
            defer { state.jobs = [] }
            return state.jobs
        }
        wake.signal()
        for job in left { job.drop(CancellationError()) }
    }
}
