import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// A credit that staff want to give.
struct CreditGrant: Sendable {
    let amount: Money
    let reason: String
    let expiresAt: Date?
}

// What staff do with credit.
extension Credits {
    /// Gives a customer credit. With a key of the caller's, a second grant under it is the first.
    ///
    /// - Throws: 404 when there is no such customer.
    func grant(
        _ grant: CreditGrant,
        to customer: ID<Customer>,
        by user: ID<User>,
        key: String? = nil,
        actor: Actor
    ) async throws -> CreditRecord {
        let services = services
        let now = services.clock.now
        if let expiresAt = grant.expiresAt, expiresAt <= now {
            throw Problem.invalid("expires_at", "too_early", "Enter a time that is yet to come.")
        }
        return try await services.database.transaction(for: .system) { session in
            guard try session.customer(customer) != nil else { throw Problem.notFound }
            if let key, let earlier = try session.credit(of: customer, withKey: key) {
                return try session.credit(earlier).orThrow(Problem.notFound)
            }
            let credit = try Credits.add(
                grant.amount,
                to: customer,
                from: .grant(
                    reason: grant.reason,
                    by: user,
                    expiresAt: grant.expiresAt,
                    key: key
                ),
                session,
                services,
                now: now
            )
            try session.record(
                AuditEntry(
                    actor,
                    "credit.grant",
                    credit,
                    customer: customer,
                    after: [
                        "amount": .string(grant.amount.description),
                        "reason": .string(grant.reason),
                    ]
                ),
                now: now
            )
            return try session.credit(credit).orThrow(Problem.notFound)
        }
    }

    /// Takes back what is left of a grant and not kept for an order. Doing it again changes
    /// nothing.
    ///
    /// - Throws: a conflict for credit that the customer has paid for.
    func revoke(_ id: ID<Credit>, actor: Actor) async throws -> CreditRecord {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let credit = try session.credit(id).orThrow(Problem.notFound)
            guard credit.source == .grant else { throw Problem.creditIsTheirs }
            let taken = try Credits.end(credit, .revocation, session, services, now: now)
            if taken.isPositive {
                try session.record(
                    AuditEntry(
                        actor,
                        "credit.revoke",
                        id,
                        customer: credit.customer,
                        after: ["amount": .string(taken.description)]
                    ),
                    now: now
                )
            }
            return try session.credit(id).orThrow(Problem.notFound)
        }
    }

    /// What a customer has and what became of it.
    func account(of customer: ID<Customer>, for scope: Scope) async throws -> CreditAccount {
        let now = services.clock.now
        return try await services.database.transaction(for: scope) {
            try CreditAccount(customer, $0, now: now)
        }
    }
}

/// A customer's credit on a page.
struct CreditAccount: Sendable {
    static let most = 100

    /// What may be spent now, by currency.
    let balances: [Money]
    /// What disputes hold, by currency.
    let held: [Money]
    let credits: [CreditRecord]
    let uses: [CreditUseRecord]

    init(_ customer: ID<Customer>, _ session: Session, now: Date) throws {
        balances = try session.creditBalances(of: customer, now: now)
        held = try session.heldCredit(of: customer)
        credits = try session.credits(of: customer, most: CreditAccount.most)
        uses = try session.creditUses(of: customer, most: CreditAccount.most)
    }
}

extension Session {
    /// What a customer may spend now, by currency.
    func creditBalances(of customer: ID<Customer>, now: Date) throws -> [Money] {
        let available = try availableCredits(of: customer, now: now).map(\.remaining)
        return Dictionary(grouping: available, by: \.currency)
            .map { $1.sum($0) }.sorted { $0.currency.code < $1.currency.code }
    }
}

extension Problem {
    static let creditIsTheirs = Problem.conflict(
        "credit_not_revocable",
        "The customer has paid for this credit, so it cannot be taken back."
    )
}
