package import Core
package import Foundation
import Postgres
import Support
import Web
import Wire

/// Credit that is sent back to the customer.
///
/// What a card has paid goes back to that card; anything else staff send from the bank. What nobody
/// has paid for, because staff gave it, is not paid out.
package struct CreditPayouts: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// What staff want to send back.
    package struct Wish: Sendable {
        package let amount: Money
        package let reason: String
        /// What the bank's statement calls it; nil for what goes back to cards.
        package let reference: String?
        /// The key of a request that may be sent again because nobody answered.
        package let key: String?

        package init(amount: Money, reason: String, reference: String?, key: String? = nil) {
            self.amount = amount
            self.reason = reason
            self.reference = reference
            self.key = key
        }
    }

    /// Sends a part of a customer's credit back.
    ///
    /// - Throws: a ``Web/Problem``: 409 when there is not as much that was paid for, a dispute
    ///   holds it, or, for cards, when cards have not paid as much; 422 for an amount that makes no
    ///   sense.
    package func pay(
        _ wish: Wish,
        to customer: ID<Customer>,
        by user: ID<User>,
        actor: Actor
    ) async throws -> CreditPayoutRecord {
        let services = services
        let now = services.clock.now
        let id = ID<CreditPayout>(services.ids.next())
        do {
            return try await services.database.transaction(for: .system) { session in
                guard try session.customer(customer) != nil else { throw Problem.notFound }
                let cards =
                    wish.reference == nil ? try session.lockCardsBehindCredit(of: customer) : []
                try session.lockCredits(of: customer)
                if let key = wish.key,
                    let known = try session.creditPayout(of: customer, askedWith: key)
                {
                    return known
                }
                let parts = try CreditPayouts.parts(wish, of: customer, cards, session, now: now)
                try session.store(wish, as: id, to: customer, by: user, now: now)
                try CreditPayouts.spend(parts, id, of: customer, session, services, now: now)
                try CreditPayouts.send(wish, parts, id, cards, session, services, now: now)
                try session.record(
                    AuditEntry(
                        actor,
                        "credit.pay_out",
                        id,
                        customer: customer,
                        after: [
                            "amount": .string(wish.amount.description),
                            "reason": .string(wish.reason),
                            "reference": wish.reference.map { .string($0) } ?? .null,
                        ]
                    ),
                    now: now
                )
                return try session.creditPayout(id).orThrow(Problem.notFound)
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.referenceIsKnown
        }
    }

    /// A part of a credit, and the payment that it goes back to.
    private struct Part {
        let spending: CreditSpending
        let payment: ID<Payment>?
    }

    /// Which credits are taken, the oldest first.
    private static func parts(
        _ wish: Wish,
        of customer: ID<Customer>,
        _ cards: [PaymentRecord],
        _ session: Session,
        now: Date
    ) throws -> [Part] {
        guard wish.amount.isPositive,
            wish.amount.minorUnits.isMultiple(of: wish.amount.currency.step)
        else { throw Problem.invalid("amount", "out_of_range", "Must be more than 0.") }
        let payable = try session.payableCredits(of: customer, wish.amount.currency, now: now)
        let all = payable.map(\.remaining).sum(wish.amount.currency)
        guard wish.amount.minorUnits <= all.minorUnits else {
            guard try session.hasDisputedCredit(customer, wish.amount.currency) else {
                throw Problem.notEnoughCredit
            }
            throw Problem.creditIsDisputed
        }
        var capacity = try Dictionary(
            uniqueKeysWithValues: cards.map { ($0.id, try session.sendableBack($0)) }
        )
        var left = wish.amount
        var parts: [Part] = []
        func take(_ credit: ID<Credit>, _ free: Money, to payment: ID<Payment>?) -> Money {
            var most = free.minorUnits < left.minorUnits ? free : left
            if let payment {
                let room = capacity[payment] ?? .zero(left.currency)
                most = room.minorUnits < most.minorUnits ? room : most
                capacity[payment] = room - most
            }
            guard most.isPositive else { return free }
            left = left - most
            let spending = CreditSpending(credit: credit, amount: most)
            parts.append(Part(spending: spending, payment: payment))
            return free - most
        }
        for credit in payable {
            guard wish.reference == nil else {
                _ = take(credit.id, credit.remaining, to: nil)
                continue
            }
            var free = credit.remaining
            for payment in try session.cardPayments(behind: credit.id)
            where capacity[payment] != nil {
                free = take(credit.id, free, to: payment)
            }
        }
        guard left.isZero else { throw Problem.notPaidByCard }
        return parts
    }

    private static func spend(
        _ parts: [Part],
        _ payout: ID<CreditPayout>,
        of customer: ID<Customer>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        for part in parts {
            let use = ID<CreditUse>(services.ids.next())
            try session.store(part.spending, as: use, .refund, by: payout, of: customer, now: now)
            try Ledger.post(
                .creditPaidOut(part.spending.amount),
                cause: use,
                customer: customer,
                session,
                ids: services.ids,
                now: now
            )
        }
    }

    private static func send(
        _ wish: Wish,
        _ parts: [Part],
        _ payout: ID<CreditPayout>,
        _ cards: [PaymentRecord],
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard wish.reference == nil else {
            try Ledger.post(
                .creditSent(wish.amount),
                cause: payout,
                session,
                ids: services.ids,
                now: now
            )
            return
        }
        for card in cards {
            let amount = parts.filter { $0.payment == card.id }.map(\.spending.amount)
                .sum(wish.amount.currency)
            guard amount.isPositive else { continue }
            let refund = ID<Refund>(services.ids.next())
            try session.store(
                NewRefund(
                    id: refund,
                    payment: card,
                    amount: amount,
                    reason: wish.reason,
                    kind: .credit,
                    source: .refunds,
                    creditPayout: payout
                ),
                now: now
            )
            try Refunds.enqueue(refund, of: card, session, services, now: now)
        }
    }

    /// What goes back to no card after all is the customer's credit again.
    static func takeBack(
        _ refund: RefundRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard refund.kind == .credit else { return }
        try Ledger.post(
            .creditPayoutFailed(refund.amount),
            cause: refund.id,
            customer: refund.customer,
            session,
            ids: services.ids,
            now: now
        )
        try Credits.add(
            refund.amount,
            to: refund.customer,
            from: .payoutFailed(refund.id),
            session,
            services,
            now: now
        )
    }

    /// What was sent back to a customer, newest first.
    package func list(
        of customer: ID<Customer>,
        before id: ID<CreditPayout>? = nil,
        most: Int
    ) async throws -> [CreditPayoutRecord] {
        try await services.database.transaction(for: .system) { session in
            guard try session.customer(customer) != nil else { throw Problem.notFound }
            return try session.creditPayouts(of: customer, before: id, most: most)
        }
    }
}

/// Credit that was sent back, as it is stored.
package struct CreditPayoutRecord: Sendable {
    package enum Way: String, Sendable, CaseIterable {
        case card
        case bankTransfer = "bank_transfer"
    }

    package let id: ID<CreditPayout>
    package let customer: ID<Customer>
    package let amount: Money
    package let way: Way
    package let reference: String?
    package let reason: String
    package let createdAt: Date
}

extension Problem {
    static let notPaidByCard = conflict(
        "not_paid_by_card",
        "Cards have not paid for as much of this credit. Send it from the bank."
    )
}
