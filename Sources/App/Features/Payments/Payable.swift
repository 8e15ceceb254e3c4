import Core
import Postgres
import Web

/// What a payment pays: an invoice, with the order that waits for it or without one.
struct Payable: Sendable {
    let invoice: ID<Invoice>
    let order: ID<Order>?
    let customer: ID<Customer>
    let amount: Money
    let lines: [PaymentParameters.Line]

    /// An unpaid order.
    ///
    /// - Throws: a conflict when it has no invoice, which no order that waits is without.
    init(_ details: OrderDetails) throws {
        guard let invoice = details.invoice else { throw Problem.orderIsNotPayable }
        self.invoice = invoice
        order = details.order.id
        customer = details.order.customer
        amount = details.order.total
        let named = Invoices.lines(of: details).map {
            PaymentParameters.Line(description: $0.description, amountMinor: $0.amount.minorUnits)
        }
        // With a discount or a tax on top, the things alone do not come to what is paid.
        let isWhole = named.map(\.amountMinor).reduce(0, +) == amount.minorUnits
        let whole = PaymentParameters.Line(
            description: "Order \(details.order.label)",
            amountMinor: amount.minorUnits
        )
        lines = isWhole ? named : [whole]
    }

    private init(
        _ payable: Payable,
        amount: Money,
        lines: [PaymentParameters.Line]
    ) {
        invoice = payable.invoice
        order = payable.order
        customer = payable.customer
        self.amount = amount
        self.lines = lines
    }

    /// What is left to be paid of it after a credit, in one line.
    func less(_ credit: Money) -> Payable {
        guard credit.isPositive else { return self }
        let rest = amount - credit
        let line = PaymentParameters.Line(
            description: "Your order, less \(credit) of credit",
            amountMinor: rest.minorUnits
        )
        return Payable(self, amount: rest, lines: [line])
    }

    /// An issued invoice of which something is still due, given up or not; it is asked for in one
    /// line, because credits and taxes make lines that no card can be charged with.
    init(_ invoice: InvoiceRecord) {
        self.invoice = invoice.id
        order = invoice.order
        customer = invoice.customer
        amount = invoice.due
        lines = [
            PaymentParameters.Line(
                description: invoice.label,
                amountMinor: invoice.due.minorUnits
            )
        ]
    }

    /// Keeps it from changing until the transaction ends.
    ///
    /// - Throws: a conflict when it is no longer to be paid, or not this much.
    func lock(_ session: Session) throws {
        if let order, let record = try session.lockOrder(order), record.status == .pending {
            guard record.total == amount else { throw Problem.orderTotalHasChanged }
            // The first of several orders in several currencies has decided for all that follow.
            return try record.requireCurrency(session)
        }
        guard let record = try session.lockInvoice(invoice), record.isPayable,
            record.due == amount
        else { throw order == nil ? Problem.invoiceIsNotPayable : Problem.orderIsNotPayable }
    }
}

extension OrderRecord {
    /// Refuses what is not in the currency that its customer has bought in.
    func requireCurrency(_ session: Session) throws {
        if let fixed = try session.otherFixedCurrency(of: customer, than: total.currency) {
            throw Problem.currencyIsFixed(fixed)
        }
    }
}

extension Problem {
    static func currencyIsFixed(_ currency: Currency) -> Problem {
        .conflict(
            "currency_fixed",
            "You pay in \(currency.code), since you have bought in it. Please order again."
        )
    }
    static let invoiceIsNotPayable = Problem.conflict(
        "invoice_not_payable",
        "Nothing is to be paid for this invoice now."
    )
}
