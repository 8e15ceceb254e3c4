import Core
import Markup
import Web

/// What stands with each registrar.
struct RegistrarListView: View {
    let balances: [RegistrarBalance]

    var body: HTML {
        PageHeading(
            "Registrars",
            lead: "What names have cost, and what registrars were paid for them."
        )
        BooksTabs(current: .registrars)
        Card(isFlush: true) {
            DataTable(
                "Registrars",
                ["Registrar", .number("Charged"), .number("Paid"), .number("Left with it")],
                balances.map { each in
                    DataTable.Row {
                        HTML {
                            a(
                                .href(RegistrarRoutes.payments.path(each.registrar)),
                                .classes("strong")
                            ) { RegistrarName.label(each.registrar) }
                        }
                        Amount(each.charged, showsCode: true)
                        Amount(each.paid, showsCode: true)
                        Amount(each.balance, showsCode: true)
                    }
                }
            )
        }
    }
}

/// What a registrar was paid, and where another payment is recorded.
struct RegistrarPaymentsView: View {
    let page: ListPage<RegistrarPaymentFilter>
    let balances: [RegistrarBalance]
    let currencies: [Currency]
    let form: FormErrors
    let token: String
    let rights: ConsoleRights

    private static let columns: [ListColumn<RegistrarPaymentFilter>] = [
        ListColumn("reference", "Reference") { payment in
            a(.href(RegistrarRoutes.payment.path(payment.id)), .classes("strong")) {
                payment.reference
            }
        },
        .number("amount", "Amount", sort: .amount) { Amount($0.amount, showsCode: true) },
        ListColumn("paid", "Paid", sort: .paid) { Moment(day: $0.paidAt) },
        ListColumn("recorded", "Recorded", sort: .recorded) { Moment(day: $0.createdAt) },
        ListColumn("state", "State") { $0.badge },
    ]

    private var registrar: String { page.filter.registrar }

    var body: HTML {
        ListView(
            "Payments to \(RegistrarName.label(registrar))",
            back: ("Registrars", RegistrarRoutes.list.path()),
            page,
            RegistrarPaymentsView.columns,
            empty: EmptyState(
                "Nothing was recorded yet",
                "What you pay the registrar in advance, or for its bills, stands here.",
                icon: "banknote"
            ),
            above: { Card("What stands with it") { Facts(balances.flatMap(facts)) } }
        )
        if rights.movesMoney { recordForm }
    }

    private func facts(_ each: RegistrarBalance) -> [Facts.Fact] {
        let isOwed = each.balance.minorUnits < 0
        return [
            Facts.Fact("Charged for names") { Amount(each.charged, showsCode: true) },
            Facts.Fact("Paid") { Amount(each.paid, showsCode: true) },
            Facts.Fact(isOwed ? "We owe it" : "Left with it") {
                Amount(isOwed ? -each.balance : each.balance, showsCode: true)
            },
        ]
    }

    private var recordForm: HTML {
        Card("Record a payment") {
            Markup.form(
                to: RegistrarRoutes.record.path(registrar),
                token: token,
                .classes("form")
            ) {
                if let notice = Notice.formErrors(form) { notice }
                div(.classes("form-row")) {
                    FormField(
                        "Amount",
                        "amount",
                        form,
                        .inputmode("decimal"),
                        .autocomplete("off")
                    )
                    FormField(
                        "Currency",
                        "currency",
                        form,
                        .select(currencies.map { ($0.code, $0.code) })
                    )
                }
                FormField(
                    "Reference",
                    "reference",
                    form,
                    hint: "What the bank's statement or the registrar calls it; taken once.",
                    .maxlength(200),
                    .autocomplete("off")
                )
                FormField(
                    "Day it was paid",
                    "paid_at",
                    form,
                    .input(type: "date"),
                    hint: "Empty is today.",
                    isOptional: true
                )
                div(.classes("row")) { SubmitButton("Record the payment") }
            }
        }.body
    }
}

/// One payment, and where it is taken back.
struct RegistrarPaymentView: View {
    let payment: RegistrarPaymentRecord
    let form: FormErrors
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        PageHeading(
            "\(payment.amount.label) to \(RegistrarName.label(payment.registrar))",
            back: ("Payments", RegistrarRoutes.payments.path(payment.registrar))
        ) {
            ButtonLink(
                "Entries",
                to: BooksRoutes.entries(of: payment.id.text),
                icon: "landmark"
            )
        }
        div(.classes("stack")) {
            Card { Facts(facts) }
            if payment.reversedAt == nil, rights.movesMoney { reversal }
        }
    }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("State") { payment.badge },
            Facts.Fact("Reference") { payment.reference },
            Facts.Fact("Paid") { Moment(day: payment.paidAt) },
            Facts.Fact("Recorded") { Moment(payment.createdAt) },
        ]
        if let at = payment.reversedAt {
            facts.append(Facts.Fact("Taken back") { Moment(at) })
            facts.append(Facts.Fact("Because") { payment.reversalReason ?? "" })
        }
        return facts
    }

    private var reversal: HTML {
        Card("Take it back") {
            Markup.form(
                to: RegistrarRoutes.reverse.path(payment.id),
                token: token,
                .classes("form")
            ) {
                if let notice = Notice.formErrors(form) { notice }
                p { "Do this when it was recorded by mistake. The registrar is owed it again." }
                FormField("Reason", "reason", form, .maxlength(500))
                div(.classes("row")) { SubmitButton("Take it back", .danger) }
            }
        }.body
    }
}

extension RegistrarPaymentRecord {
    var badge: Badge {
        reversedAt == nil ? Badge("Booked", .success) : Badge("Taken back", .warning)
    }
}
