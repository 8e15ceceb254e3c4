import Core
import Markup
import Web
import Wire

/// The jobs of one state.
struct JobListView: View {
    let page: ListPage<JobFilter>
    let counts: [JobRecord.Status: Int64]
    let token: String
    let rights: ConsoleRights

    private var status: JobRecord.Status { page.filter.status }

    var body: HTML {
        ListView(
            "Jobs",
            lead: "Work that is done outside a page: settling payments, delivering, sending mail.",
            page,
            columns,
            empty: nothing,
            tabs: Tabs(name: "States of jobs", tabs: tabs),
            selection: selection
        ) {
            input(.type("hidden"), .name("status"), .value(status.rawValue))
            Filter("Kind", "kind", page.filter.kind, all: "All kinds", kinds)
        }.body
    }

    private var selection: BulkSelection<JobRecord>? {
        guard rights.movesMoney, status == .dead || status == .queued else { return nil }
        return BulkSelection(ConsoleBulkPages.jobs) { job in (job.id, job.label) }
    }

    private var tabs: [Tabs.Tab] {
        [JobRecord.Status.dead, .queued, .running, .done].map { each in
            Tabs.Tab(
                text: each.label,
                path: "\(ConsoleRoutes.jobs.path())?status=\(each.rawValue)",
                count: counts[each] ?? 0,
                isCurrent: each == status
            )
        }
    }

    private var kinds: [(value: String, text: String)] {
        JobKind.allCases.map { ($0.rawValue, $0.label) }
    }

    private var nothing: EmptyState {
        switch (status, page.filter.kind) {
        case (_, .some):
            EmptyState("No job of this kind", "Choose another kind or another state.")
        case (.dead, nil):
            EmptyState(
                "No dead jobs",
                "No job has given up. One that does waits here for somebody to look.",
                icon: "circle-check"
            )
        case (.queued, nil):
            EmptyState("Nothing is waiting", "Work that is due later or next stands here.")
        case (.running, nil):
            EmptyState("Nothing runs right now", "Most jobs take less than a second.")
        case (.done, nil):
            EmptyState("Nothing has been done yet", "Ended jobs are kept for a week.")
        }
    }

    private var columns: [ListColumn<JobFilter>] {
        [
            ListColumn("kind", "Kind") { job in
                a(.href(ConsoleRoutes.job.path(job.id)), .classes("strong")) { job.label }
            },
            .number("attempts", "Attempts") { "\($0.attempts) of \($0.maxAttempts)" },
            ListColumn("error", "Last error") { job in
                span(.classes("clamp", "small")) { job.lastError ?? "–" }
            },
            status.isEnd
                ? ListColumn("ended", "Ended", sort: .ended) { Moment($0.sortTime) }
                : ListColumn("due", "Due", sort: .due) { Moment($0.runAt) },
            .actions { [token, rights] job in
                if job.canBeRetried && rights.movesMoney {
                    ActionForm(
                        job.status == .dead ? "Try again" : "Run now",
                        to: ConsoleRoutes.retryJob.path(job.id),
                        token: token,
                        size: .small
                    )
                }
            },
        ]
    }
}

/// One job with all that is known of it.
struct JobView: View {
    let job: JobRecord
    let payload: JSON
    let history: [StoredAuditEntry]
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        PageHeading(
            job.label,
            badge: job.status.badge,
            back: ("Jobs", "\(ConsoleRoutes.jobs.path())?status=\(job.status.rawValue)")
        ) {
            if job.canBeRetried && rights.movesMoney {
                ActionForm(
                    job.status == .dead ? "Try again" : "Run now",
                    to: ConsoleRoutes.retryJob.path(job.id),
                    token: token,
                    .primary,
                    icon: "refresh-cw"
                )
            }
        }
        div(.classes("stack")) {
            if let error = job.lastError {
                Notice(job.status == .dead ? .failure : .warning, "What happened last") {
                    p(.classes("mono", "anywhere")) { error }
                }
            }
            Card("Job") { Facts(facts) }
            Card("What it was given") {
                pre(.classes("code")) { payload.prettyText }
            }
            AuditCard(entries: history, log: rights.log(of: job.id.text))
        }
    }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("Kind") { code { job.kind } },
            Facts.Fact("Identifier") { Copyable(job.id.text, name: "identifier") },
            Facts.Fact("Attempts") { "\(job.attempts) of \(job.maxAttempts)" },
            Facts.Fact("Made") { Moment(job.createdAt) },
            Facts.Fact("Due") { Moment(job.runAt) },
        ]
        if let end = job.finishedAt { facts.append(Facts.Fact("Ended") { Moment(end) }) }
        if let order = job.order {
            facts.append(
                Facts.Fact("Order") {
                    a(.href(ConsoleOrderRoutes.show.path(order)), .classes("mono")) { order.text }
                }
            )
        }
        return facts
    }
}

extension JobRecord {
    /// What the job does, to people.
    var label: String { JobKind.label(kind) }
}

extension JobRecord.Status {
    var label: String {
        switch self {
        case .queued: "Queued"
        case .running: "Running"
        case .dead: "Dead"
        case .done: "Done"
        }
    }

    var badge: Badge {
        switch self {
        case .queued: Badge("Queued", .info)
        case .running: Badge("Running", .info)
        case .dead: Badge("Dead", .failure)
        case .done: Badge("Done", .success)
        }
    }
}

extension JobKind {
    /// What work of a kind is, to people; of another version's kind, its name.
    static func label(_ name: String) -> String { JobKind(rawValue: name)?.label ?? name }

    /// What the work is, to people.
    var label: String {
        switch self {
        case .applyWebhook: "Read a message of the card processor"
        case .settlePayment: "Settle a payment"
        case .pollPayments: "Look for lost payments"
        case .returnPayment: "Give money back that could not be placed"
        case .refundPayment: "Give money back"
        case .learnFee: "Learn the fee of a payment"
        case .reconcile: "Compare the books with the card processor"
        case .collectInvoice: "Charge an invoice to a card"
        case .warnOfCards: "Warn of cards that expire"
        case .learnCards: "Learn which cards are saved"
        case .forgetCard: "Have a removed card forgotten"
        case .billSubscriptions: "Bill subscriptions"
        case .giveUpOrders: "Give up orders that nobody paid"
        case .settleCredits: "Spend and end credit"
        case .repriceSubscriptions: "Announce or withdraw a new price"
        case .runDunning: "Look after unpaid invoices"
        case .fulfilItem: "Deliver what was ordered"
        case .undoOrder: "Undo an order"
        case .sendMail: "Send a mail"
        case .sendResetLink: "Send a password link"
        case .provisionAccount: "Make a hosting account"
        case .changeAccount: "Change a hosting account"
        case .tellPlan: "Tell a panel of another plan"
        case .reconcileAccounts: "Compare accounts with their panels"
        case .removeAccounts: "Remove accounts after their end"
        case .checkServers: "Check the servers"
        case .checkVATNumber: "Ask after a VAT number"
        case .recheckVATNumbers: "Look for VAT numbers to ask after"
        case .learnDomainCost: "Learn what a name has cost"
        case .earnRevenue: "Earn what was put off"
        case .cleanUp: "Clean up"
        case .verify: "Check the books"
        }
    }
}
