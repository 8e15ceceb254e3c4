import Foundation
import Postgres

extension Session {
    /// How long the oldest due job has waited, and whether anybody works.
    func queueState(now: Date) throws -> QueueState {
        try one(
            """
            SELECT
                (SELECT min(run_at) FROM jobs WHERE status = 'queued' AND run_at <= \(now))
                    AS waiting_since,
                EXISTS (SELECT 1 FROM jobs WHERE status = 'running' AND leased_until > \(now))
                    AS is_worked_on
            """
        ) { row in
            QueueState(
                lagSeconds: try row.optional("waiting_since", as: Date.self)
                    .map { now.timeIntervalSince($0) } ?? 0,
                isWorkedOn: try row.get("is_worked_on")
            )
        }
    }

    /// How many jobs there are in each state.
    func jobCounts() throws -> [(status: String, count: Int64)] {
        try all(
            "SELECT status, count(*) AS count FROM jobs GROUP BY status ORDER BY status"
        ) { (try $0.get("status"), try $0.get("count")) }
    }
}

/// Whether the work that is due gets done.
struct QueueState: Sendable {
    /// How long the oldest due job has waited.
    let lagSeconds: Double
    /// Whether some instance works on a job right now.
    let isWorkedOn: Bool

    /// Work has waited for minutes and nobody does any; a long queue that moves is no standstill.
    var isStalled: Bool { lagSeconds > 120 && !isWorkedOn }
}
