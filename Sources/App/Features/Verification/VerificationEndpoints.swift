import Core
import Foundation
import Support
package import Web
import Wire

/// The checks of the books, for staff.
package enum VerificationEndpoints {
    static let list = Endpoint(
        Route(.get, "/api/v1/admin/ledger/verifications"),
        tag: "Ledger",
        "List the checks of the books, newest first.",
        output: Page<VerificationBody>.self,
        query: PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/admin/ledger/verifications/:id", ID<Verification>.self),
        tag: "Ledger",
        "Show one check of the books.",
        output: VerificationBody.self
    )
    static let run = Endpoint(
        Route(.post, "/api/v1/admin/ledger/verifications"),
        tag: "Ledger",
        "Check the books now.",
        details: "Answers with the job that does it; one check runs at a time.",
        output: JobBody.self,
        status: 202,
        isIdempotent: true
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { request, context in
            let part = try PageRequest(request, list: "verifications", keys: 1)
            let rows = try await Verifications(context.services).list(
                before: part.after.flatMap { ID($0[0]) },
                most: part.rowsToRead
            )
            return part.page(rows, keys: { [$0.id.text] }) { VerificationBody($0) }
        }
        router.on(show, as: StaffContext.self) { _, context, id in
            VerificationBody(try await Verifications(context.services).show(id))
        }
        router.on(run, as: BillingContext.self) { request, context in
            JobBody(
                try await Verifications(context.services).ask(actor: context.user.actor(request))
            )
        }
    }
}

/// A check as the API shows it.
struct VerificationBody: APIModel {
    let id: ID<Verification>
    let startedAt: Date
    let finishedAt: Date
    let isClean: Bool
    let checks: Int
    let violations: Int64
    let findings: [FindingBody]
    let counts: [String: Int64]

    static let model = Model(
        "verification",
        "One look at everything that must hold, in one moment's state of the database.",
        VerificationBody.init(
            id:
            startedAt:
            finishedAt:
            isClean:
            checks:
            violations:
            findings:
            counts:
        ),
        Field("id", \.id, "Starts with ver_."),
        Field("started_at", \.startedAt, "When it began."),
        Field("finished_at", \.finishedAt, "When it ended."),
        Field("clean", \.isClean, "Whether nothing was found."),
        Field("checks", \.checks, "How many rules were looked at."),
        Field("violations", \.violations, "How many rows break a rule."),
        Field("findings", \.findings, "Each rule that is broken."),
        Field("counts", \.counts, "How many rows of each table were seen."),
    )
}

extension VerificationBody {
    init(_ record: VerificationRecord) {
        let report = record.report
        self.init(
            id: record.id,
            startedAt: report.startedAt,
            finishedAt: report.finishedAt,
            isClean: report.isClean,
            checks: report.checks,
            violations: report.violations,
            findings: report.findings.map { FindingBody($0) },
            counts: Dictionary(report.counts.map { ($0.name, $0.rows) }) { first, _ in first }
        )
    }
}

/// A broken rule as the API shows it.
struct FindingBody: APIModel {
    let invariant: String
    let statement: String
    let type: String
    let count: Int64
    let ids: [String]

    static let model = Model(
        "verification_finding",
        "A rule that is broken, and by what.",
        FindingBody.init(invariant:statement:type:count:ids:),
        Field("invariant", \.invariant, "The rule's name, which never changes."),
        Field("statement", \.statement, "What should hold."),
        Field("type", \.type, "What the identifiers begin with; empty for other texts."),
        Field("count", \.count, "How many rows break it."),
        Field("ids", \.ids, "The first of them."),
    )
}

extension FindingBody {
    init(_ finding: VerificationFinding) {
        self.init(
            invariant: finding.name,
            statement: finding.statement,
            type: finding.type,
            count: finding.count,
            ids: finding.ids
        )
    }
}
