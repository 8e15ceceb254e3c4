import Core
import Foundation
import Postgres

extension Session {
    func job(_ id: ID<Job>) throws -> JobRecord? {
        try first(
            "SELECT \(JobRecord.columns) FROM jobs WHERE id = \(id.uuid)",
            JobRecord.init(row:)
        )
    }

    /// Jobs newest first, those that came before one when paging.
    func jobs(
        status: JobRecord.Status?,
        kind: String?,
        before: ID<Job>?,
        most: Int
    ) throws -> [JobRecord] {
        try all(
            """
            SELECT \(JobRecord.columns) FROM jobs
            WHERE (\(status?.rawValue)::text IS NULL OR status = \(status?.rawValue))
                AND (\(kind)::text IS NULL OR kind = \(kind))
                AND (\(before?.uuid)::uuid IS NULL OR id < \(before?.uuid))
            ORDER BY id DESC LIMIT \(most)
            """,
            JobRecord.init(row:)
        )
    }
}

extension JobRecord {
    static let columns: SQL = """
        id, kind, status, order_id, attempts, max_attempts, last_error, run_at, created_at,
        finished_at
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            kind: try row.get("kind"),
            status: try row.choice("status"),
            order: try row.optionalID("order_id"),
            attempts: try row.get("attempts"),
            maxAttempts: try row.get("max_attempts"),
            lastError: try row.optional("last_error"),
            runAt: try row.get("run_at"),
            createdAt: try row.get("created_at"),
            finishedAt: try row.optional("finished_at")
        )
    }
}
