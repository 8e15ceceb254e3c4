import Core
import Foundation
import Postgres
import Web
import Wire

/// Which jobs to list.
struct JobFilter: Sendable {
    let status: JobRecord.Status
    let kind: String?
    var sorting: Sorting<JobColumn>

    /// Those that wait or run are sorted by when they are due, those that have ended by when they
    /// did: newest first unless somebody chooses.
    init(_ status: JobRecord.Status, kind: String? = nil, by chosen: Sorting<JobColumn>? = nil) {
        self.status = status
        self.kind = kind
        let column: JobColumn = status.isEnd ? .ended : .due
        sorting =
            chosen.flatMap { $0.column == column ? $0 : nil }
            ?? Sorting(column, isDescending: status.isEnd)
    }
}

/// What jobs can be sorted by.
enum JobColumn: String, StoredSortColumn {
    case ended, due

    static let standard = Sorting(JobColumn.ended, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .ended: .moment("finished_at")
        case .due: .moment("run_at")
        }
    }
}

extension JobFilter: ListFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [JobRecord] {
        try session.jobs(self, after: place, most: most)
    }

    func place(of row: JobRecord) -> [String] {
        let time = sorting.column == .due ? row.runAt : row.sortTime
        return [time.cursorKey, row.id.uuid.uuidString]
    }
}

extension Session {
    /// Jobs that a filter lets through, those after a place when paging.
    func jobs(_ filter: JobFilter, after place: [String]? = nil, most: Int) throws -> [JobRecord] {
        try all(
            """
            SELECT \(JobRecord.columns) FROM jobs
            WHERE status = \(filter.status.rawValue)
                AND (\(filter.kind)::text IS NULL OR kind = \(filter.kind))
                AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
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
