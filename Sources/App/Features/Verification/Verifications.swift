package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Looks whether everything that must hold does hold.
package struct Verifications: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Looks at every invariant in one snapshot of the database, as the program's own role, and
    /// changes nothing.
    func check() async throws -> VerificationReport {
        var options = TransactionOptions(
            deadlineSeconds: 600,
            readOnly: true,
            isolation: .repeatableRead
        )
        options.settings = Scope.system.settings
        // Sums by transaction stay in memory up to this, however many there are.
        options.settings["work_mem"] = "64MB"
        // All rows are read anyway; what the planner expects of one account's entries, which is the
        // average of all, would have it look up each of a busy account's by itself.
        options.settings["enable_nestloop"] = "off"
        // Compiling a query takes longer than running it.
        options.settings["jit"] = "off"
        let clock = services.clock
        return try await services.database.transaction(options) { session in
            let start = clock.now
            let steadySince = try session.clockLastMoved()
            let findings = try Invariant.all.compactMap {
                try session.finding($0, now: start, steadySince: steadySince)
            }
            let counts = try session.verifiedTables()
            return VerificationReport(
                startedAt: start,
                finishedAt: clock.now,
                checks: Invariant.all.count,
                findings: findings,
                counts: counts
            )
        }
    }

    /// The job that checks and keeps what was found.
    func run() async throws -> JobOutcome {
        try await checkAndStore()
        return .done
    }

    /// Checks and keeps what was found; findings are told to the log and to the audit log.
    @discardableResult
    package func checkAndStore() async throws -> ID<Verification> {
        let report = try await check()
        let id = ID<Verification>(services.ids.next())
        try await services.database.transaction(for: .system) { session in
            try session.store(report, as: id)
            guard !report.isClean else { return }
            try session.record(
                AuditEntry(
                    .job(.verify),
                    "verification.find",
                    id,
                    after: [
                        "rows": .integer(report.violations),
                        "broken": .array(report.findings.map { .string($0.name) }),
                    ]
                ),
                now: report.finishedAt
            )
        }
        if !report.isClean {
            services.log.error(
                "the books do not add up",
                ["broken": report.findings.map(\.name).joined(separator: " ")]
            )
        }
        return id
    }

    /// Has everything checked now, for somebody; one check runs at a time.
    ///
    /// - Returns: the job that does it.
    func ask(actor: Actor) async throws -> JobRecord {
        let now = services.clock.now
        let ids = services.ids
        return try await services.database.transaction(for: .system) { session in
            try session.enqueue(
                NewJob(.verify, dedupKey: Schedules.turn),
                ids: ids,
                now: now
            )
            try session.hurryJob(.verify, key: Schedules.turn, now: now)
            let job = try session.pendingVerification().orThrow(Problem.notFound)
            try session.record(AuditEntry(actor, "verification.ask", job), now: now)
            return try session.job(job).orThrow(Problem.notFound)
        }
    }

    /// Checks newest first, those before one when paging.
    func list(before id: ID<Verification>? = nil, most: Int) async throws -> [VerificationRecord] {
        try await services.database.transaction(for: .system) {
            try $0.verifications(after: id.map { ["", $0.uuid.uuidString] }, most: most)
        }
    }

    func show(_ id: ID<Verification>) async throws -> VerificationRecord {
        try await services.database.transaction(for: .system) {
            try $0.verification(id).orThrow(Problem.notFound)
        }
    }
}
