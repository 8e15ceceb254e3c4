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
    /// Makes, issues and posts one invoice of lines in one currency, and sees to its payment.
    ///
    /// - Throws: ``LessThanNothing`` when more is taken back than is owed.
    @discardableResult
    static func issue(
        _ lines: [BilledLine],
        for customer: ID<Customer>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> ID<Invoice>? {
        guard let currency = lines.first?.line.amount.currency else { return nil }
        let total = lines.map(\.line.amount).sum(currency)
        guard total.minorUnits >= 0 else { throw LessThanNothing() }
        let invoice = ID<Invoice>(services.ids.next())
        try session.storeDraft(invoice, of: customer, total: total, now: now)
        for (position, line) in lines.enumerated() {
            let id = ID<InvoiceLine>(services.ids.next())
            try session.storeLine(line, id: id, position: position, of: invoice, customer: customer)
            try session.store(line.line, as: id, customer: customer)
        }
        let dueAt = max(now, lines.map(\.line.period.from.date).min() ?? now)
        try Invoices.issue(invoice, dueAt: dueAt, session, services, now: now)
        if total.isZero {
            try Invoices.pay(invoice, total, session, services, now: now)
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

/// More was to be taken back than is owed, which no invoice can say.
struct LessThanNothing: Error {}
