import Core
import Foundation
import Postgres

/// The statements on the card processor's records of our customers.
enum GatewayCustomerSQL {
    static func claim(_ customer: ID<Customer>, now: Date) -> SQL {
        """
        INSERT INTO gateway_customers (
            customer_id, gateway, idempotency_key, email, name, created_at
        )
        SELECT id, 'stripe', \("cus-\(customer.text)"), email, name, \(now)
        FROM customers WHERE id = \(customer.uuid)
        ON CONFLICT DO NOTHING
        """
    }

    /// Name and address are those of the first call: the same key asks for the same parameters.
    static func read(_ customer: ID<Customer>) -> SQL {
        """
        SELECT idempotency_key, remote_id, email, name FROM gateway_customers
        WHERE customer_id = \(customer.uuid) AND gateway = 'stripe'
        """
    }

    static func store(_ remote: String, _ customer: ID<Customer>) -> SQL {
        """
        UPDATE gateway_customers SET remote_id = \(remote)
        WHERE customer_id = \(customer.uuid) AND gateway = 'stripe' AND remote_id IS NULL
        """
    }
}
