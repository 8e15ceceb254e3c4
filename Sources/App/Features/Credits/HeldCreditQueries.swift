import Core
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
            SELECT currency, sum(remaining_minor - held_minor)::bigint AS amount FROM (
                SELECT \(CreditRecord.columns) FROM credits c
                WHERE c.customer_id = \(customer.uuid)
                    AND c.id IN (SELECT disputed_credits(\(customer.uuid)))
            ) held
            WHERE remaining_minor > held_minor GROUP BY currency ORDER BY currency
            """
        ) { try $0.money("amount", try $0.currency("currency")) }
    }

    /// Whether a credit stems from a card payment that was lost in a dispute.
    func isLost(_ credit: ID<Credit>, of customer: ID<Customer>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM disputed_credits(\(customer.uuid), ARRAY['lost']) AS lost (id)
            WHERE id = \(credit.uuid)
            """
        )
    }
}
