import Core
import Markup
import Web

/// One payment with what went back of it.
struct PaymentFileView: View {
    let file: PaymentFile
    let token: String
    let rights: ConsoleRights

    private var payment: PaymentRecord { file.payment }

    var body: HTML {
        PageHeading(
            "Payment of \(payment.amount.label)",
            badge: payment.status.badge,
            back: (payment.order == nil ? "Invoice" : "Order", payment.consolePath)
        ) {
            if rights.movesMoney { PaymentActions(payment: payment, token: token) }
        }
        div(.classes("split")) {
            div(.classes("stack")) {
                for refund in file.refunds where refund.needsAttention {
                    FailedRefundNotice(refund: refund, token: token, rights: rights)
                }
                if !file.disputes.isEmpty {
                    Card("Disputes", isFlush: true) { DisputeTable(disputes: file.disputes) }
                }
                refunds
                AuditCard(entries: file.history, log: rights.log(of: payment.id.text))
            }
            aside(.classes("aside", "stack")) {
                Card("Payment") { Facts(facts) }
                Card { Facts(sums: sums) }
            }
        }
    }

    private var refunds: HTML {
        Card("Refunds", isFlush: true) {
            if file.refunds.isEmpty {
                p(.classes("card-body", "soft")) { "Nothing was given back." }
            } else {
                DataTable(
                    "Refunds",
                    ["Refund", "Status", .number("Amount"), "Asked for"],
                    file.refunds.map { refund in
                        DataTable.Row {
                            RefundSummary(refund: refund)
                            refund.badge
                            Amount(refund.amount, showsCode: true)
                            Moment(refund.createdAt)
                        }
                    }
                )
            }
        }.body
    }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("Customer") {
                TextLink(
                    file.customer.name,
                    to: ConsoleCustomerRoutes.show.path(payment.customer)
                )
            },
            Facts.Fact("Invoice") {
                TextLink(
                    file.invoice.number ?? "Draft",
                    to: ConsoleOrderRoutes.invoice.path(payment.invoice)
                )
            },
            Facts.Fact("Way") {
                payment.channel.label
                if payment.parameters.isByLink { ", by whoever has a link to the invoice" }
            },
        ]
        if let reference = payment.reference {
            facts.append(Facts.Fact("Reference") { reference })
        }
        if let received = payment.receivedAt {
            facts.append(Facts.Fact("Arrived") { Moment(day: received) })
        }
        facts.append(Facts.Fact("Begun") { Moment(payment.createdAt) })
        if let settled = payment.settledAt {
            facts.append(Facts.Fact("Settled") { Moment(settled) })
        }
        if let fee = file.fee {
            facts.append(Facts.Fact("Fee") { Amount(fee, showsCode: true) })
        }
        if let failure = payment.failure { facts.append(Facts.Fact("Why") { failure }) }
        if let intent = payment.intentID {
            facts.append(Facts.Fact("At the processor") { ShortID(intent) })
        }
        facts.append(
            Facts.Fact("Books") {
                TextLink("Entries", to: BooksRoutes.entries(of: payment.id.text))
            }
        )
        facts.append(Facts.Fact("Identifier") { ShortID(payment.id.text) })
        return facts
    }

    private var sums: [Facts.Fact] {
        let refundable = file.refundable
        var sums = [Facts.Fact("Taken") { Amount(payment.amount) }]
        if !refundable.refunded.isZero {
            sums.append(Facts.Fact("Given back") { Amount(-refundable.refunded) })
        }
        if !refundable.disputed.isZero {
            sums.append(Facts.Fact("Disputed") { Amount(-refundable.disputed) })
        }
        if !refundable.credited.isZero {
            sums.append(Facts.Fact("Made credit") { Amount(-refundable.credited) })
        }
        sums.append(
            Facts.Fact("Can be given back", isTotal: true) {
                Amount(refundable.remaining, showsCode: true)
            }
        )
        return sums
    }
}

/// The form by which staff give money back.
struct RefundFormView: View {
    let file: PaymentFile
    let form: FormErrors
    let token: String

    private var payment: PaymentRecord { file.payment }

    var body: HTML {
        PageHeading(
            "Give money back to \(file.customer.name)",
            lead: "Of \(payment.amount.label), \(file.refundable.remaining.label) can be given "
                + "back.",
            back: ("Payment", ConsolePaymentRoutes.show.path(payment.id))
        )
        div(.classes("narrow-left")) {
            Card {
                Markup.form(
                    to: ConsolePaymentRoutes.refund.path(payment.id),
                    token: token,
                    .classes("form")
                ) {
                    if let notice = Notice.formErrors(form) { notice }
                    input(.type("hidden"), .name("refund"), .value(form.value("refund")))
                    FormField(
                        "Amount in \(payment.amount.currency.code)",
                        "amount",
                        form,
                        .inputmode("decimal"),
                        .autocomplete("off")
                    )
                    FormField(
                        "Reason",
                        "reason",
                        form,
                        hint: "For staff; the customer is told the amount alone.",
                        .maxlength(500)
                    )
                    p(.classes("soft", "small")) { consequence }
                    div(.classes("row")) {
                        SubmitButton("Give it back", .danger)
                        ButtonLink(
                            "Go back",
                            to: ConsolePaymentRoutes.show.path(payment.id),
                            .quiet
                        )
                    }
                }
            }
        }
    }

    private var consequence: String {
        payment.channel == .stripe
            ? "The money goes to the card or account it came from, and the invoice stays paid. "
                + "What was delivered stays as it is. This cannot be taken back."
            : "Send the money yourself first: this only puts it in the books and tells the "
                + "customer. It cannot be taken back."
    }
}

/// What can be done about a payment.
struct PaymentActions: View {
    let payment: PaymentRecord
    let token: String

    var body: HTML {
        if payment.status.isUnderWay {
            ActionForm(
                "Ask the processor",
                to: ConsoleOrderRoutes.checkPayment.path(payment.id),
                token: token,
                size: .small
            )
        }
        if payment.status == .attention {
            ActionForm(
                "Place as credit",
                to: ConsolePaymentRoutes.place.path(payment.id),
                token: token,
                size: .small
            )
            ButtonLink(
                "Return the money…",
                to: ConsoleOrderRoutes.askReturn.path(payment.id),
                .danger,
                size: .small
            )
        }
        if payment.status == .succeeded && payment.kind == .recorded {
            ButtonLink(
                "Take back…",
                to: ConsolePaymentRoutes.askReverse.path(payment.id),
                size: .small
            )
        }
        if payment.status == .succeeded && payment.refunded != payment.amount {
            ButtonLink(
                "Refund…",
                to: ConsolePaymentRoutes.askRefund.path(payment.id),
                .danger,
                size: .small
            )
        }
    }
}

/// Payments and refunds of an order, of an invoice or of a customer.
struct PaymentCard: View {
    let payments: [PaymentRecord]
    let refunds: [RefundRecord]
    /// For which money may be recorded that came another way.
    var unpaid: ID<Invoice>?
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        Card("Payments", isFlush: true) {
            if payments.isEmpty {
                p(.classes("card-body", "soft")) { "Nobody has begun to pay yet." }
            } else {
                DataTable(
                    "Payments",
                    ["Payment", "Status", .number("Amount"), "Made", .actions],
                    payments.map(row) + refunds.map(row)
                )
            }
        } actions: {
            if rights.movesMoney, let unpaid {
                ButtonLink(
                    "Record a payment…",
                    to: ConsolePaymentRoutes.askRecord.path(unpaid),
                    size: .small
                )
            }
        }
    }

    private func row(_ payment: PaymentRecord) -> DataTable.Row {
        DataTable.Row {
            div(.classes("stack-s")) {
                TextLink(payment.channel.label, to: ConsolePaymentRoutes.show.path(payment.id))
                ShortID(
                    payment.reference ?? payment.intentID ?? payment.checkoutID ?? payment.id.text
                )
                EntriesLink(payment.id.text)
                if let failure = payment.failure {
                    span(.classes("soft", "small", "block")) { failure }
                }
            }
            payment.status.badge
            Amount(payment.amount, showsCode: true)
            Moment(day: payment.settledAt ?? payment.createdAt)
            HTML { if rights.movesMoney { PaymentActions(payment: payment, token: token) } }
        }
    }

    private func row(_ refund: RefundRecord) -> DataTable.Row {
        DataTable.Row {
            RefundSummary(refund: refund)
            refund.badge
            Amount(-refund.amount, showsCode: true)
            Moment(day: refund.createdAt)
            HTML.empty
        }
    }
}

/// A refund in a cell of a table.
struct RefundSummary: View {
    let refund: RefundRecord

    var body: HTML {
        Stacked {
            "Refund"
            span(.classes("soft", "small", "block")) { refund.reason }
            if let failure = refund.failure {
                span(.classes("soft", "small", "block")) { failure }
            }
            EntriesLink(refund.id.text)
        }
    }
}

/// Says that a refund did not reach the payer.
struct FailedRefundNotice: View {
    let refund: RefundRecord
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        Notice(.failure, "A refund of \(refund.amount.label) failed") {
            if let failure = refund.failure { p { failure } }
            p { explanation }
            if rights.movesMoney {
                ActionForm(
                    "I have dealt with it",
                    to: ConsolePaymentRoutes.dealtWithRefund.path(refund.id),
                    token: token,
                    size: .small
                )
            }
        }
    }

    private var explanation: String {
        refund.succeededAt == nil
            ? "The money is still with us. Ask the customer for another way, or try again."
            : "The customer was told it was on its way, but the bank sent it back to us, and the "
                + "books show that. Ask the customer for another way."
    }
}

/// Refunds that failed, on the console's first page.
struct FailedRefundsCard: View {
    let refunds: [RefundRecord]

    var body: HTML {
        Card("Refunds that failed", isFlush: true) {
            DataTable(
                "Refunds that failed",
                ["Refund", "Why", .number("Amount"), "Failed"],
                refunds.map { refund in
                    DataTable.Row {
                        TextLink(
                            "Payment",
                            to: ConsolePaymentRoutes.show.path(refund.payment)
                        )
                        HTML { span(.classes("clamp", "small")) { refund.failure ?? "–" } }
                        Amount(refund.amount, showsCode: true)
                        refund.finishedAt.map { Moment($0).body }
                    }
                }
            )
        }
    }
}

/// Leads to what was booked for an object.
struct EntriesLink: View {
    private let id: String

    init(_ id: String) { self.id = id }

    var body: HTML {
        a(.href(BooksRoutes.entries(of: id)), .classes("small")) { "In the books" }
    }
}

extension PaymentChannel {
    /// The way to people.
    var label: String {
        switch self {
        case .stripe: "Card processor"
        case .bankTransfer: "Bank transfer"
        case .cash: "Cash"
        }
    }

    /// What the books call one, to people; its own word where that is unknown.
    static func label(of name: String) -> String {
        PaymentChannel(rawValue: name)?.label ?? name
    }
}
