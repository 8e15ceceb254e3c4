import Core
import Foundation
import Postgres

/// The intent to make the card processor's record of a customer, and the record once it is made.
struct StoredGatewayCustomer: Sendable {
    let key: String
    let remoteID: String?
    let email: String
    let name: String
}

extension Session {
    /// Stores the key that the record is to be made with, or reads the one that is there.
    ///
    /// Name and address are those of the first call: the same key asks for the same parameters.
    func claimGatewayCustomer(_ customer: ID<Customer>, now: Date) throws -> StoredGatewayCustomer {
        try run(
            """
            INSERT INTO gateway_customers (
                customer_id, gateway, idempotency_key, email, name, created_at
            )
            SELECT id, 'stripe', \("cus-\(customer.text)"), email, name, \(now)
            FROM customers WHERE id = \(customer.uuid)
            ON CONFLICT DO NOTHING
            """
        )
        return try one(
            """
            SELECT idempotency_key, remote_id, email, name FROM gateway_customers
            WHERE customer_id = \(customer.uuid) AND gateway = 'stripe'
            """
        ) { row in
            StoredGatewayCustomer(
                key: try row.get("idempotency_key"),
                remoteID: try row.optional("remote_id"),
                email: try row.get("email"),
                name: try row.get("name")
            )
        }
    }

    /// The customer's identifier at the card processor.
    func gatewayCustomer(of customer: ID<Customer>) throws -> String? {
        try first(
            """
            SELECT remote_id FROM gateway_customers
            WHERE customer_id = \(customer.uuid) AND gateway = 'stripe'
            """
        ) { try $0.optional("remote_id", as: String.self) } ?? nil
    }

    /// Whose record at the card processor it is; nil for one that we did not make.
    func customer(withGatewayID remote: String) throws -> ID<Customer>? {
        try first(
            """
            SELECT customer_id FROM gateway_customers
            WHERE remote_id = \(remote) AND gateway = 'stripe'
            """
        ) { try $0.id("customer_id") }
    }

    func storeGatewayCustomer(_ remote: String, of customer: ID<Customer>) throws {
        try run(
            """
            UPDATE gateway_customers SET remote_id = \(remote)
            WHERE customer_id = \(customer.uuid) AND gateway = 'stripe' AND remote_id IS NULL
            """
        )
    }
}
