import Core
import Cryptography
import Markup
import Web

/// A customer's own credit: what there is, where it came from and what became of it.
struct CreditView: View {
    let account: CreditAccount

    var body: HTML {
        PageHeading(
            "Credit",
            lead: "It pays for your invoices and orders by itself, before your card is charged."
        )
        div(.classes("stack")) {
            div(.classes("tiles")) {
                for balance in account.balances { tile("You have", balance.label) }
                if account.balances.isEmpty { tile("You have", "No credit") }
                for held in account.held { tile("Held", held.label) }
            }
            if !account.held.isEmpty {
                p(.classes("soft")) {
                    "A card payment that some of your credit comes from is disputed. That credit "
                    "is held, and cannot be used until it is decided."
                }
            }
            CreditTable(credits: account.credits, showsActions: false)
            uses
        }
    }

    private func tile(_ name: String, _ figure: String) -> HTML {
        div(.classes("card", "tile")) {
            span(.classes("soft", "small")) { name }
            span(.classes("figure")) { figure }
        }
    }

    private var uses: HTML {
        ListCard("What became of it", account.uses, none: "Nothing has been spent yet.") { use in
            DataTable.Row {
                Moment(day: use.at)
                HTML {
                    if let invoice = use.invoice {
                        TextLink(
                            use.invoiceNumber.map { "Invoice \($0)" } ?? "Invoice",
                            to: InvoiceRoutes.show.path(invoice)
                        )
                    } else {
                        use.kind.words
                    }
                }
                Amount(-use.amount, showsCode: true)
            }
        } columns: {
            ["Date", "What for", .number("Amount")]
        }.body
    }
}

/// A customer's credits with what is left of each.
struct CreditTable: View {
    let credits: [CreditRecord]
    /// Whether staff may take back what is left.
    let showsActions: Bool

    var body: HTML {
        ListCard("Credit", credits, none: "There has been no credit yet.") { credit in
            DataTable.Row {
                Stacked {
                    span(.classes("strong")) { credit.source.words }
                    if let reason = credit.reason {
                        span(.classes("soft", "small", "block")) { reason }
                    }
                }
                Moment(day: credit.createdAt)
                credit.expiresAt.map { Moment(day: $0).body } ?? HTML.text("Never")
                Amount(credit.amount, showsCode: true)
                Amount(credit.remaining, showsCode: true)
                actions(credit)
            }
        } columns: {
            [
                "Where from", "Since", "Expires", .number("Amount"), .number("Left"), .actions,
            ]
        }
    }

    @HTMLBuilder private func actions(_ credit: CreditRecord) -> HTML {
        if credit.held.isPositive { Badge("Kept for an order", .info) }
        if credit.frozen.isPositive {
            Badge("Held: payment disputed", .warning)
            if credit.free.isPositive { Amount(credit.frozen) }
            if showsActions {
                ButtonLink(
                    "Release…",
                    to: ConsoleCreditRoutes.askRelease.path(credit.id),
                    size: .small
                )
                ButtonLink(
                    "Write off…",
                    to: ConsoleCreditRoutes.askWriteOff.path(credit.id),
                    .danger,
                    size: .small
                )
            }
        }
        if showsActions, credit.source == .grant, credit.free.isPositive {
            ButtonLink(
                "Take back…",
                to: ConsoleCreditRoutes.askRevoke.path(credit.id),
                .danger,
                size: .small
            )
        }
    }
}

/// A customer's credit among all that staff see of the customer.
struct CustomerCreditCard: View {
    let customer: ID<Customer>
    let account: CreditAccount
    let rights: ConsoleRights

    var body: HTML {
        div(.classes("stack-s")) {
            CreditTable(credits: account.credits, showsActions: rights.movesMoney)
            if rights.movesMoney {
                div {
                    ButtonLink(
                        "Give credit",
                        to: ConsoleCreditRoutes.new.path(customer),
                        size: .small,
                        icon: "gift"
                    )
                    ButtonLink(
                        "Send credit back",
                        to: ConsoleCreditRoutes.newPayout.path(customer),
                        size: .small,
                        icon: "banknote"
                    )
                }
            }
        }
    }
}

/// Asks how much credit a customer is to get, and why.
struct CreditFormView: View {
    let customer: CustomerRecord
    let form: FormErrors
    let currency: Currency
    let token: String

    var body: HTML {
        CreditAmountForm(
            "Give credit",
            to: ConsoleCreditRoutes.create.path(customer.id),
            customer,
            form,
            currency,
            hint: "It pays at once what is open.",
            button: "Give the credit",
            token: token
        ) {
            FormField(
                "Why",
                "reason",
                form,
                hint: "The customer reads this.",
                .maxlength(500)
            )
            FormField(
                "Expires",
                "expires_at",
                form,
                .input(type: "date"),
                hint: "Empty is never.",
                isOptional: true
            )
        }
        .body
    }
}

/// Asks how much credit is sent back, and which way.
struct CreditPayoutFormView: View {
    let customer: CustomerRecord
    let form: FormErrors
    let currency: Currency
    let token: String

    var body: HTML {
        CreditAmountForm(
            "Send credit back",
            to: ConsoleCreditRoutes.payOut.path(customer.id),
            customer,
            form,
            currency,
            hint: "Credit that was given for nothing stays.",
            button: "Send it back",
            token: token
        ) {
            FormField("Why", "reason", form, .maxlength(500))
            FormField(
                "Reference of the transfer",
                "reference",
                form,
                hint: "Empty: it goes back to the card that paid.",
                isOptional: true,
                .maxlength(200)
            )
        }
        .body
    }
}

/// A page that asks for an amount of a customer's credit and more. The same form sent twice counts
/// once.
private struct CreditAmountForm: View {
    let title: String
    let path: String
    let customer: CustomerRecord
    let form: FormErrors
    let currency: Currency
    let hint: String
    let button: String
    let token: String
    let fields: HTML

    init(
        _ title: String,
        to path: String,
        _ customer: CustomerRecord,
        _ form: FormErrors,
        _ currency: Currency,
        hint: String,
        button: String,
        token: String,
        @HTMLBuilder fields: () -> HTML
    ) {
        self.title = title
        self.path = path
        self.customer = customer
        self.form = form
        self.currency = currency
        self.hint = hint
        self.button = button
        self.token = token
        self.fields = fields()
    }

    var body: HTML {
        let back = ConsoleCustomerRoutes.show.path(customer.id)
        PageHeading(title, lead: customer.name, back: (customer.name, back))
        div(.classes("narrow-left")) {
            Card {
                Markup.form(to: path, token: token, .classes("form")) {
                    if let notice = Notice.formErrors(form) { notice }
                    input(.type("hidden"), .name("key"), .value(key))
                    FormField(
                        "Amount in \(currency.code)",
                        "amount",
                        form,
                        hint: hint,
                        .inputmode("decimal"),
                        .autocomplete("off")
                    )
                    fields
                    div(.classes("row")) {
                        SubmitButton(button)
                        ButtonLink("Go back", to: back, .quiet)
                    }
                }
            }
        }
    }

    private var key: String {
        let typed = form.value("key")
        return typed.isEmpty ? OpaqueToken.make() : typed
    }
}

extension CreditSource.Kind {
    /// Where it came from, to people.
    var words: String {
        switch self {
        case .grant: "A gift"
        case .overpayment: "Paid too much"
        case .carried: "Left over from a change"
        case .creditNote: "Credit note"
        case .returned: "Back from an order"
        case .voided: "Back from a cancelled invoice"
        case .payoutFailed: "Sent back, and returned"
        case .disputeWon: "Written off, and the dispute was won"
        }
    }
}

extension CreditUseRecord.Kind {
    /// What became of it, to people.
    var words: String {
        switch self {
        case .invoice: "Invoice"
        case .refund: "Paid out"
        case .expiry: "Expired"
        case .revocation: "Taken back"
        case .dispute: "Lost: its payment was disputed"
        }
    }
}
