import Core
import Foundation
import Postgres
import Support
import Web

// An order's invoice is a draft until it is paid. What credit pays of it is kept beside the payment
// that brings the rest, and spent in the transaction that settles it.
extension Credits {
    /// Whether an order costs nothing, or its customer's credit pays for all of it. The credit
    /// stays locked until the transaction ends.
    static func covers(_ order: OrderRecord, _ session: Session, now: Date) throws -> Bool {
        if order.total.isZero { return true }
        try session.lockCredits(of: order.customer)
        guard try session.paymentUnderWay(for: order.id) == nil else { return false }
        let spendings = try session.availableCredits(of: order.customer, now: now)
            .spending(on: order.total, at: Instant(now))
        return spendings.map(\.amount).sum(order.total.currency) == order.total
    }

    /// What a customer's credit would pay now of an amount, as far as nobody can tell better.
    func paying(for total: Money, of customer: ID<Customer>?) async throws -> Money {
        guard let customer else { return .zero(total.currency) }
        let now = services.clock.now
        let credits = try await services.database.transaction(for: .customer(customer)) {
            try $0.availableCredits(of: customer, now: now)
        }
        return credits.chargeableSpending(on: total, at: Instant(now)).map(\.amount)
            .sum(total.currency)
    }

    /// The credit that is to pay for a part of an order whose payment begins.
    ///
    /// - Throws: a conflict when it would pay for all, so that no payment is needed.
    static func reserve(
        for payable: Payable,
        _ session: Session,
        now: Date
    ) throws -> [CreditSpending] {
        guard payable.order != nil else { return [] }
        try session.lockCredits(of: payable.customer)
        let spendings = try session.availableCredits(of: payable.customer, now: now)
            .chargeableSpending(on: payable.amount, at: Instant(now))
        guard spendings.map(\.amount).sum(payable.amount.currency) != payable.amount else {
            throw Problem.paidByCredit
        }
        return spendings
    }

    /// Why a payment and the credit beside it do not pay for an order; nil when they do. The credit
    /// stays locked until the transaction ends.
    static func reasonNotToSpend(
        for payment: PaymentRecord,
        _ order: OrderRecord,
        _ session: Session
    ) throws -> String? {
        try session.lockCredits(of: payment.customer)
        let held = try session.creditHeld(for: payment.id)
        let sum = held.map(\.amount).sum(payment.amount.currency)
        guard payment.amount + sum == order.total else {
            return "It is not what the order costs."
        }
        // A payment that had ended, and arrived all the same, kept nothing meanwhile.
        guard try session.isCreditThere(for: payment.id) else {
            return "The credit that was to pay for the rest was spent meanwhile."
        }
        return nil
    }

    /// Gives back as credit what credit had paid for an order that is undone.
    static func giveBack(
        _ order: OrderRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let own = try session.invoice(ofOrder: order.id)?.id else { return }
        let amount = try session.creditToReturn(of: try CreditNotes.lock(own, session))
        guard amount.isPositive else { return }
        try Ledger.post(
            .creditReturned(amount),
            cause: order.id,
            customer: order.customer,
            session,
            ids: services.ids,
            now: now
        )
        try add(amount, to: order.customer, from: .returned(order.id), session, services, now: now)
    }

    /// Pays an invoice from its customer's credit before anybody is charged for it.
    ///
    /// - Returns: the invoice as it is then.
    func pay(_ invoice: InvoiceRecord) async throws -> InvoiceRecord {
        guard invoice.status == .open else { return invoice }
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            try Credits.spend(on: invoice.id, session, services, now: now)
            return try session.invoice(invoice.id).orThrow(Problem.notFound)
        }
    }
}

extension Problem {
    static let paidByCredit = Problem.conflict(
        "paid_by_credit",
        "The customer's credit pays for all of it, so nothing is left to be paid."
    )
}
