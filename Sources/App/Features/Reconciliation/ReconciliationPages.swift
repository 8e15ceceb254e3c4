import Core
import Foundation
import Markup
import Postgres
import Web

/// Comparisons with the processor as staff read them.
enum ReconciliationPages {
    static func add(to router: inout Router<Services>) {
        router.on(ReconciliationRoutes.show, as: StaffContext.self, show)
        router.on(ReconciliationRoutes.run, as: BillingContext.self, run)
        router.on(ReconciliationRoutes.resolve, as: BillingContext.self, resolve)
    }

    private static func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let listing = Listing(request, list: "console.books.reconciliation")
        let reconciliations = Reconciliations(context.services)
        let open = try await reconciliations.findings(isOpen: true, most: 100)
        let found = try await reconciliations.list(
            before: listing.after.flatMap { ID($0[0]) },
            most: listing.rowsToRead
        )
        let part = listing.part(found) { [$0.id.text] }
        return PortalPage.console(title: "Reconciliation", section: .books, request, context) {
            ReconciliationView(
                findings: open,
                runs: part.rows,
                pager: part.pager,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func run(
        _ request: Request,
        _ context: BillingContext
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ReconciliationRoutes.show.path(),
            saying: "The books are being compared. Look again in a moment."
        ) {
            try await Reconciliations(context.services).ask(actor: context.user.actor(request))
        }
    }

    private static func resolve(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Discrepancy>
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let typed = form.text("resolution", length: 1...500)
        return try await ConsoleAction.perform(
            context,
            backTo: ReconciliationRoutes.show.path(),
            saying: "The finding is closed."
        ) {
            guard let typed else {
                throw Problem.invalid("resolution", "required", "Say why it is no difference.")
            }
            try await Reconciliations(context.services).resolve(
                id,
                saying: typed,
                actor: context.user.actor(request)
            )
        }
    }
}

/// What differs, and the comparisons that were made.
private struct ReconciliationView: View {
    let findings: [ReconciliationFinding]
    let runs: [ReconciliationRecord]
    let pager: Pager
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        PageHeading(
            "Reconciliation",
            lead: "Each night the books are compared with what Stripe says moved on your balance. "
                + "What differs stands here until it is gone or explained; nothing is changed "
                + "because of it."
        ) {
            if rights.movesMoney {
                ActionForm(
                    "Compare now",
                    to: ReconciliationRoutes.run.path(),
                    token: token,
                    .primary,
                    icon: "refresh-cw"
                )
            }
        }
        BooksTabs(current: .reconciliation)
        div(.classes("stack")) {
            if findings.isEmpty {
                Notice(.success, "Nothing differs") {
                    p { "What was compared so far is the same here and at Stripe." }
                }
            } else {
                for finding in findings {
                    FindingCard(finding: finding, token: token, rights: rights)
                }
            }
            history
        }
    }

    private var history: HTML {
        Card("Comparisons", isFlush: true) {
            if runs.isEmpty {
                p(.classes("card-body", "soft")) { "None was made yet." }
            } else {
                DataTable(
                    "Comparisons",
                    [
                        "Made", "What moved until", .number("Moves"), .number("In the books"),
                        .number("New findings"), .number("Gone"),
                    ],
                    runs.map { run in
                        DataTable.Row {
                            Moment(run.finishedAt)
                            Moment(run.until)
                            String(run.moves)
                            String(run.matched)
                            String(run.found)
                            String(run.resolved)
                        }
                    }
                )
            }
            pager
        }.body
    }
}

/// One difference, and a way to explain it.
private struct FindingCard: View {
    let finding: ReconciliationFinding
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        Card(finding.kind.label) {
            Facts(facts)
            if rights.movesMoney {
                Markup.form(
                    to: ReconciliationRoutes.resolve.path(finding.id),
                    token: token,
                    .classes("form")
                ) {
                    input(
                        .classes("input"),
                        .name("resolution"),
                        .required,
                        .maxlength(500),
                        .aria("label", "Why it is no difference")
                    )
                    div(.classes("row")) { SubmitButton("Close with this reason", .secondary) }
                }
            }
        }
    }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("What") { finding.detail },
            Facts.Fact("Moved") { Moment(finding.happenedAt) },
            Facts.Fact("At Stripe") { amount(finding.atProcessor) },
            Facts.Fact("In the books") { amount(finding.inBooks) },
        ]
        if let payment = finding.payment {
            facts.append(
                Facts.Fact("Payment") {
                    TextLink("Payment", to: ConsolePaymentRoutes.show.path(payment))
                }
            )
        }
        facts.append(Facts.Fact("Known as") { ShortID(finding.subject) })
        return facts
    }

    private func amount(_ money: Money?) -> HTML {
        money.map { Amount($0, showsCode: true).body } ?? HTML.text("Nothing")
    }
}

extension ReconciliationFinding.Kind {
    var label: String {
        switch self {
        case .notInBooks: "Moved at Stripe, not in the books"
        case .notAtProcessor: "In the books, not at Stripe"
        case .otherAmount: "Another amount at Stripe"
        case .otherFee: "Another fee at Stripe"
        }
    }
}
