import Core
import Foundation
import Postgres
import Support
import Web
import Wire

// Credit that stems from a card payment which its bank disputes. Otherwise a customer could have
// the money back from the bank, and keep the credit that it made.
extension Credits {
    /// Writes off what disputes that are lost hold of a credit. Doing it again changes nothing.
    ///
    /// - Throws: a conflict as long as no such dispute is lost.
    func writeOff(_ id: ID<Credit>, because reason: String, actor: Actor) async throws
        -> CreditRecord
    {
        try await decide(id, "credit.write_off", reason, actor) { credit, session, services, now in
            let lost = try session.holds(on: id, of: credit.customer, lostAlone: true)
            guard try !lost.isEmpty || !credit.frozen.isPositive && session.isWrittenOff(id) else {
                throw Problem.creditIsNotLost
            }
            var left = credit.frozen
            for (dispute, held) in lost where left.isPositive {
                let amount = held.minorUnits < left.minorUnits ? held : left
                left = left - amount
                let use = ID<CreditUse>(services.ids.next())
                try session.store(
                    CreditSpending(credit: id, amount: amount),
                    as: use,
                    .dispute,
                    for: dispute,
                    of: credit.customer,
                    now: now
                )
                try Ledger.post(
                    .creditWrittenOff(amount),
                    cause: use,
                    customer: credit.customer,
                    session,
                    ids: services.ids,
                    now: now
                )
            }
            return credit.frozen - left
        }
    }

    /// Lets a customer use what disputes hold of a credit. Doing it again changes nothing.
    func release(_ id: ID<Credit>, because reason: String, actor: Actor) async throws
        -> CreditRecord
    {
        try await decide(id, "credit.release", reason, actor) { credit, session, _, now in
            // What one dispute holds no more another one may hold.
            while case let holds = try session.holds(on: id, of: credit.customer), !holds.isEmpty {
                for (dispute, amount) in holds {
                    try session.release(amount, of: credit, from: dispute, now: now)
                }
            }
            return credit.disputed
        }
    }

    /// Does something about what disputes hold of a credit; none of them is decided meanwhile.
    private func decide(
        _ id: ID<Credit>,
        _ action: String,
        _ reason: String,
        _ actor: Actor,
        _ body:
            @escaping @Sendable (CreditRecord, Session, Services, Date) throws -> Money
    ) async throws -> CreditRecord {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let customer = try session.credit(id).orThrow(Problem.notFound).customer
            try session.lockDisputes(of: customer)
            try session.lockCredits(of: customer)
            let credit = try session.credit(id).orThrow(Problem.notFound)
            let amount = try body(credit, session, services, now)
            guard amount.isPositive else { return credit }
            try session.record(
                AuditEntry(
                    actor,
                    action,
                    id,
                    customer: customer,
                    after: ["amount": .string(amount.description), "reason": .string(reason)]
                ),
                now: now
            )
            return try session.credit(id).orThrow(Problem.notFound)
        }
    }

    /// Gives back what was written off for a dispute that is won after all.
    static func takeBackWriteOffs(
        for dispute: ID<Dispute>,
        of customer: ID<Customer>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        for (use, amount) in try session.writeOffs(for: dispute) {
            try Ledger.post(
                .creditWriteOffTakenBack(amount),
                cause: use,
                customer: customer,
                session,
                ids: services.ids,
                now: now
            )
            try add(amount, to: customer, from: .disputeWon(use), session, services, now: now)
        }
    }
}

extension Problem {
    static let creditIsDisputed = Problem.conflict(
        "credit_disputed",
        "A card payment that this credit comes from is disputed. It is held until that is decided."
    )
    static let creditIsNotLost = Problem.conflict(
        "credit_not_lost",
        "No dispute that was lost holds this credit, so it cannot be written off."
    )
}
