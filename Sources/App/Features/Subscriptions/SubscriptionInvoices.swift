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
    /// Whether the subscription has ended, so that no later bill follows.
    var isLast = false
    /// What it comes to on its bill, once that is made.
    var amounts: BilledAmounts?
    /// What it gives back of, when that stands on an earlier invoice.
    var reduced: CreditableLine?

    var amount: Money { amounts?.amount ?? line.amount }

    /// How the amount was computed, in words.
    var explanation: String {
        line.explanation(
            of: reduced.map {
                ReducedAmount(billed: $0.billed.total, left: $0.remaining, given: amount)
            }
        )
    }

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
    /// those that it was billed with, as far as they are left. Lines that will have been billed
    /// before, though nothing is stored of them yet, are `earlier`.
    static func bill(
        _ lines: [BilledLine],
        after earlier: [BillingLine] = [],
        _ currency: Currency,
        for customer: ID<Customer>,
        _ session: Session,
        now: Date
    ) throws -> SubscriptionBill {
        let owed = lines.map(\.line)
        let reduced = try ReducedLines(of: owed, session)
        let coupons = try KeptCoupons(of: owed, after: earlier, session)
        let items = try BillItem.items(
            of: owed,
            .hosting,
            couponPeriod: coupons.period,
            coupons: coupons.places
        ) { reduced[$0] }
        .orThrow(ReducesNothing())
        let bill = try Bill(
            items,
            currency,
            for: customer,
            coupons: coupons.terms,
            session,
            now: now
        )
        let billed = zip(lines, zip(items, bill.lines)).map { line, made in
            var line = line
            line.amounts = made.1
            if case .giveBack(_, _, .billed) = made.0.content {
                line.reduced = line.line.reduces.flatMap { reduced[$0.line] }
            }
            return line
        }
        return SubscriptionBill(lines: billed, bill: bill)
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
        let made = try bill(lines, currency, for: customer, session, now: now)
        let (lines, bill) = (made.lines, made.bill)
        // What is not billed is still owed, and stands on the next bill.
        if made.waitsForNext { return nil }
        let invoice = ID<Invoice>(services.ids.next())
        let drafted = zip(lines, bill.lines).map { line, amounts in
            DraftLine(ID(services.ids.next()), line, amounts)
        }
        let draft = DraftInvoice(id: invoice, customer: customer, bill: bill, lines: drafted)
        try draft.store(session, now: now)
        try session.store(
            zip(lines, drafted).map {
                NewSubscriptionLine($0.line, as: $1.id, reducing: $0.reduced, of: customer)
            }
        )
        let dueAt = max(now, lines.map(\.line.period.from.date).min() ?? now)
        try Invoices.issue(invoice, dueAt: dueAt, session, services, now: now)
        let issued = try session.invoice(invoice).orThrow(Problem.notFound)
        if bill.total.isZero {
            try Invoices.pay(invoice, bill.total, session, services, now: now)
        } else if issued.due.isZero {
            try InvoiceMails.sendPaid(invoice, session, services, now: now)
        } else {
            try InvoiceMails.sendNew([invoice], session, services, now: now)
            try session.enqueue(
                .collecting(invoice, delaySeconds: dueAt.timeIntervalSince(now)),
                ids: services.ids,
                now: now
            )
        }
        return invoice
    }
}

/// What subscriptions owe, as it stands on an invoice.
struct SubscriptionBill: Sendable {
    /// One for each of the bill's.
    let lines: [BilledLine]
    let bill: Bill

    /// What is to be paid; negative when more is given back than charged.
    var total: Money { bill.total - bill.carriedToCredit }

    /// Whether it is too little for a card, and another bill follows it.
    var waitsForNext: Bool {
        bill.total.isTooLittleForCards
            && lines.allSatisfy { $0.line.identity.kind != .period && !$0.isLast }
    }
}

/// A line gives back time that was never billed.
struct ReducesNothing: Error {}
