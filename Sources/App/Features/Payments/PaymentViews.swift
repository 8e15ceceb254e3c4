import Core
import Markup
import Web

/// A customer's payments.
struct PaymentListView: View {
    let page: ListPage<OwnPaymentFilter>

    private static let columns: [ListColumn<OwnPaymentFilter>] = [
        ListColumn("date", "Date", sort: .date) { Moment($0.at) },
        ListColumn("for", "For") { PaymentPurpose(payment: $0) },
        ListColumn("means", "Paid by") { payment in
            Stacked {
                span { payment.means.label }
                if let reference = payment.reference {
                    span(.classes("soft", "small")) { reference }
                }
            }
        },
        ListColumn("status", "Status") { payment in
            Stacked {
                span { payment.state.badge }
                if let words = payment.words { span(.classes("soft", "small")) { words } }
            }
        },
        .number("amount", "Amount", sort: .amount) { Amount($0.amount, showsCode: true) },
        .number("refunded", "Refunded") { payment in
            if payment.refunded.isZero { "–" } else { Amount(payment.refunded) }
        },
    ]

    var body: HTML {
        ListView("Payments", page, PaymentListView.columns, empty: empty) {
            Filter(
                "Status",
                "status",
                page.filter.state?.rawValue,
                all: "All",
                PaymentState.allCases.map { ($0.rawValue, $0.badge.text) }
            )
        } actions: {
            ButtonLink("Cards", to: CardRoutes.list.path(), icon: "credit-card")
        }.body
    }

    private var empty: EmptyState {
        guard !page.filter.isActive else {
            return EmptyState(
                "No payment fits",
                "Payments of another status are shown when you choose it above, or “All”.",
                icon: "banknote"
            )
        }
        return EmptyState(
            "No payments yet",
            "Once you pay for an order or an invoice, you see here when, how and how much.",
            icon: "banknote"
        ) {
            ButtonLink("See your invoices", to: InvoiceRoutes.list.path())
            ButtonLink("See the plans", to: MarketingRoutes.pricing.path(), .primary)
        }
    }
}

/// What a payment pays: an invoice, or the order whose invoice has no number yet.
private struct PaymentPurpose: View {
    let payment: OwnPayment

    var body: HTML {
        if let number = payment.invoiceNumber {
            a(.href(InvoiceRoutes.show.path(payment.invoice)), .classes("strong")) {
                "Invoice \(number)"
            }
        } else if let order = payment.order, let number = payment.orderNumber {
            a(.href(OrderRoutes.show.path(order)), .classes("strong")) { "Order #\(number)" }
        } else {
            a(.href(InvoiceRoutes.show.path(payment.invoice)), .classes("strong")) {
                "Draft invoice"
            }
        }
    }
}

extension PaymentMeans {
    /// The way to people.
    var label: String {
        switch self {
        case .card(let label): label ?? "Card"
        case .bankTransfer: PaymentChannel.bankTransfer.label
        case .cash: PaymentChannel.cash.label
        case .credit: "Credit"
        }
    }
}

extension OwnPayment {
    /// What became of it, where the badge does not say it all.
    fileprivate var words: String? {
        guard case .credit = means, state == .returned else { return state.words }
        return "The invoice was cancelled, and your credit is there again."
    }
}

extension PaymentState {
    var badge: Badge {
        switch self {
        case .paid: Badge("Paid", .success)
        case .underWay: Badge("Under way", .info)
        case .notPaid: Badge("Not paid")
        case .attention: Badge("Being looked at", .warning)
        case .returned: Badge("Sent back")
        case .reversed: Badge("Taken back")
        case .credited: Badge("Became credit", .info)
        }
    }

    /// What became of the money, where the badge does not say it all.
    var words: String? {
        switch self {
        case .paid, .underWay: nil
        case .notPaid: "Nothing was taken."
        case .attention: "Our staff look at this payment. Please do not pay again."
        case .returned: "The money could not be used and went back."
        case .reversed: "The payment was recorded by mistake."
        case .credited: "The money was added to your credit."
        }
    }
}
