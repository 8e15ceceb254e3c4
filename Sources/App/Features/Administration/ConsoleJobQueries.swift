import Core
import Foundation
import Postgres
import Wire

/// A job as staff see it.
struct QueuedJob: Sendable {
    enum Status: String, Sendable, CaseIterable {
        case queued, running, dead, done
    }

    let id: ID<Job>
    let kind: String
    let payload: JSON
    let order: ID<Order>?
    let status: Status
    let runAt: Date
    let attempts: Int
    let maxAttempts: Int
    let leasedUntil: Date?
    let lastError: String?
    let createdAt: Date
    let finishedAt: Date?

    /// Whether asking for it again changes anything.
    var canBeRetried: Bool { status == .dead || status == .queued }

    /// What jobs of its status are sorted by.
    var sortTime: Date { finishedAt ?? runAt }
}

extension Session {
    func queuedJob(_ id: ID<Job>) throws -> QueuedJob? {
        try first(
            "SELECT \(QueuedJob.columns) FROM jobs WHERE id = \(id.uuid)",
            QueuedJob.init(row:)
        )
    }

    /// Jobs in a state: those that wait or run by when they are due, those that have ended newest
    /// first; after the sort keys of the last one shown.
    func jobs(
        _ status: QueuedJob.Status,
        kind: String?,
        after key: (time: Date, id: ID<Job>)?,
        most: Int
    ) throws -> [QueuedJob] {
        let hasEnded = status == .dead || status == .done
        let place: SQL =
            hasEnded
            ? """
            (\(key?.time)::timestamptz IS NULL
                OR (finished_at, id) < (\(key?.time)::timestamptz, \(key?.id.uuid)::uuid))
            ORDER BY finished_at DESC, id DESC
            """
            : """
            (\(key?.time)::timestamptz IS NULL
                OR (run_at, id) > (\(key?.time)::timestamptz, \(key?.id.uuid)::uuid))
            ORDER BY run_at, id
            """
        return try all(
            """
            SELECT \(QueuedJob.columns) FROM jobs
            WHERE status = \(status.rawValue) AND (\(kind)::text IS NULL OR kind = \(kind))
                AND \(place) LIMIT \(most)
            """,
            QueuedJob.init(row:)
        )
    }

    /// How many jobs are in each state.
    func countJobs() throws -> [QueuedJob.Status: Int64] {
        let counts = try all("SELECT status, count(*) AS count FROM jobs GROUP BY status") {
            (try $0.choice("status") as QueuedJob.Status, try $0.get("count", as: Int64.self))
        }
        return Dictionary(counts) { first, _ in first }
    }

    /// The jobs of an order that have not ended well.
    func openJobs(of order: ID<Order>) throws -> [QueuedJob] {
        try all(
            """
            SELECT \(QueuedJob.columns) FROM jobs
            WHERE order_id = \(order.uuid) AND status <> 'done' ORDER BY created_at LIMIT 50
            """,
            QueuedJob.init(row:)
        )
    }
}

extension QueuedJob {
    static let columns: SQL = """
        id, kind, payload::text AS payload, order_id, status, run_at, attempts, max_attempts,
        leased_until, last_error, created_at, finished_at
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            kind: try row.get("kind"),
            payload: try JSON(reading: try row.get("payload", as: String.self)),
            order: try row.optionalID("order_id"),
            status: try row.choice("status"),
            runAt: try row.get("run_at"),
            attempts: try row.get("attempts"),
            maxAttempts: try row.get("max_attempts"),
            leasedUntil: try row.optional("leased_until"),
            lastError: try row.optional("last_error"),
            createdAt: try row.get("created_at"),
            finishedAt: try row.optional("finished_at")
        )
    }
}
