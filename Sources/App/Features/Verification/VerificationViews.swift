import Core
import Foundation
import Markup
import Web

/// The last check, those before it, and everything that is looked at.
struct VerificationListView: View {
    let page: ListPage<VerificationFilter>
    let last: VerificationRecord?
    let isPending: Bool
    let token: String
    let rights: ConsoleRights

    private static let columns: [ListColumn<VerificationFilter>] = [
        ListColumn("began", "Began", sort: .began) { check in
            a(.href(BooksRoutes.check.path(check.id)), .classes("strong")) {
                Moment(check.report.startedAt)
            }
        },
        ListColumn("outcome", "Outcome") { $0.report.badge },
        .number("found", "Rows found", sort: .found) { String($0.report.violations) },
        .number("took", "Took") { $0.report.duration },
    ]

    var body: HTML {
        ListView(
            "Checks of the books",
            lead: "Every hour, everything that must hold is looked at in one moment's state of "
                + "the database.",
            page,
            VerificationListView.columns,
            empty: empty,
            filters: {
                Filter(
                    "Outcome",
                    "outcome",
                    page.filter.outcome?.rawValue,
                    all: "All",
                    [("clean", "In order"), ("broken", "Broken rules")]
                )
            },
            actions: {
                if rights.movesMoney {
                    ActionForm(
                        "Check now",
                        to: BooksRoutes.runCheck.path(),
                        token: token,
                        .primary,
                        icon: "shield-check"
                    )
                }
            },
            above: {
                BooksTabs(current: .checks)
                if isPending {
                    Notice(.info, "A check is under way") {
                        p { "This page shows it when it ends." }
                    }
                }
                if let last { VerificationResult(report: last.report) }
            }
        )
        invariants
    }

    private var empty: EmptyState {
        EmptyState(
            page.filter.isActive ? "No check fits" : "Nothing has been checked yet",
            page.filter.isActive
                ? "Checks of another outcome are shown when you choose it above, or “All”."
                : "The first check is made within an hour.",
            icon: "shield-check"
        )
    }

    private var invariants: HTML {
        Card("What must hold", isFlush: true) {
            DataTable(
                "What must hold",
                ["Rule", "Name"],
                Invariant.all.map { each in
                    DataTable.Row {
                        each.statement
                        HTML { code { each.name } }
                    }
                }
            )
        }.body
    }
}

/// One check with all that it found.
struct VerificationView: View {
    let check: VerificationRecord

    var body: HTML {
        PageHeading(
            "Check of \(check.report.startedAt.exactText)",
            badge: check.report.badge,
            back: ("Checks of the books", BooksRoutes.checks.path())
        )
        div(.classes("stack")) {
            VerificationResult(report: check.report)
            Card("What was looked at", isFlush: true) {
                DataTable(
                    "What was looked at",
                    ["Table", .number("Rows")],
                    check.report.counts.map { table in
                        DataTable.Row {
                            HTML { code { table.name } }
                            String(table.rows)
                        }
                    }
                )
            }
        }
    }
}

/// What a check found: that all is well, or each rule that is broken with the rows that break it.
struct VerificationResult: View {
    let report: VerificationReport

    var body: HTML {
        if report.isClean {
            Notice(.success, "The books are in order") {
                p {
                    "All \(report.checks) rules held on "
                    Moment(report.startedAt)
                    "."
                }
            }
        } else {
            Notice(.failure, "The books do not add up") {
                p {
                    "\(counted(report.findings.count, "rule")) of \(report.checks) "
                        + "\(report.findings.count == 1 ? "is" : "are") broken. Nothing was "
                        + "changed; look at each row before anything else is done to it."
                }
            }
            for finding in report.findings { VerificationFindingCard(finding: finding) }
        }
    }
}

/// One broken rule.
private struct VerificationFindingCard: View {
    let finding: VerificationFinding

    var body: HTML {
        Card(finding.name) {
            div(.classes("stack-s")) {
                p { finding.statement }
                p(.classes("soft")) { "Broken by \(counted(finding.count, "row")):" }
                ul {
                    for id in finding.ids { li { row(id) } }
                    if finding.count > Int64(finding.ids.count) {
                        li { "and \(finding.count - Int64(finding.ids.count)) more" }
                    }
                }
            }
        }
    }

    @HTMLBuilder private func row(_ id: String) -> HTML {
        if let path = AuditWords.path(type: finding.type, id: id) ?? booksPath(id) {
            a(.href(path), .classes("mono", "anywhere")) { id }
        } else {
            span(.classes("mono", "anywhere")) { id }
        }
    }

    /// What stands in the books has its page there.
    private func booksPath(_ id: String) -> String? {
        switch finding.type {
        case LedgerAccount.idPrefix: ID<LedgerAccount>(id).map { BooksRoutes.account.path($0) }
        case LedgerTransaction.idPrefix, Refund.idPrefix: BooksRoutes.entries(of: id)
        default: nil
        }
    }
}

extension VerificationReport {
    /// The outcome in a word.
    var badge: Badge {
        isClean
            ? Badge("In order", .success)
            : Badge("\(counted(findings.count, "rule")) broken", .failure)
    }

    /// How long it took: `240 ms`, `3.2 s`.
    var duration: String {
        let milliseconds = Int((seconds * 1_000).rounded())
        return milliseconds < 1_000
            ? "\(milliseconds) ms" : "\(milliseconds / 1_000).\(milliseconds / 100 % 10) s"
    }
}
