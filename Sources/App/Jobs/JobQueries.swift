import Core
import Foundation
import Postgres
import Support
import Wire

extension Session {
    /// Stores a job in the same transaction as its cause, and wakes a worker when that commits.
    ///
    /// - Returns: false when one with its key or slot is there already, which is no fault.
    @discardableResult
    func enqueue(_ job: NewJob, ids: IDSource, now: Date) throws -> Bool {
        let stored = try run(
            """
            INSERT INTO jobs
                (id, kind, payload, dedup_key, slot, order_id, status, run_at, max_attempts,
                created_at)
            VALUES (
                \(ids.next()), \(job.kind.rawValue), \(JSONText(job.payload.text)), \(job.dedupKey),
                \(job.slot), \(job.orderID?.uuid), 'queued',
                \(now.addingTimeInterval(job.delaySeconds)), \(job.kind.maxAttempts), \(now)
            )
            ON CONFLICT DO NOTHING
            """
        )
        if stored > 0 { try run("SELECT pg_notify('jobs', \(job.kind.rawValue))") }
        return stored > 0
    }

    /// Stores many jobs by one statement; those whose key is there already are left out.
    func enqueue(_ jobs: [NewJob], ids: IDSource, now: Date) throws {
        guard !jobs.isEmpty else { return }
        try run(
            """
            INSERT INTO jobs
                (id, kind, payload, dedup_key, status, run_at, max_attempts, created_at)
            SELECT id, kind, payload, key, 'queued', run_at, attempts, \(now)
            FROM unnest(
                \(jobs.map { _ in ids.next() }), \(jobs.map(\.kind.rawValue)),
                \(jobs.map { JSONText($0.payload.text) }), \(jobs.map(\.dedupKey)),
                \(jobs.map { now.addingTimeInterval($0.delaySeconds) }),
                \(jobs.map(\.kind.maxAttempts))
            ) AS j (id, kind, payload, key, run_at, attempts)
            ON CONFLICT DO NOTHING
            """
        )
        for kind in Set(jobs.map(\.kind.rawValue)) {
            try run("SELECT pg_notify('jobs', \(kind))")
        }
    }

    /// Leases due jobs, oldest first, that no other instance holds. Those of a kind that only a
    /// newer version knows are left to it.
    func leaseJobs(most: Int, leaseSeconds: Double, lease: UUID, now: Date) throws -> [LeasedJob] {
        try all(
            """
            UPDATE jobs SET
                status = 'running', attempts = attempts + 1, lease_token = \(lease),
                leased_until = \(now.addingTimeInterval(leaseSeconds))
            WHERE id IN (
                SELECT id FROM jobs WHERE status = 'queued' AND run_at <= \(now)
                    AND kind = ANY(\(JobKind.names))
                ORDER BY run_at LIMIT \(most) FOR UPDATE SKIP LOCKED
            )
            RETURNING id, kind, payload::text AS payload, attempts, max_attempts, losses
            """
        ) { row in
            let kind = try row.get("kind", as: String.self)
            return LeasedJob(
                id: ID(try row.get("id")),
                kind: try JobKind(rawValue: kind).orThrow(UnknownJobKind(kind: kind)),
                payload: try JSON(reading: try row.get("payload", as: String.self)),
                lease: lease,
                attempts: try row.get("attempts"),
                maxAttempts: try row.get("max_attempts"),
                losses: try row.get("losses")
            )
        }
    }

    /// Puts jobs whose instance is gone back into the queue. The attempt is counted as lost, and
    /// whoever takes a job that was lost too often also says what becomes of its object.
    func recoverJobs(now: Date) throws -> Int {
        try run(
            """
            UPDATE jobs SET lease_token = NULL, leased_until = NULL,
                status = 'queued', attempts = attempts - 1, losses = losses + 1,
                last_error = 'the instance that ran it is gone'
            WHERE status = 'running' AND leased_until < \(now)
            """
        )
    }

    /// Holds a lease for longer while the work goes on; false when it was lost.
    func renewLease(_ job: LeasedJob, leaseSeconds: Double, now: Date) throws -> Bool {
        try run(
            """
            UPDATE jobs SET leased_until = \(now.addingTimeInterval(leaseSeconds))
            WHERE id = \(job.id.uuid) AND lease_token = \(job.lease) AND status = 'running'
            """
        ) > 0
    }

    /// Ends a job, unless its lease was lost meanwhile.
    func finishJob(_ job: LeasedJob, dead reason: String?, now: Date) throws {
        try run(
            """
            UPDATE jobs SET status = \(reason == nil ? "done" : "dead"), finished_at = \(now),
                lease_token = NULL, leased_until = NULL,
                last_error = coalesce(\(reason), last_error)
            WHERE id = \(job.id.uuid) AND lease_token = \(job.lease) AND status = 'running'
            """
        )
    }

    /// Puts a job back to be run later; an attempt that only waited is not counted.
    func postponeJob(
        _ job: LeasedJob,
        until time: Date,
        reason: String,
        countsAsAttempt: Bool
    ) throws {
        try run(
            """
            UPDATE jobs SET status = 'queued', run_at = \(time), last_error = \(reason),
                attempts = attempts - \(countsAsAttempt ? 0 : 1),
                lease_token = NULL, leased_until = NULL
            WHERE id = \(job.id.uuid) AND lease_token = \(job.lease) AND status = 'running'
            """
        )
    }

    /// When the next queued job is due.
    func nextJobTime() throws -> Date? {
        try first(
            """
            SELECT min(run_at) AS next FROM jobs
            WHERE status = 'queued' AND kind = ANY(\(JobKind.names))
            """
        ) { try $0.optional("next", as: Date.self) } ?? nil
    }

    /// Whether a job is running, or is queued and due at a time.
    func hasDueJobs(by time: Date) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM jobs
            WHERE kind = ANY(\(JobKind.names))
                AND (status = 'running' OR (status = 'queued' AND run_at <= \(time))) LIMIT 1
            """
        )
    }

    /// Makes a dead job, or one that waits for its turn, run now; false when it is neither.
    func retryJob(_ id: ID<Job>, now: Date) throws -> Bool {
        let changed = try run(
            """
            UPDATE jobs SET status = 'queued', run_at = \(now), attempts = 0, losses = 0,
                finished_at = NULL
            WHERE id = \(id.uuid) AND status IN ('dead', 'queued')
            """
        )
        if changed > 0 { try run("SELECT pg_notify('jobs', 'retry')") }
        return changed > 0
    }

    /// Makes the waiting jobs of an order run now, because what they wait for has happened.
    func hurryJobs(of order: ID<Order>, now: Date) throws {
        try run(
            """
            UPDATE jobs SET run_at = \(now)
            WHERE order_id = \(order.uuid) AND status = 'queued' AND run_at > \(now)
            """
        )
        try run("SELECT pg_notify('jobs', 'hurry')")
    }

    /// Makes the waiting job of a kind with a key run now.
    func hurryJob(_ kind: JobKind, key: String, now: Date) throws {
        try run(
            """
            UPDATE jobs SET run_at = \(now)
            WHERE kind = \(kind.rawValue) AND dedup_key = \(key) AND status = 'queued'
                AND run_at > \(now)
            """
        )
        try run("SELECT pg_notify('jobs', 'hurry')")
    }

    /// Whether an order is being undone, or its undoing waits for a person.
    func isBeingUndone(_ order: ID<Order>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM jobs
            WHERE order_id = \(order.uuid) AND kind = \(JobKind.undoOrder.rawValue)
                AND status IN ('queued', 'running', 'dead')
            """
        )
    }

    /// Whether something of an order is being delivered at this moment.
    func isBeingDelivered(_ order: ID<Order>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM jobs
            WHERE order_id = \(order.uuid) AND kind = \(JobKind.fulfilItem.rawValue)
                AND status = 'running'
            """
        )
    }

    /// Makes every waiting or dead job of an order run now.
    func retryJobs(of order: ID<Order>, now: Date) throws {
        try run(
            """
            UPDATE jobs SET status = 'queued', run_at = \(now), attempts = 0, losses = 0,
                finished_at = NULL
            WHERE order_id = \(order.uuid) AND status IN ('dead', 'queued')
            """
        )
        try run("SELECT pg_notify('jobs', 'retry')")
    }
}

extension JobKind {
    /// The kinds that this version knows, as they are stored.
    fileprivate static var names: [String] { allCases.map(\.rawValue) }
}

/// A job of a kind that this version does not know.
struct UnknownJobKind: Error, CustomStringConvertible {
    let kind: String
    var description: String { "jobs of kind \(kind) are not known" }
}

extension Optional {
    /// The value, or an error in place of nil.
    func orThrow(_ error: @autoclosure () -> any Error) throws -> Wrapped {
        guard let self else { throw error() }
        return self
    }
}
