import Core
import Foundation
import Postgres
import Wire

extension Session {
    /// Jobs in a state: those that wait or run by when they are due, those that have ended newest
    /// first; after the sort keys of the last one shown.
    func jobs(
        _ status: JobRecord.Status,
        kind: String?,
        after key: (time: Date, id: ID<Job>)?,
        most: Int
    ) throws -> [JobRecord] {
        let place: SQL =
            status.isEnd
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
            SELECT \(JobRecord.columns) FROM jobs
            WHERE status = \(status.rawValue) AND (\(kind)::text IS NULL OR kind = \(kind))
                AND \(place) LIMIT \(most)
            """,
            JobRecord.init(row:)
        )
    }

    /// What a job was given to do its work.
    func payload(of job: ID<Job>) throws -> JSON? {
        try first("SELECT payload::text AS payload FROM jobs WHERE id = \(job.uuid)") {
            try JSON(reading: try $0.get("payload", as: String.self))
        }
    }

    /// How many jobs are in each state.
    func countJobs() throws -> [JobRecord.Status: Int64] {
        let counts = try all("SELECT status, count(*) AS count FROM jobs GROUP BY status") {
            (try $0.choice("status") as JobRecord.Status, try $0.get("count", as: Int64.self))
        }
        return Dictionary(counts) { first, _ in first }
    }

    /// The jobs of an order that have not ended well.
    func openJobs(of order: ID<Order>) throws -> [JobRecord] {
        try all(
            """
            SELECT \(JobRecord.columns) FROM jobs
            WHERE order_id = \(order.uuid) AND status <> 'done' ORDER BY created_at LIMIT 50
            """,
            JobRecord.init(row:)
        )
    }
}

extension JobRecord {
    /// Whether asking for it again changes anything.
    var canBeRetried: Bool { status == .dead || status == .queued }

    /// What jobs of its state are sorted by.
    var sortTime: Date { finishedAt ?? runAt }
}

extension JobRecord.Status {
    /// Whether nothing more will happen by itself.
    var isEnd: Bool { self == .dead || self == .done }
}
