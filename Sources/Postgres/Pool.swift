import Foundation
import Support
import Synchronization

/// Threads with one session each, and the jobs that wait for one.
final class Pool: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Waiter {
        let ticket: UInt64
        let deadline: Instant?
        /// Runs the job, and returns what tells its owner the outcome.
        let run: @Sendable (Session, Strike) -> () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct Running {
        let strike: Strike
        let deadline: Instant?
    }

    private struct State {
        var nextTicket: UInt64 = 0
        var waiting: [Waiter] = []
        var running: [UInt64: Running] = [:]
        var threads = 0
        var isClosed = false
        var watchedUntil: Instant?
        var whenEmpty: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let alarm = DispatchSemaphore(value: 0)
    private let strikes = DispatchQueue(label: "postgres.cancel", attributes: .concurrent)
    private let connect: @Sendable () throws -> Session
    private let log: Log
    let size: Int

    init(size: Int, log: Log, connect: @escaping @Sendable () throws -> Session) {
        self.size = max(1, size)
        self.log = log
        self.connect = connect
        state.withLock { $0.threads = self.size + 1 }
        for index in 1...self.size {
            startThread(named: "postgres.\(index)") { [self] in serve() }
        }
        startThread(named: "postgres.deadlines") { [self] in watchDeadlines() }
    }

    var metrics: (waiting: Int, busy: Int, total: Int) {
        state.withLock { ($0.waiting.count, $0.running.count, size) }
    }

    /// Runs a job on the next free session; a cancelled task leaves the queue, or is struck.
    func run<Value: Sendable>(
        until deadline: Instant?,
        _ job: @escaping @Sendable (Session, Strike) throws -> Value
    ) async throws -> Value {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(
                    Waiter(
                        ticket: ticket,
                        deadline: deadline,
                        run: { session, strike in
                            let outcome = Result { try job(session, strike) }
                            return { continuation.resume(with: outcome) }
                        },
                        fail: { continuation.resume(throwing: $0) }
                    )
                )
            }
        } onCancel: {
            // Cancelling blocks, and this runs on the thread of whoever cancels.
            strikes.async { [self] in stop(ticket, .cancelled, CancellationError()) }
        }
    }

    /// Refuses new jobs, lets the running ones end and waits until every thread has ended.
    func close() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.threads > 0 { state.whenEmpty.append { continuation.resume() } }
                return state.threads == 0
            }
            if isOver { continuation.resume() }
            beginClosing()
        }
    }

    /// Tells the threads to end, without waiting for them.
    func beginClosing() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isClosed = true
            return state.waiting
        }
        for waiter in waiting { waiter.fail(DatabaseError.closed) }
        for _ in 0..<size { work.signal() }
        alarm.signal()
    }

    private func enqueue(_ waiter: Waiter) {
        let refusal: (any Error)? = state.withLock { state in
            if state.isClosed { return DatabaseError.closed }
            if Task.isCancelled { return CancellationError() }
            state.waiting.append(waiter)
            return nil
        }
        if let refusal { return waiter.fail(refusal) }
        work.signal()
        watch(waiter.deadline)
    }

    /// Takes a job out of the queue, or strikes it when it is running.
    private func stop(_ ticket: UInt64, _ reason: Strike.Reason, _ error: any Error) {
        let (waiter, running) = state.withLock { state in
            let index = state.waiting.firstIndex { $0.ticket == ticket }
            return (index.map { state.waiting.remove(at: $0) }, state.running[ticket])
        }
        waiter?.fail(error)
        running?.strike.deliver(reason)
    }
}

// MARK: - The threads

extension Pool {
    private func serve() {
        var session: Session?
        while true {
            work.wait()
            if state.withLock({ $0.isClosed }) { break }
            // Waiters stay in the queue, and can be cancelled, while the connection is made.
            guard state.withLock({ !$0.waiting.isEmpty }) else { continue }
            do {
                let opened = try session ?? connect()
                session = serveOne(opened) ? opened : nil
            } catch {
                session = nil
                failFirst(error)
            }
        }
        session = nil
        endThread()
    }

    /// Runs the first job in the queue; false when the session must not be used again.
    private func serveOne(_ session: Session) -> Bool {
        let strike = Strike(session.connection.canceller)
        let next = state.withLock { state -> Waiter? in
            // The owner of the job may have left the queue meanwhile.
            guard !state.waiting.isEmpty else { return nil }
            let waiter = state.waiting.removeFirst()
            state.running[waiter.ticket] = Running(strike: strike, deadline: waiter.deadline)
            return waiter
        }
        guard let next else { return true }
        // The owner hears of the end last: then the session is free, and the numbers are right.
        let tellOwner = next.run(session, strike)
        defer { tellOwner() }
        state.withLock { $0.running[next.ticket] = nil }
        // The server may act late on a cancel request: a struck session is never used again.
        let wasStruck = strike.close()
        return !wasStruck && session.isReusable
    }

    private func failFirst(_ error: any Error) {
        let waiter = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
        let cause = error as? DatabaseError
        log.warning("no connection to the database", ["state": cause?.sqlState ?? "?"])
        waiter?.fail(cause.map { NotBegun(cause: $0) } ?? error)
    }

    private func endThread() {
        let callbacks = state.withLock { state in
            state.threads -= 1
            return state.threads == 0 ? state.whenEmpty : []
        }
        for callback in callbacks { callback() }
        // The watching thread ends last, so that what still runs has its deadline.
        alarm.signal()
    }
}

// MARK: - Deadlines

extension Pool {
    /// Has the watching thread wake up for a deadline, unless it wakes up earlier anyway.
    private func watch(_ deadline: Instant?) {
        guard let deadline else { return }
        let isSooner = state.withLock { state in
            if let until = state.watchedUntil, until <= deadline { return false }
            state.watchedUntil = deadline
            return true
        }
        if isSooner { alarm.signal() }
    }

    private func watchDeadlines() {
        while true {
            let (late, next, isOver) = state.withLock { state in
                let now = Instant.now
                let running = state.running.map { ($0.key, $0.value.deadline) }
                let waiting = state.waiting.map { ($0.ticket, $0.deadline) }
                let dated = (running + waiting).compactMap { ticket, deadline in
                    deadline.map { (ticket, $0) }
                }
                state.watchedUntil = dated.map(\.1).filter { $0 > now }.min()
                let late = dated.filter { $0.1 <= now }.map(\.0)
                return (late, state.watchedUntil, state.isClosed && state.threads == 1)
            }
            for ticket in late {
                strikes.async { [self] in stop(ticket, .deadline, DeadlinePassed()) }
            }
            if isOver { break }
            // A job that was struck stays in the list until it ends: do not spin on it.
            let pause = next.map { max(.milliseconds(1), $0 - .now) } ?? .seconds(3_600)
            _ = alarm.wait(timeout: .now() + pause.seconds)
        }
        endThread()
    }
}

/// The deadline passed while the job was waiting for a connection.
struct DeadlinePassed: Error {}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
