import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// A line that a subscription owes, with the words for it.
struct BilledLine: Sendable {
    let line: BillingLine
    let planName: String

    var description: String {
        switch line.identity.kind {
        case .period where !line.isReversal:
            "\(planName) hosting, \(line.terms.cycle.rawValue)"
        case .period: "\(planName) hosting, taken back"
        case .proration: "\(planName) hosting, rest of the period"
        case .credit: "\(planName) hosting, unused time"
        }
    }
}

/// Puts what subscriptions owe on invoices.
enum SubscriptionInvoices {
    /// What lines in one currency come to, with their discounts and taxes; what is given back has
    /// those that it was billed with.
    static func bill(
        _ lines: [BilledLine],
        _ currency: Currency,
        for customer: ID<Customer>,
        _ session: Session,
        now: Date
    ) throws -> Bill {
        var billed: [BillingLineIdentity: BilledAmounts] = [:]
        for reduced in lines.compactMap(\.line.reduces?.line) {
            billed[reduced] = try session.billedAmounts(of: reduced)
        }
        let coupons = try KeptCoupons(of: lines.map(\.line), session)
        let items = BillItem.items(
            of: lines.map(\.line),
            .hosting,
            couponPeriod: coupons.period,
            coupons: coupons.places
        ) { billed[$0] }
        return try Bill(
            items.orThrow(ReducesNothing()),
            currency,
            for: customer,
            coupons: coupons.terms,
            session,
            now: now
        )
    }

    /// Makes, issues and posts one invoice of lines in one currency, and sees to its payment.
    ///
    /// What is left over when more is taken back than charged becomes the customer's credit.
    @discardableResult
    static func issue(
        _ lines: [BilledLine],
        for customer: ID<Customer>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> ID<Invoice>? {
        guard let currency = lines.first?.line.amount.currency else { return nil }
        let bill = try bill(lines, currency, for: customer, session, now: now)
        let invoice = ID<Invoice>(services.ids.next())
        let drafted = zip(lines, bill.lines).map { line, amounts in
            DraftLine(ID(services.ids.next()), line, amounts)
        }
        let draft = DraftInvoice(id: invoice, customer: customer, bill: bill, lines: drafted)
        try draft.store(session, now: now)
        try session.store(
            zip(lines, drafted).map { NewSubscriptionLine($0.line, as: $1.id, of: customer) }
        )
        let dueAt = max(now, lines.map(\.line.period.from.date).min() ?? now)
        try Invoices.issue(invoice, dueAt: dueAt, session, services, now: now)
        let issued = try session.invoice(invoice).orThrow(Problem.notFound)
        if bill.total.isZero {
            try Invoices.pay(invoice, bill.total, session, services, now: now)
        } else if issued.due.isZero {
            try InvoiceMails.sendPaid(invoice, session, services, now: now)
        } else {
            try InvoiceMails.sendNew(invoice, session, services, now: now)
            try session.enqueue(
                .collecting(invoice, delaySeconds: dueAt.timeIntervalSince(now)),
                ids: services.ids,
                now: now
            )
        }
        return invoice
    }
}

/// A line gives back time that was never billed.
struct ReducesNothing: Error {}
