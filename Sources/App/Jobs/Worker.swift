import Core
import Foundation
import Postgres
import Support
import Synchronization

/// Runs the jobs of the queue, a bounded number at once.
///
/// A job is delivered at least once: a lease that is not renewed returns it to the queue, and every
/// effect is held to once by a constraint in the transaction that stores it.
package final class Worker: Sendable {
    /// How many jobs run at once in one instance.
    static let width = 8

    private let services: Services
    private let running = Mutex<Set<ID<Job>>>([])
    private let isStopping = Mutex(false)
    private let hasEnded = Mutex(false)
    private let wake = WakeUp()

    package init(_ services: Services) { self.services = services }

    /// Runs jobs until ``stop()`` is called, and returns when the last one has ended.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.listen() }
            group.addTask { await self.keepSchedules() }
            group.addTask {
                await self.loop()
                self.hasEnded.withLock { $0 = true }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Takes no more jobs; those that run are finished.
    package func stop() {
        isStopping.withLock { $0 = true }
        wake.signal()
    }

    /// Waits until the jobs that run have ended, up to a deadline. One that has not ended by then
    /// is handed back to the queue when its task is cancelled.
    package func waitUntilEnded(deadlineSeconds: Double) async {
        let deadline = ContinuousClock.now + .seconds(deadlineSeconds)
        while !hasEnded.withLock({ $0 }), ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private func listen() async {
        for await _ in services.notices.stream(of: "jobs") { wake.signal() }
    }

    private func keepSchedules() async {
        while !Task.isCancelled {
            do {
                try await Schedules(services).enqueueDue()
                try await services.database.transaction(for: .system) {
                    [now = services.clock.now] in
                    _ = try $0.recoverJobs(now: now)
                }
            } catch {
                services.log.warning("schedules were not kept", ["error": "\(error)"])
            }
            let pause = min(5, services.configuration.paymentPollSeconds)
            try? await Task.sleep(for: .seconds(pause))
        }
    }

    private func loop() async {
        await withDiscardingTaskGroup { group in
            while !isStopping.withLock({ $0 }) {
                let free = Worker.width - running.withLock { $0.count }
                let jobs = free > 0 ? await lease(most: free) : []
                for job in jobs {
                    running.withLock { _ = $0.insert(job.id) }
                    group.addTask {
                        await self.perform(job)
                        self.running.withLock { _ = $0.remove(job.id) }
                        self.wake.signal()
                    }
                }
                if jobs.isEmpty { await wake.wait(seconds: await idleSeconds()) }
            }
        }
    }

    private func lease(most: Int) async -> [LeasedJob] {
        let lease = services.ids.next()
        let (now, seconds) = (services.clock.now, services.configuration.jobLeaseSeconds)
        do {
            return try await services.database.transaction(for: .system) {
                try $0.leaseJobs(
                    most: most,
                    leaseSeconds: seconds,
                    lease: lease,
                    now: now
                )
            }
        } catch {
            services.log.warning("jobs could not be leased", ["error": "\(error)"])
            try? await Task.sleep(for: .seconds(0.5))
            return []
        }
    }

    private func idleSeconds() async -> Double {
        let next = try? await services.database.transaction(for: .system) {
            try $0.nextJobTime()
        }
        guard let next else { return 1 }
        return min(1, max(0.02, next.timeIntervalSince(services.clock.now)))
    }

    /// Runs one job to an outcome and stores it. Public to tests, which run jobs one by one.
    package func perform(_ job: LeasedJob) async {
        let log = services.log.with("job", job.id.text).with("kind", job.kind.rawValue)
        let renewal = Task { await self.renew(job) }
        defer { renewal.cancel() }
        do {
            // One whose instances were lost again and again may be what ends them.
            guard !job.isLostTooOften else { throw LostTooOften(losses: job.losses) }
            let outcome = try await JobHandlers.perform(job, services)
            services.faults.reach(.jobFinished)
            try await store(outcome, of: job)
            log.debug("job ended", ["outcome": "\(outcome)"])
        } catch  where Task.isCancelled {
            // A cancelled task cannot store anything; another one can.
            await Task { await self.handBack(job, log) }.value
        } catch {
            log.warning("job failed", ["error": "\(error)", "attempt": "\(job.attempts)"])
            await store(failure: error, of: job, log)
        }
    }

    /// Puts a job back whose instance ends before it.
    private func handBack(_ job: LeasedJob, _ log: Log) async {
        do {
            try await store(.later(seconds: 0, reason: "the instance that ran it ended"), of: job)
        } catch {
            // The lease runs out, and the job is run again.
            log.warning("a job could not be handed back", ["error": "\(error)"])
        }
    }

    private func renew(_ job: LeasedJob) async {
        let seconds = services.configuration.jobLeaseSeconds
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(seconds / 3))
            guard !Task.isCancelled else { return }
            let now = services.clock.now
            _ = try? await services.database.transaction(for: .system) {
                try $0.renewLease(job, leaseSeconds: seconds, now: now)
            }
        }
    }

    private func store(_ outcome: JobOutcome, of job: LeasedJob) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            switch outcome {
            case .done: try session.finishJob(job, dead: nil, now: now)
            case .dead(let reason): try session.finishJob(job, dead: reason, now: now)
            case .later(let seconds, let reason):
                try session.postponeJob(
                    job,
                    until: now.addingTimeInterval(seconds),
                    reason: reason,
                    countsAsAttempt: false
                )
            }
        }
    }

    private func store(failure: any Error, of job: LeasedJob, _ log: Log) async {
        let now = services.clock.now
        let reason = String("\(failure)".prefix(500))
        let pause = Worker.pauseSeconds(attempt: job.attempts)
        do {
            try await services.database.transaction(for: .system) { session in
                if job.isLastAttempt {
                    try session.finishJob(job, dead: reason, now: now)
                    try JobHandlers.giveUp(job, session, now: now)
                } else {
                    try session.postponeJob(
                        job,
                        until: now.addingTimeInterval(pause),
                        reason: reason,
                        countsAsAttempt: true
                    )
                }
            }
        } catch {
            // The lease runs out, and the job is run again.
            log.error("a job's failure could not be stored", ["error": "\(error)"])
        }
    }

    /// The pause after a failed attempt: half a second doubled each time up to ten minutes, spread
    /// so that what failed together is not tried together.
    static func pauseSeconds(attempt: Int) -> Double {
        min(600, 0.5 * pow(2, Double(min(attempt, 12) - 1))) * (0.75 + randomFraction() / 2)
    }
}

/// A job was begun again and again, and each time the instance that ran it was lost.
struct LostTooOften: Error, CustomStringConvertible {
    let losses: Int
    var description: String { "The instance that ran it was lost \(losses) times." }
}

/// Lets a loop sleep until something happens or time has passed.
final class WakeUp: Sendable {
    private let continuation: AsyncStream<Void>.Continuation
    private let stream: AsyncStream<Void>

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func signal() { continuation.yield() }

    /// Returns at the next signal, at once when one came since the last wait, or after some time.
    func wait(seconds: Double) async {
        let timer = Task {
            // A timer that was cancelled must not wake the next wait.
            guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
            continuation.yield()
        }
        var iterator = stream.makeAsyncIterator()
        _ = await iterator.next()
        timer.cancel()
    }
}
