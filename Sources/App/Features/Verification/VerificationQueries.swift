import Core
import Foundation
import Postgres
import Wire

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

    /// Checks newest first, those before one when paging.
    func verifications(
        before id: ID<Verification>? = nil,
        most: Int
    ) throws -> [VerificationRecord] {
        try all(
            """
            SELECT \(VerificationRecord.columns) FROM verifications
            WHERE (\(id?.uuid)::uuid IS NULL OR id < \(id?.uuid))
            ORDER BY id DESC LIMIT \(most)
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
