package import Core
package import Foundation
package import Postgres
import Support
import Web
import Wire

/// Money that customers have with us.
///
/// A credit is added once a cause and never changed; what becomes of it is stored beside it.
/// Whoever spends holds the customer's lock, after those of order, invoice and payment.
package struct Credits: Sendable {
    let services: Services

    package init(_ services: Services) { self.services = services }

    /// Adds to a customer's credit, and pays with it what is open.
    ///
    /// What staff give is booked here. Whatever else makes credit has booked it before, in the same
    /// transaction; a cause that has made its credit already makes no other.
    @discardableResult
    package static func add(
        _ amount: Money,
        to customer: ID<Customer>,
        from source: CreditSource,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> ID<Credit> {
        let credit = ID<Credit>(services.ids.next())
        guard try session.store(credit, amount, to: customer, from: source, now: now) else {
            return try session.credit(from: source).orThrow(Problem.notFound)
        }
        if source.kind == .grant {
            try Ledger.post(
                .creditGranted(amount),
                cause: credit,
                customer: customer,
                session,
                ids: services.ids,
                now: now
            )
        }
        var bills: Set<ID<Invoice>> = []
        if case .carried(let invoice) = source { bills = try session.invoices(reducedBy: invoice) }
        try spendOnOpenInvoices(
            of: customer,
            amount.currency,
            first: bills,
            session,
            services,
            now: now
        )
        return credit
    }

    /// Pays an open invoice from its customer's credit, as far as it goes, and settles it when
    /// nothing is left to be paid. While a payment of it is under way, nothing is spent.
    ///
    /// - Returns: what was spent.
    @discardableResult
    package static func spend(
        on invoice: ID<Invoice>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Money {
        let record = try session.lockInvoice(invoice).orThrow(Problem.notFound)
        let nothing = Money.zero(record.total.currency)
        guard record.status == .open, record.due.isPositive,
            try session.paymentUnderWay(for: invoice) == nil
        else { return nothing }
        try session.lockCredits(of: record.customer)
        let spendings = try session.availableCredits(of: record.customer, now: now)
            .chargeableSpending(on: record.due, at: Instant(now))
        let spent = spendings.map(\.amount).sum(record.total.currency)
        guard spent.isPositive else { return nothing }
        try pay(record, with: spendings, session, services, now: now)
        if spent == record.due {
            try Invoices.pay(invoice, nothing, session, services, now: now)
        }
        return spent
    }

    /// Pays for an order's invoice what was kept for it beside a payment.
    static func spendHeld(
        for payment: ID<Payment>,
        on invoice: ID<Invoice>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let record = try session.lockInvoice(invoice).orThrow(Problem.notFound)
        let held = try session.creditHeld(for: payment)
        try pay(record, with: held, session, services, now: now)
    }

    /// Pays all that a customer has open in a currency: first some bills, then what is due first.
    static func spendOnOpenInvoices(
        of customer: ID<Customer>,
        _ currency: Currency,
        first bills: Set<ID<Invoice>> = [],
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let open = try session.lockOpenInvoices(of: customer, currency)
        // Time that was never paid for pays its own bill, and not another debt.
        let own = open.filter(bills.contains)
        for invoice in own + open.filter({ !bills.contains($0) }) {
            try spend(on: invoice, session, services, now: now)
        }
    }

    private static func pay(
        _ invoice: InvoiceRecord,
        with spendings: [CreditSpending],
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        for spending in spendings {
            let id = ID<CreditUse>(services.ids.next())
            try session.store(
                spending,
                as: id,
                .invoice,
                on: invoice.id,
                of: invoice.customer,
                now: now
            )
            try Ledger.post(
                .creditSpent(spending.amount),
                cause: id,
                customer: invoice.customer,
                session,
                ids: services.ids,
                now: now
            )
            try session.raisePaid(invoice.id, by: spending.amount)
        }
    }
}

extension Problem {
    static let notEnoughCredit = Problem.conflict(
        "not_enough_credit",
        "The customer does not have as much credit that was paid for."
    )
}
