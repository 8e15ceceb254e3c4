package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Money that arrived and could not be placed, which staff decide about.
package struct ParkedPayments: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Makes it the credit of the customer who paid it, which then pays what is open.
    ///
    /// - Throws: a ``Web/Problem`` when there is no such money, or it is on its way back.
    package func placeAsCredit(_ id: ID<Payment>, actor: Actor) async throws -> PaymentRecord {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let payment = try session.lockPayment(id).orThrow(Problem.notFound)
            guard payment.status == .attention, let amount = try session.unplacedRest(of: id)
            else { throw Problem.nothingToReturn }
            guard try !session.isBeingRefunded(id) else { throw Problem.moneyIsOnItsWay }
            guard try !session.isDisputed(id) else { throw Problem.moneyIsDisputed }
            // What an appeal brings afterwards goes back to the payer.
            let source = try session.unusedSource(of: id).orThrow(Problem.wasPlaced)
            try session.setStatus(.credited, of: id, intent: nil, now: now)
            try post(amount, of: payment, for: source, session, services, now: now)
            try Credits.add(
                amount,
                to: payment.customer,
                from: source,
                session,
                services,
                now: now
            )
            try session.record(
                AuditEntry(
                    actor,
                    "payment.place",
                    id,
                    customer: payment.customer,
                    after: ["amount": .string(amount.description)]
                ),
                now: now
            )
            return try session.payment(id).orThrow(Problem.notFound)
        }
    }

    private func post(
        _ amount: Money,
        of payment: PaymentRecord,
        for source: CreditSource,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        func post<Cause>(cause: ID<Cause>) throws {
            try Ledger.post(
                .unplacedCredited(amount),
                cause: cause,
                customer: payment.customer,
                session,
                ids: services.ids,
                now: now
            )
        }
        if case .payoutFailed(let refund) = source {
            try post(cause: refund)
        } else {
            try post(cause: payment.id)
        }
    }

    /// Follows what has become of it: what banks took back for good leaves suspense against the
    /// loss, and comes back with what an appeal brings. The payment waits for a decision as long as
    /// any of it lies there.
    static func follow(
        _ id: ID<Payment>,
        waitingBecause reason: String,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let payment = try session.payment(id),
            [.attention, .returned, .credited].contains(payment.status),
            let arrived = try session.unplacedAmount(of: id)
        else { return }
        let disputes = try session.disputes(DisputeFilter(payment: id), most: 100)
        let lost = disputes.filter { $0.status == .lost }
        // First what comes back: another dispute may have taken it.
        for dispute in disputes.filter({ $0.status != .lost }) + lost {
            try settle(dispute, arrived.currency, session, services, now: now)
        }
        switch (payment.status, try session.unplacedBalance(of: id)) {
        case (.attention, nil):
            try session.setStatus(.returned, of: id, intent: nil, now: now)
        case (.returned, .some), (.credited, .some):
            try session.setStatus(.attention, of: id, intent: nil, failure: reason, now: now)
        default: break
        }
    }

    /// Books by how much more or less a dispute that is decided has taken than the books say; each
    /// way once, as nothing is decided three times. What comes to lie there after that can become
    /// credit, which the dispute holds then.
    private static func settle(
        _ dispute: DisputeRecord,
        _ currency: Currency,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard dispute.status != .open, dispute.status != .inquiry else { return }
        let known = try session.unplacedLoss(over: dispute.id, in: currency)
        let rest = try session.unplacedRest(of: dispute.payment) ?? .zero(currency)
        let written = try session.writeOffs(for: dispute.id).map(\.amount)
            .filter { $0.currency == currency }.sum(currency)
        let difference = loss(dispute, less: written, of: rest + known) - known
        let posting: Posting =
            difference.isPositive ? .unplacedLost(difference) : .unplacedLossReversed(-difference)
        guard !difference.isZero else { return }
        try Ledger.post(
            posting,
            cause: dispute.id,
            customer: dispute.customer,
            session,
            ids: services.ids,
            now: now
        )
    }

    /// What a dispute takes of money that lies unplaced: what the bank keeps, if that is known in
    /// its currency, and was not written off of credit.
    private static func loss(
        _ dispute: DisputeRecord,
        less written: Money,
        of money: Money
    ) -> Money {
        let zero = Money.zero(money.currency)
        guard dispute.status == .lost, let held = dispute.held, held.isPositive else { return zero }
        let kept = [held, dispute.amount].first { $0.currency == money.currency }
        guard let lost = kept.map({ $0 - written }), (money - lost).isPositive else { return money }
        return lost.isPositive ? lost : zero
    }
}

extension Problem {
    static let moneyIsDisputed = Problem.conflict(
        "money_is_disputed",
        "The payer's bank has taken this money back, or is asking for it."
    )
    static let wasPlaced = Problem.conflict(
        "was_placed",
        "This payment became credit before. What an appeal brought since can only be returned."
    )
    static let moneyIsOnItsWay = Problem.conflict(
        "money_on_its_way",
        "The money is on its way back to the payer."
    )
}
