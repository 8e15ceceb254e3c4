import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Running a job again that has given up, or one that waits, at somebody's wish.
struct JobRetrying: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Makes a job run now, as if it had not been tried yet.
    ///
    /// - Throws: 404 when there is none, a conflict when it runs, has ended well, or another job
    ///   does its work already.
    func retry(_ id: ID<Job>, actor: Actor) async throws {
        let now = services.clock.now
        do {
            try await services.database.transaction(for: .system) { session in
                let job = try session.queuedJob(id).orThrow(Problem.notFound)
                guard try session.retryJob(id, now: now) else { throw Problem.jobIsNotWaiting }
                try session.record(
                    AuditEntry(
                        actor,
                        "job.retry",
                        id,
                        before: [
                            "kind": .string(job.kind), "status": .string(job.status.rawValue),
                            "attempts": .integer(Int64(job.attempts)),
                        ]
                    ),
                    now: now
                )
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.jobIsDoneByAnother
        }
    }
}

extension Problem {
    static let jobIsNotWaiting = Problem.conflict(
        "job_not_waiting",
        "The job runs right now or has ended well, so there is nothing to try again."
    )
    static let jobIsDoneByAnother = Problem.conflict(
        "job_replaced",
        "Another job for the same thing is queued or running already."
    )
}
