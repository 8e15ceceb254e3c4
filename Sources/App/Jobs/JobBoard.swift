package import Core
package import Foundation
import Postgres
import Support
import Web
import Wire

/// A job as staff see it.
package struct JobRecord: Sendable {
    package enum Status: String, Sendable, CaseIterable { case queued, running, done, dead }

    package let id: ID<Job>
    /// Not a ``JobKind``: jobs of an older version may still be there.
    package let kind: String
    package let status: Status
    package let order: ID<Order>?
    package let attempts: Int
    package let maxAttempts: Int
    package let lastError: String?
    package let runAt: Date
    package let createdAt: Date
    package let finishedAt: Date?
}

/// The queue as staff look at it, and try again what has failed.
package struct JobBoard: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Jobs newest first, those that came before one when paging.
    package func list(
        status: JobRecord.Status? = nil,
        kind: JobKind? = nil,
        before: ID<Job>? = nil,
        most: Int
    ) async throws -> [JobRecord] {
        try await services.database.transaction(for: .system) {
            try $0.jobs(status: status, kind: kind?.rawValue, before: before, most: most)
        }
    }

    package func show(_ id: ID<Job>) async throws -> JobRecord {
        try await services.database.transaction(for: .system) {
            try $0.job(id).orThrow(Problem.notFound)
        }
    }

    /// Runs a dead job, or one that waits for its turn, now.
    ///
    /// - Throws: a conflict when it runs or is done, or when another does its work already.
    package func retry(_ id: ID<Job>, actor: Actor) async throws -> JobRecord {
        let now = services.clock.now
        do {
            return try await services.database.transaction(for: .system) { session in
                let before = try session.job(id).orThrow(Problem.notFound)
                guard try session.retryJob(id, now: now) else { throw Problem.jobRunsOrIsDone }
                try session.record(
                    AuditEntry(
                        actor,
                        "job.retry",
                        id,
                        before: [
                            "status": .string(before.status.rawValue),
                            "attempts": .integer(Int64(before.attempts)),
                        ],
                        after: ["kind": .string(before.kind)]
                    ),
                    now: now
                )
                return try session.job(id).orThrow(Problem.notFound)
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.jobRunsOrIsDone
        }
    }
}

extension Problem {
    static let jobRunsOrIsDone = Problem.conflict(
        "job_not_waiting",
        "The job runs or is done, or another one does its work."
    )
}
