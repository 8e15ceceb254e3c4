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
            guard try session.disputedAmount(of: id, amount.currency).isZero else {
                throw Problem.moneyIsDisputed
            }
            try session.setStatus(.credited, of: id, intent: nil, now: now)
            try Ledger.post(
                .unplacedCredited(amount),
                cause: id,
                customer: payment.customer,
                session,
                ids: services.ids,
                now: now
            )
            try Credits.add(
                amount,
                to: payment.customer,
                from: .overpayment(id),
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

    /// The payer's bank took it back for good: nobody decides about it any more. What it had paid
    /// for can be paid again.
    static func lose(
        to dispute: DisputeRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let id = dispute.payment
        guard try session.payment(id)?.status == .attention,
            try !session.isPosted("unplaced_lost", for: dispute.id),
            let rest = try session.unplacedRest(of: id)
        else { return }
        let isPart =
            dispute.amount.currency == rest.currency && (rest - dispute.amount).isPositive
        try Ledger.post(
            .unplacedLost(isPart ? dispute.amount : rest),
            cause: dispute.id,
            customer: dispute.customer,
            session,
            ids: services.ids,
            now: now
        )
        guard try session.unplacedRest(of: id) == nil else { return }
        try session.setStatus(.returned, of: id, intent: nil, now: now)
    }

    /// A dispute that had been lost was won after all: the money waits for a decision again.
    static func takeBackLoss(
        to dispute: DisputeRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let losses = try session.unplacedLosses(of: dispute.payment)
        guard let lost = losses.first(where: { $0.dispute == dispute.id }) else { return }
        try Ledger.post(
            .unplacedLossReversed(lost.amount),
            cause: dispute.id,
            customer: dispute.customer,
            session,
            ids: services.ids,
            now: now
        )
        try session.setStatus(
            .attention,
            of: dispute.payment,
            intent: nil,
            failure: "The payer's bank gave the money back.",
            now: now
        )
    }
}

extension Problem {
    static let moneyIsDisputed = Problem.conflict(
        "money_is_disputed",
        "The payer's bank has taken this money back, or is asking for it."
    )
    static let moneyIsOnItsWay = Problem.conflict(
        "money_on_its_way",
        "The money is on its way back to the payer."
    )
}
