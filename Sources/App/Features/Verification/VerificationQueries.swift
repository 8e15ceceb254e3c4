import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Which checks to list.
struct VerificationFilter: Sendable {
    enum Outcome: String, Sendable, CaseIterable { case clean, broken }

    var outcome: Outcome?
    var sorting = VerificationColumn.standard
}

/// What checks can be sorted by; there is one an hour, so that none of it needs an index.
enum VerificationColumn: String, StoredSortColumn {
    case began, found

    static let standard = Sorting(VerificationColumn.began, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .began: nil
        case .found: .number("violations")
        }
    }
}

extension VerificationFilter: ListFilter {
    static let name = ListName.consoleChecks
    static let file: [FileColumn<VerificationRecord>] = [
        FileColumn("Check") { $0.id.text },
        FileColumn("Began") { $0.report.startedAt.rfc3339 },
        FileColumn("Ended") { $0.report.finishedAt.rfc3339 },
        FileColumn("Rules") { String($0.report.checks) },
        FileColumn("Rows found") { String($0.report.violations) },
        FileColumn("Broken rules") { $0.report.findings.map(\.name).joined(separator: " ") },
    ]

    var isActive: Bool { outcome != nil }

    func rows(
        _ session: Session,
        after place: [String]?,
        most: Int
    ) throws -> [VerificationRecord] {
        try session.verifications(self, after: place, most: most)
    }

    func place(of row: VerificationRecord) -> [String] {
        let value = sorting.column == .found ? String(row.report.violations) : ""
        return [value, row.id.uuid.uuidString]
    }
}

extension Session {
    /// The rows that break an invariant, nil when none does: their number and the first of them.
    func finding(
        _ invariant: Invariant,
        now: Date,
        steadySince: Date?,
        most: Int = 20
    ) throws -> VerificationFinding? {
        let (count, ids) = try one(
            """
            WITH clock AS MATERIALIZED (
                SELECT \(now)::timestamptz AS now, \(steadySince)::timestamptz AS steady_since
            ), broken AS MATERIALIZED (\(invariant.violations))
            SELECT (SELECT count(*) FROM broken) AS count,
                ARRAY(SELECT id FROM broken ORDER BY id LIMIT \(most)) AS ids
            """
        ) { (try $0.get("count", as: Int64.self), try $0.get("ids", as: [String].self)) }
        guard count > 0 else { return nil }
        return VerificationFinding(
            name: invariant.name,
            statement: invariant.statement,
            type: invariant.subject.type,
            count: count,
            ids: ids.map(invariant.subject.label)
        )
    }

    /// When the sandbox's clock was last moved, by the clock as it is since; nil when it never was.
    /// What was due in the time that was skipped is not late before it.
    func clockLastMoved() throws -> Date? {
        try first(
            """
            SELECT at + make_interval(secs => (after ->> 'seconds')::bigint) AS moved
            FROM audit_log WHERE object_type = 'clock' AND object_id = 'sandbox'
            ORDER BY id DESC LIMIT 1
            """
        ) { try $0.get("moved") }
    }

    /// How many rows there are that the invariants are about.
    func verifiedTables() throws -> [VerifiedTable] {
        let tables = [
            "customers", "orders", "invoices", "invoice_lines", "payments", "refunds",
            "ledger_transactions", "ledger_entries", "subscriptions", "licenses",
            "hosting_accounts", "jobs", "email_outbox", "webhook_events",
        ]
        return try tables.map { name in
            try one("SELECT count(*) AS count FROM \(unsafeRaw: name)") {
                VerifiedTable(name: name, rows: try $0.get("count"))
            }
        }
    }

    func store(_ report: VerificationReport, as id: ID<Verification>) throws {
        let findings = JSONText(JSON.array(report.findings.map(\.json)).text)
        let counts = JSONText(report.counts.json.text)
        try run(
            """
            INSERT INTO verifications (
                id, started_at, finished_at, checks, violations, findings, counts
            ) VALUES (
                \(id.uuid), \(report.startedAt), \(report.finishedAt), \(report.checks),
                \(report.violations), \(findings), \(counts)
            )
            """
        )
    }

    /// Checks that a filter lets through, those after a place when paging.
    func verifications(
        _ filter: VerificationFilter = VerificationFilter(),
        after place: [String]? = nil,
        most: Int
    ) throws -> [VerificationRecord] {
        try all(
            """
            SELECT \(VerificationRecord.columns) FROM verifications
            WHERE (\(filter.outcome?.rawValue)::text IS NULL
                    OR (violations = 0) = (\(filter.outcome?.rawValue) = 'clean'))
                AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            VerificationRecord.init(row:)
        )
    }

    func verification(_ id: ID<Verification>) throws -> VerificationRecord? {
        try first(
            "SELECT \(VerificationRecord.columns) FROM verifications WHERE id = \(id.uuid)",
            VerificationRecord.init(row:)
        )
    }

    /// The check that is under way or about to begin.
    func pendingVerification() throws -> ID<Job>? {
        try first(
            """
            SELECT id FROM jobs
            WHERE kind = \(JobKind.verify.rawValue) AND status IN ('queued', 'running')
            ORDER BY id DESC LIMIT 1
            """
        ) { try $0.id("id") }
    }
}

extension VerificationRecord {
    fileprivate static let columns: SQL = """
        id, started_at, finished_at, checks, findings::text AS findings, counts::text AS counts
        """

    fileprivate init(row: Row) throws {
        let findings = try JSON(reading: try row.get("findings", as: String.self))
        self.init(
            id: try row.id("id"),
            report: VerificationReport(
                startedAt: try row.get("started_at"),
                finishedAt: try row.get("finished_at"),
                checks: try row.get("checks"),
                findings: (findings.array ?? []).compactMap { VerificationFinding($0) },
                counts: [VerifiedTable](
                    try JSON(reading: try row.get("counts", as: String.self))
                )
            )
        )
    }
}
