import Core
import Foundation
import Markup
import Postgres
import Web

/// Comparisons with the processor as staff read them.
enum ReconciliationPages {
    static func add(to router: inout Router<Services>) {
        router.on(ReconciliationRoutes.show, as: StaffContext.self, show)
        router.on(ReconciliationRoutes.export, as: StaffContext.self) { request, context in
            DifferenceFilter(request).export(context)
        }
        router.on(ReconciliationRoutes.comparisons, as: StaffContext.self, comparisons)
        router.on(ReconciliationRoutes.exportComparisons, as: StaffContext.self) {
            ComparisonFilter(sorting: Sorting($0)).export($1)
        }
        router.on(ReconciliationRoutes.run, as: BillingContext.self, run)
        router.on(ReconciliationRoutes.resolve, as: BillingContext.self, resolve)
    }

    private static func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await DifferenceFilter(request).page(
            request,
            context,
            file: ReconciliationRoutes.export.path()
        )
        let open = try await Reconciliations(context.services).findings(isOpen: true, most: 100)
        return PortalPage.console(title: "Reconciliation", section: .books, request, context) {
            ReconciliationView(
                page: page,
                open: open,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func comparisons(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        let page = try await ComparisonFilter(sorting: Sorting(request)).page(
            request,
            context,
            file: ReconciliationRoutes.exportComparisons.path()
        )
        return PortalPage.console(title: "Comparisons", section: .books, request, context) {
            ComparisonListView(page: page)
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

extension DifferenceFilter {
    fileprivate init(_ request: Request) {
        self.init(
            isOpen: request.filter("status", DifferenceStatus.self).map { $0 == .open },
            kind: request.filter("kind", ReconciliationFinding.Kind.self),
            text: request.search("q"),
            sorting: Sorting(request)
        )
    }
}

/// Whether a difference waits for an explanation.
private enum DifferenceStatus: String, CaseIterable { case open, closed }

/// What differs, with a form for each that waits for an explanation.
private struct ReconciliationView: View {
    let page: ListPage<DifferenceFilter>
    let open: [ReconciliationFinding]
    let token: String
    let rights: ConsoleRights

    private static let columns: [ListColumn<DifferenceFilter>] = [
        ListColumn("kind", "Difference") { finding in
            Stacked {
                span(.classes("strong")) { finding.kind.label }
                span(.classes("soft", "small", "anywhere")) { finding.detail }
            }
        },
        ListColumn("moved", "Moved", sort: .moved) { Moment($0.happenedAt) },
        .number("stripe", "At Stripe") { $0.label(of: $0.atProcessor) },
        .number("books", "In the books") { $0.label(of: $0.inBooks) },
        ListColumn("found", "Found", sort: .found) { Moment(day: $0.foundAt) },
        ListColumn("state", "State") { finding in
            Stacked {
                span { finding.resolvedAt == nil ? Badge("Open", .warning) : Badge("Closed") }
                if let reason = finding.resolution { span(.classes("soft", "small")) { reason } }
            }
        },
    ]

    var body: HTML {
        ListView(
            "Reconciliation",
            lead: "Each night the books are compared with what Stripe says moved on your balance. "
                + "What differs stands here until it is gone or explained; nothing is changed "
                + "because of it.",
            page,
            ReconciliationView.columns,
            empty: EmptyState(
                page.filter.isActive ? "No difference fits" : "Nothing differs",
                page.filter.isActive
                    ? "Take a filter away, or look for something else."
                    : "What was compared so far is the same here and at Stripe.",
                icon: "scale"
            ),
            filters: { filters },
            actions: {
                ButtonLink(
                    "Comparisons",
                    to: ReconciliationRoutes.comparisons.path(),
                    icon: "history"
                )
                if rights.movesMoney {
                    ActionForm(
                        "Compare now",
                        to: ReconciliationRoutes.run.path(),
                        token: token,
                        .primary,
                        icon: "refresh-cw"
                    )
                }
            },
            above: {
                BooksTabs(current: .reconciliation)
                for finding in open {
                    FindingCard(finding: finding, token: token, rights: rights)
                }
            }
        ).body
    }

    @HTMLBuilder private var filters: HTML {
        Filter(search: "Search", "q", page.filter.text, hint: "pi_…, ch_…, txn_… or pay_…")
        Filter(
            "Status",
            "status",
            page.filter.isOpen.map { ($0 ? DifferenceStatus.open : .closed).rawValue },
            all: "All",
            [("open", "Open"), ("closed", "Closed")]
        )
        Filter(
            "Difference",
            "kind",
            page.filter.kind?.rawValue,
            all: "All",
            ReconciliationFinding.Kind.allCases.map { ($0.rawValue, $0.label) }
        )
    }
}

/// The comparisons that were made.
private struct ComparisonListView: View {
    let page: ListPage<ComparisonFilter>

    private static let columns: [ListColumn<ComparisonFilter>] = [
        ListColumn("made", "Made", sort: .made) { Moment($0.finishedAt) },
        ListColumn("until", "What moved until") { Moment($0.until) },
        .number("moves", "Moves") { String($0.moves) },
        .number("matched", "In the books") { String($0.matched) },
        .number("found", "New differences", sort: .found) { String($0.found) },
        .number("gone", "Gone") { String($0.resolved) },
    ]

    var body: HTML {
        ListView(
            "Comparisons",
            lead: "How often the books were compared with Stripe, and what came of it.",
            back: ("Reconciliation", ReconciliationRoutes.show.path()),
            page,
            ComparisonListView.columns,
            empty: EmptyState(
                "Nothing was compared yet",
                "The first comparison is made in the night after the first payment.",
                icon: "history"
            )
        ).body
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
            Facts.Fact("At Stripe") { finding.label(of: finding.atProcessor) },
            Facts.Fact("In the books") { finding.label(of: finding.inBooks) },
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
}

extension ReconciliationFinding {
    fileprivate func label(of money: Money?) -> HTML {
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
