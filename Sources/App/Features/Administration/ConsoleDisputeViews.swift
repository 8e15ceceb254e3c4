import Core
import Foundation
import Markup
import Web

/// Disputes, those that wait for an answer among them.
struct DisputeListView: View {
    let page: ListPage<DisputeFilter>
    let policy: DisputePolicy
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        ListView(
            "Disputes",
            lead: "A payer's bank wants money back. Answer it in Stripe's dashboard, which "
                + "keeps the evidence; what comes of it stands here and in the books by itself.",
            page,
            DisputeTable.columns,
            empty: empty,
            filters: {
                Filter(search: "Customer", "q", page.filter.text, hint: "Part of the name")
                Filter(
                    "Status",
                    "status",
                    page.filter.status?.rawValue,
                    all: "All",
                    DisputeState.Standing.allCases.map { ($0.rawValue, $0.badge.text) }
                )
            },
            above: { BooksTabs(current: .disputes) }
        )
        if rights.administers { policyForm }
    }

    private var empty: EmptyState {
        EmptyState(
            page.filter.isActive ? "No dispute fits" : "No disputes",
            page.filter.isActive
                ? "Choose another status, or look for another customer."
                : "When a bank takes the money of a payment back, it stands here.",
            icon: "landmark"
        )
    }

    private var policyForm: HTML {
        Card("What happens by itself") {
            Markup.form(
                to: ConsoleDisputeRoutes.savePolicy.path(),
                token: token,
                .classes("form")
            ) {
                CheckBox(
                    "Stop what a disputed payment has paid for",
                    "freezes_services",
                    isChecked: policy.freezesServices,
                    hint: "Its hosting accounts and licences are suspended when a dispute begins, "
                        + "and go on when it is won. An inquiry stops nothing."
                )
                div(.classes("row")) { SubmitButton("Save") }
            }
        }.body
    }
}

/// Disputes as rows.
struct DisputeTable: View {
    let disputes: [DisputeRecord]

    static let columns: [ListColumn<DisputeFilter>] = [
        ListColumn("dispute", "Dispute") { dispute in
            a(.href(ConsoleDisputeRoutes.show.path(dispute.id)), .classes("strong")) {
                dispute.reasonLabel
            }
        },
        ListColumn("customer", "Customer", sort: .customer) { dispute in
            TextLink(
                dispute.customerName,
                to: ConsoleCustomerRoutes.show.path(dispute.customer)
            )
        },
        ListColumn("status", "Status") { $0.status.badge },
        .number("amount", "Amount", sort: .amount) { Amount($0.amount, showsCode: true) },
        ListColumn("due", "Answer by", sort: .due) { $0.answerBy },
        ListColumn("opened", "Opened", sort: .opened) { Moment(day: $0.openedAt) },
    ]

    var body: HTML {
        DataTable(
            "Disputes",
            DisputeTable.columns.map { DataTable.Column($0.heading, classNames: $0.classNames) },
            disputes.map { dispute in DataTable.Row(DisputeTable.columns.map { $0.cell(dispute) }) }
        )
    }
}

/// Disputes that wait for an answer, on the console's first page.
struct DisputesToAnswerCard: View {
    let disputes: [DisputeRecord]

    var body: HTML {
        Card("Disputes to answer", isFlush: true) {
            DisputeTable(disputes: disputes)
        } actions: {
            TextLink("All of them", to: ConsoleDisputeRoutes.list.path())
        }
    }
}

/// One dispute, and where it is answered.
struct DisputeView: View {
    let dispute: DisputeRecord
    let isLive: Bool
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        PageHeading(
            "Dispute of \(dispute.amount.label)",
            badge: dispute.status.badge,
            back: ("Disputes", ConsoleDisputeRoutes.list.path())
        ) {
            if rights.movesMoney && dispute.isOpen {
                ActionForm(
                    "Ask the processor",
                    to: ConsoleDisputeRoutes.check.path(dispute.id),
                    token: token,
                    size: .small
                )
            }
        }
        div(.classes("split")) {
            div(.classes("stack")) {
                explanation
            }
            aside(.classes("aside", "stack")) { Card("Dispute") { Facts(facts) } }
        }
    }

    private var explanation: HTML {
        Card("What to do") {
            p { dispute.advice }
            p {
                a(.href(address), .rel("noopener")) { "Open it in Stripe's dashboard" }
            }
            p(.classes("soft", "small")) {
                "Evidence is handed in there, or the dispute accepted, by somebody who may log in. "
                    + "A payment that is disputed cannot be refunded."
            }
        }.body
    }

    private var address: String {
        "https://dashboard.stripe.com/\(isLive ? "" : "test/")disputes/\(dispute.gatewayID)"
    }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("Customer") {
                TextLink(
                    dispute.customerName,
                    to: ConsoleCustomerRoutes.show.path(dispute.customer)
                )
            },
            Facts.Fact("Payment") {
                TextLink("Payment", to: ConsolePaymentRoutes.show.path(dispute.payment))
            },
            Facts.Fact("Reason") { dispute.reasonLabel },
            Facts.Fact("At the processor") { dispute.phaseLabel },
            Facts.Fact("Evidence") { dispute.hasEvidence ? "Handed in" : "None yet" },
            Facts.Fact("Answer by") { dispute.answerBy },
            Facts.Fact("Opened") { Moment(dispute.openedAt) },
        ]
        if let held = dispute.held {
            facts.append(Facts.Fact("Held back") { Amount(held, showsCode: true) })
        }
        if let fee = dispute.fee, !fee.isZero {
            facts.append(Facts.Fact("Fee") { Amount(fee, showsCode: true) })
        }
        if let closed = dispute.closedAt {
            facts.append(Facts.Fact("Decided") { Moment(closed) })
        }
        facts.append(
            Facts.Fact("Books") {
                TextLink("Entries", to: BooksRoutes.entries(of: dispute.id.text))
            }
        )
        facts.append(Facts.Fact("Identifier") { ShortID(dispute.id.text) })
        return facts
    }
}

extension DisputeRecord {
    /// Until when somebody has to have answered.
    fileprivate var answerBy: HTML {
        guard needsResponse, isOpen, let dueBy else { return HTML { span { "–" } } }
        return Moment(dueBy).body
    }

    fileprivate var advice: String {
        switch status {
        case .inquiry:
            "The bank asks why the customer was charged, and no money has moved yet. Answer in "
                + "time, or give the money back, before it becomes a dispute."
        case .open where needsResponse:
            "The bank has taken the money. Hand in evidence in time to get it back, or accept the "
                + "dispute."
        case .open: "The bank looks at the evidence. That can take two months or more."
        case .won: "The bank decided for you, and the money is back."
        case .lost: "The bank decided for its customer, and the money is gone."
        case .closed: "Nothing came of it."
        }
    }
}

extension DisputeState.Standing {
    var badge: Badge {
        switch self {
        case .inquiry: Badge("Inquiry", .warning)
        case .open: Badge("Disputed", .failure)
        case .won: Badge("Won", .success)
        case .lost: Badge("Lost")
        case .closed: Badge("Closed")
        }
    }
}
