import Core
import Foundation
import Markup
import Support
import Web

/// What needs somebody, how the day goes, and what came in last.
struct ConsoleHomeView: View {
    let overview: ConsoleOverview
    let name: String
    /// The time that an administrator may move; nil where it is the real one.
    let clock: Date?
    let clockForm: FormErrors
    let token: String

    var body: HTML {
        PageHeading("Console", lead: "Good to see you, \(name).")
        div(.classes("stack")) {
            div(.classes("tiles")) { tiles }
            if let check = overview.brokenCheck { BrokenBooksNotice(check: check) }
            if isAllWell {
                Notice(.success, "Nothing needs you right now") {
                    p { "Orders, payments, books, servers and jobs are as they should be." }
                }
            }
            if !overview.attention.isEmpty { attention }
            if !overview.payments.isEmpty { AttentionPayments(payments: overview.payments) }
            if overview.openFindings > 0 { UnreconciledNotice(count: overview.openFindings) }
            if overview.differences > 0 { DifferencesNotice(count: overview.differences) }
            if !overview.disputes.isEmpty { DisputesToAnswerCard(disputes: overview.disputes) }
            if !overview.failedRefunds.isEmpty {
                FailedRefundsCard(refunds: overview.failedRefunds)
            }
            if !overview.deadJobs.isEmpty { deadJobs }
            if !overview.unhealthy.isEmpty { servers }
            receipts
            latest
            if let clock { ClockCard(now: clock, form: clockForm, token: token) }
        }
    }

    private var isAllWell: Bool {
        overview.attention.isEmpty && overview.payments.isEmpty && overview.deadJobs.isEmpty
            && overview.unhealthy.isEmpty && overview.brokenCheck == nil
            && overview.failedRefunds.isEmpty && overview.disputes.isEmpty
            && overview.openFindings == 0 && overview.differences == 0
    }

    private var tiles: [HTML] {
        let today = overview.today
        return [
            FigureTile(
                text: "Received today",
                figure: today.received.label,
                detail: counted(today.payments, "payment"),
                path: nil
            ),
            FigureTile(
                text: "Orders today",
                figure: String(today.ordersPlaced),
                detail: counted(today.newCustomers, "new customer"),
                path: ConsoleOrderRoutes.list.path()
            ),
            FigureTile(
                text: "Orders to look at",
                figure: String(overview.attentionCount),
                detail: overview.attentionCount == 0 ? "All are on their way" : "Look at them now",
                path: ConsoleOrderRoutes.attention,
                tone: overview.attentionCount == 0 ? .neutral : .failure
            ),
            FigureTile(
                text: "Disputes to answer",
                figure: String(overview.disputeCount),
                detail: overview.disputeCount == 0 ? "None waits for you" : "Answer them in time",
                path: ConsoleDisputeRoutes.list.path(),
                tone: overview.disputeCount == 0 ? .neutral : .failure
            ),
            FigureTile(
                text: "Dead jobs",
                figure: String(overview.deadJobCount),
                detail: overview.deadJobCount == 0 ? "None has given up" : "Waiting for somebody",
                path: "\(ConsoleRoutes.jobs.path())?status=dead",
                tone: overview.deadJobCount == 0 ? .neutral : .failure
            ),
            FigureTile(
                text: "Books",
                figure: overview.lastCheck.map { $0.report.isClean ? "In order" : "Broken" } ?? "–",
                detail: booksDetail,
                path: BooksRoutes.checks.path(),
                tone: overview.brokenCheck == nil ? .neutral : .failure
            ),
            FigureTile(
                text: "Free places on servers",
                figure: String(overview.freeSlots),
                detail: serverHealth,
                path: ConsoleServerRoutes.list.path(),
                tone: overview.unhealthy.isEmpty ? .neutral : .warning
            ),
        ].map(\.body)
    }

    private var booksDetail: String {
        guard let report = overview.lastCheck?.report else { return "Not checked yet" }
        return report.isClean
            ? "\(report.checks) rules hold" : counted(report.violations, "row") + " to look at"
    }

    private var serverHealth: String {
        overview.unhealthy.isEmpty
            ? "\(counted(overview.servers.count, "server")), all well"
            : "\(counted(overview.unhealthy.count, "server")) not well"
    }

    private var attention: HTML {
        Card("Orders that need attention", isFlush: true) {
            OrderTable(name: "Orders that need attention", orders: overview.attention)
        } actions: {
            TextLink("All of them", to: ConsoleOrderRoutes.attention)
        }.body
    }

    private var deadJobs: HTML {
        Card("Dead jobs", isFlush: true) {
            DataTable(
                "Dead jobs",
                ["Kind", "Last error", "Ended"],
                overview.deadJobs.map { job in
                    DataTable.Row {
                        TextLink(job.label, to: ConsoleRoutes.job.path(job.id))
                        HTML { span(.classes("clamp", "small")) { job.lastError ?? "–" } }
                        Moment(job.sortTime)
                    }
                }
            )
        } actions: {
            TextLink("All of them", to: "\(ConsoleRoutes.jobs.path())?status=dead")
        }.body
    }

    private var servers: HTML {
        Card("Servers that do not answer", isFlush: true) {
            DataTable(
                "Servers that do not answer",
                ["Server", .number("Accounts"), "Last asked"],
                overview.unhealthy.map { server in
                    DataTable.Row {
                        TextLink(server.name, to: ConsoleServerRoutes.show.path(server.id))
                        String(server.currentAccounts)
                        server.checkedAt.map { Moment($0).body }
                    }
                }
            )
        }.body
    }

    private var receipts: HTML {
        let sum = overview.receipts.map(\.amount).sum(overview.today.received.currency)
        return Card("Received in 30 days: \(sum.label)") {
            BarChart(
                caption: "Received by day",
                columns: ("Day", "Received"),
                bars: overview.receipts.map { each in
                    BarChart.Bar(
                        name: each.day.dayText,
                        value: each.amount.minorUnits,
                        text: each.amount.label
                    )
                }
            )
        }.body
    }

    private var latest: HTML {
        Card("Latest orders", isFlush: true) {
            if overview.latest.isEmpty {
                EmptyState(
                    "No orders yet",
                    "The first one appears here as soon as it is placed.",
                    icon: "package"
                )
            } else {
                OrderTable(name: "Latest orders", orders: overview.latest)
            }
        } actions: {
            TextLink("All orders", to: ConsoleOrderRoutes.list.path())
        }.body
    }
}

/// What staff must know before anything else is done with money.
private struct BrokenBooksNotice: View {
    let check: VerificationRecord

    var body: HTML {
        Notice(.failure, "The books do not add up") {
            p {
                "\(counted(check.report.findings.count, "rule")) did not hold on "
                Moment(check.report.startedAt)
                ". "
                TextLink("Look at what was found", to: BooksRoutes.check.path(check.id))
            }
        }
    }
}

extension ConsoleOverview {
    /// The last check when it found something.
    fileprivate var brokenCheck: VerificationRecord? {
        lastCheck.flatMap { $0.report.isClean ? nil : $0 }
    }
}

/// Money that does not fit what was expected.
struct AttentionPayments: View {
    let payments: [ListedPayment]

    var body: HTML {
        Card("Payments to look at", isFlush: true) {
            DataTable(
                "Payments to look at",
                ["For", "Customer", "What does not fit", .number("Amount"), "Made"],
                payments.map { each in
                    DataTable.Row {
                        TextLink(
                            each.orderNumber.map { "#\($0)" } ?? "Invoice",
                            to: each.payment.consolePath
                        )
                        each.customerName
                        each.payment.failure ?? "–"
                        Amount(each.payment.amount, showsCode: true)
                        Moment(each.payment.createdAt)
                    }
                }
            )
        }
    }
}

/// Moves the sandbox's clock, so that months of billing are seen in minutes.
private struct ClockCard: View {
    let now: Date
    let form: FormErrors
    let token: String

    var body: HTML {
        Card("Sandbox clock") {
            div(.classes("stack-s")) {
                p {
                    "It is \(now.exactText). The clock only moves forward; what is due then runs at once."
                }
                div(.classes("row")) {
                    jump("1 hour", days: "0", hours: "1")
                    jump("1 day", days: "1", hours: "0")
                    jump("1 week", days: "7", hours: "0")
                    jump("1 month", days: "31", hours: "0")
                }
                Markup.form(
                    to: ConsoleRoutes.advanceClock.path(),
                    token: token,
                    .classes("inline-form")
                ) {
                    FormField("Days", "days", shown, .input(type: "number"), .min(0), .max(3_650))
                    FormField("Hours", "hours", shown, .input(type: "number"), .min(0), .max(23))
                    SubmitButton("Move the clock", .secondary, icon: "timer")
                }
            }
        }
    }

    private var shown: FormErrors {
        form == .none ? FormErrors(values: ["days": "0", "hours": "0"]) : form
    }

    private func jump(_ text: String, days: String, hours: String) -> ActionForm {
        ActionForm(
            "+ \(text)",
            to: ConsoleRoutes.advanceClock.path(),
            token: token,
            size: .small,
            fields: [("days", days), ("hours", hours)]
        )
    }
}
