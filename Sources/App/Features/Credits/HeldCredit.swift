import Core
import Foundation
import Postgres
import Support
import Web
import Wire

// Credit that stems from a card payment which its bank disputes. Otherwise a customer could have
// the money back from the bank, and keep the credit that it made.
extension Credits {
    /// Writes off what is left of a credit whose payment was lost in a dispute. Doing it again
    /// changes nothing.
    ///
    /// - Throws: a conflict as long as no such dispute is lost.
    func writeOff(_ id: ID<Credit>, because reason: String, actor: Actor) async throws
        -> CreditRecord
    {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let customer = try session.credit(id).orThrow(Problem.notFound).customer
            try session.lockCredits(of: customer)
            let credit = try session.credit(id).orThrow(Problem.notFound)
            guard try session.isLost(id, of: customer) else { throw Problem.creditIsNotLost }
            guard credit.notKept.isPositive else { return credit }
            let use = ID<CreditUse>(services.ids.next())
            let spending = CreditSpending(credit: id, amount: credit.notKept)
            try session.store(spending, as: use, .dispute, of: customer, now: now)
            try Ledger.post(
                .creditWrittenOff(spending.amount),
                cause: use,
                customer: customer,
                session,
                ids: services.ids,
                now: now
            )
            try session.record(
                AuditEntry(
                    actor,
                    "credit.write_off",
                    id,
                    customer: customer,
                    after: [
                        "amount": .string(spending.amount.description),
                        "reason": .string(reason),
                    ]
                ),
                now: now
            )
            return try session.credit(id).orThrow(Problem.notFound)
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
