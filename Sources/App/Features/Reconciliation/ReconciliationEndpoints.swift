import Core
import Foundation
import Support
package import Web

/// Comparisons of the books with the processor, for staff.
package enum ReconciliationEndpoints {
    static let isOpen = QueryParameter("open", Bool.self, "Only those that are, or are not, open.")

    static let list = Endpoint(
        Route(.get, "/api/v1/admin/reconciliations"),
        tag: "Admin",
        "List the comparisons of the books with Stripe's balance, newest first.",
        output: Page<ReconciliationBody>.self,
        query: PageRequest.parameters
    )
    static let run = Endpoint(
        Route(.post, "/api/v1/admin/reconciliations"),
        tag: "Admin",
        "Ask for a comparison now; a job makes it.",
        output: NoBody.self,
        isIdempotent: true
    )
    static let findings = Endpoint(
        Route(.get, "/api/v1/admin/reconciliation-findings"),
        tag: "Admin",
        "List what was found to differ, newest first.",
        output: Page<ReconciliationFindingBody>.self,
        query: [isOpen] + PageRequest.parameters
    )
    static let resolve = Endpoint(
        Route(
            .post,
            "/api/v1/admin/reconciliation-findings/:id/resolution",
            ID<Discrepancy>.self
        ),
        tag: "Admin",
        "Close a finding that is explained.",
        input: FindingResolution.self,
        output: NoBody.self,
        problems: [.findingIsResolved],
        isIdempotent: true
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { request, context in
            let page = try PageRequest(request, list: "reconciliations", keys: 1)
            let rows = try await Reconciliations(context.services).list(
                before: page.after.flatMap { ID($0[0]) },
                most: page.rowsToRead
            )
            return page.page(rows, keys: { [$0.id.text] }) { ReconciliationBody($0) }
        }
        router.on(run, as: BillingContext.self) { request, context in
            try await Reconciliations(context.services).ask(actor: context.user.actor(request))
        }
        router.on(findings, as: StaffContext.self) { request, context in
            let page = try PageRequest(request, list: "reconciliation-findings", keys: 1)
            let rows = try await Reconciliations(context.services).findings(
                isOpen: try request.value(of: isOpen),
                before: page.after.flatMap { ID($0[0]) },
                most: page.rowsToRead
            )
            return page.page(rows, keys: { [$0.id.text] }) { ReconciliationFindingBody($0) }
        }
        router.on(resolve, as: BillingContext.self) { input, request, context, id in
            try await Reconciliations(context.services).resolve(
                id,
                saying: input.resolution,
                actor: context.user.actor(request)
            )
        }
    }
}

struct FindingResolution: APIModel {
    let resolution: String

    static let model = Model(
        "finding_resolution",
        "Why a difference is none.",
        FindingResolution.init,
        Field("resolution", \.resolution, "For staff.", .singleLine, .length(1...500)),
    )
}

struct ReconciliationBody: APIModel {
    let id: ID<Reconciliation>
    let from: Date
    let until: Date
    let finishedAt: Date
    let moves: Int
    let matched: Int
    let found: Int
    let resolved: Int

    static let model = Model(
        "reconciliation",
        "A comparison of the books with Stripe's balance transactions.",
        ReconciliationBody.init(id:from:until:finishedAt:moves:matched:found:resolved:),
        Field("id", \.id, "Starts with rec_."),
        Field("from", \.from, "What moved from this moment on was compared,"),
        Field("until", \.until, "and before that one."),
        Field("finished_at", \.finishedAt, "When it was made."),
        Field("moves", \.moves, "How many balance transactions there are."),
        Field("matched", \.matched, "How many of them are in the books."),
        Field("found", \.found, "How many differences were new."),
        Field("resolved", \.resolved, "How many earlier ones were gone."),
    )
}

extension ReconciliationBody {
    init(_ record: ReconciliationRecord) {
        self.init(
            id: record.id,
            from: record.from,
            until: record.until,
            finishedAt: record.finishedAt,
            moves: record.moves,
            matched: record.matched,
            found: record.found,
            resolved: record.resolved
        )
    }
}

struct ReconciliationFindingBody: APIModel {
    let id: ID<Discrepancy>
    let kind: ReconciliationFinding.Kind
    let subject: String
    let paymentID: ID<Payment>?
    let atProcessor: MoneyBody?
    let inBooks: MoneyBody?
    let detail: String
    let happenedAt: Date
    let foundAt: Date
    let resolvedAt: Date?
    let resolution: String?

    static let model = Model(
        "reconciliation_finding",
        "A difference between the books and Stripe's balance.",
        ReconciliationFindingBody.init,
        Field("id", \.id, "Starts with fnd_."),
        Field("kind", \.kind, "What differs."),
        Field("subject", \.subject, "A balance transaction, or a transaction of the books."),
        Field("payment_id", \.paymentID, "The payment that it is about."),
        Field("at_processor", \.atProcessor, "What Stripe says moved."),
        Field("in_books", \.inBooks, "What the books say moved."),
        Field("detail", \.detail, "What it is."),
        Field("happened_at", \.happenedAt, "When it moved."),
        Field("found_at", \.foundAt, "When it was found."),
        Field("resolved_at", \.resolvedAt, "When it was gone, or explained."),
        Field("resolution", \.resolution, "Why it is closed."),
    )
}

extension ReconciliationFindingBody {
    init(_ finding: ReconciliationFinding) {
        self.init(
            id: finding.id,
            kind: finding.kind,
            subject: finding.subject,
            paymentID: finding.payment,
            atProcessor: finding.atProcessor.map { MoneyBody($0) },
            inBooks: finding.inBooks.map { MoneyBody($0) },
            detail: finding.detail,
            happenedAt: finding.happenedAt,
            foundAt: finding.foundAt,
            resolvedAt: finding.resolvedAt,
            resolution: finding.resolution
        )
    }
}

extension ReconciliationFinding.Kind: APIEnum {}
