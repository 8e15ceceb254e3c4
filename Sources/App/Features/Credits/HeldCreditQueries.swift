import Core
import Foundation
import Postgres

extension Session {
    /// Whether something is left of a customer's credit that disputes hold.
    func hasDisputedCredit(_ customer: ID<Customer>, _ currency: Currency) throws -> Bool {
        try !heldCredit(of: customer).filter { $0.currency == currency }.isEmpty
    }

    /// What disputes hold of a customer's credit, by currency.
    func heldCredit(of customer: ID<Customer>) throws -> [Money] {
        try all(
            """
            SELECT currency, sum(least(disputed_minor, remaining_minor - held_minor))::bigint
                AS amount
            FROM (
                SELECT \(CreditRecord.columns) FROM credits c
                WHERE c.customer_id = \(customer.uuid)
            ) mine
            WHERE disputed_minor > 0 AND remaining_minor > held_minor
            GROUP BY currency ORDER BY currency
            """
        ) { try $0.money("amount", try $0.currency("currency")) }
    }

    /// Keeps a customer's disputes from being decided until the transaction ends; their credit is
    /// locked after them.
    func lockDisputes(of customer: ID<Customer>) throws {
        try run(
            """
            SELECT 1 FROM disputes WHERE customer_id = \(customer.uuid)
            ORDER BY id FOR NO KEY UPDATE
            """
        )
    }

    /// How much each dispute holds of a credit.
    func holds(
        on credit: ID<Credit>,
        of customer: ID<Customer>,
        lostAlone: Bool = false
    ) throws -> [(dispute: ID<Dispute>, amount: Money)] {
        try all(
            """
            SELECT h.dispute, h.amount_minor, c.currency
            FROM credit_held_by_disputes(\(customer.uuid)) h JOIN disputes d ON d.id = h.dispute
            JOIN credits c ON c.id = h.credit
            WHERE c.id = \(credit.uuid) AND (d.status = 'lost' OR NOT \(lostAlone))
            """
        ) { (try $0.id("dispute"), try $0.money("amount_minor", try $0.currency("currency"))) }
    }

    /// Whether a part of a credit was written off for a dispute.
    func isWrittenOff(_ credit: ID<Credit>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM credit_spendings
            WHERE credit_id = \(credit.uuid) AND kind = 'dispute'
            """
        )
    }

    /// What was written off for a dispute and not given back.
    func writeOffs(for dispute: ID<Dispute>) throws -> [(use: ID<CreditUse>, amount: Money)] {
        try all(
            """
            SELECT s.id, s.amount_minor, c.currency
            FROM credit_spendings s JOIN credits c ON c.id = s.credit_id
            WHERE s.dispute_id = \(dispute.uuid) AND NOT EXISTS (
                SELECT FROM credits WHERE source = 'dispute_won' AND cause_id = s.id
            )
            ORDER BY s.id
            """
        ) { (try $0.id("id"), try $0.money("amount_minor", try $0.currency("currency"))) }
    }

    func release(
        _ amount: Money,
        of credit: CreditRecord,
        from dispute: ID<Dispute>,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO credit_releases (dispute_id, credit_id, customer_id, amount_minor, at)
            VALUES (
                \(dispute.uuid), \(credit.id.uuid), \(credit.customer.uuid),
                \(amount.minorUnits), \(now)
            )
            """
        )
    }
}
